"""Consent: the API that records what patients permit, and decides by it (seed 004, step 2)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.consent.consent_alarms import ConsentAlarms
from healthcare_infra.constructs.consent.consent_api import ConsentApi
from healthcare_infra.constructs.consent.consent_function import ConsentFunction
from healthcare_infra.exports import AlertExports, DatabaseExports, KeyExports, NetworkExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class ConsentStack(Stack):
    """Serves the Consent API. Exports nothing; consumes the network, the keys, the alert topics and the databases."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        keys: KeyExports,
        alerts: AlertExports,
        databases: DatabaseExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        function = ConsentFunction(
            self, "Function", config=config, network=network, keys=keys, alerts=alerts, databases=databases
        )
        api = ConsentApi(self, "Rest", config=config, keys=keys, function=function.api.function)
        ConsentAlarms(self, "Alarms", api=api.api, log_group=function.api.log_group, alerts=alerts)

        CfnOutput(self, StackOutput.CONSENT_API_URL, value=api.api.url)
