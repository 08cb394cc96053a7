"""Consent: the API that records what patients permit, and decides by it (seed 004, step 2)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.constructs.consent.alarms import ConsentAlarms
from healthcare_infra.constructs.consent.api import ConsentApi
from healthcare_infra.constructs.consent.function import ConsentFunction
from healthcare_infra.constructs.consent.web_acl import ConsentWebAcl
from healthcare_infra.exports import DatabaseExports, Foundation
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class ConsentStack(Stack):
    """Serves the Consent API. Exports nothing; consumes the databases."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        databases: DatabaseExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        config, keys, alerts = foundation.config, foundation.keys, foundation.alerts
        function = ConsentFunction(self, "Function", foundation=foundation, databases=databases)
        api = ConsentApi(self, "Rest", config=config, keys=keys, function=function.api.function)
        ConsentWebAcl(self, "WebAcl", config=config, keys=keys, stage=api.api.deployment_stage)
        ConsentAlarms(self, "Alarms", api=api.api, log_group=function.api.log_group, alerts=alerts)

        CfnOutput(self, StackOutput.CONSENT_API_URL, value=api.api.url)
