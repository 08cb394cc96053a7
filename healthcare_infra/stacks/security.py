"""Security: the keys, one per data domain, and the topics on which alarms and held documents speak."""

from functools import partial
from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.keys.domain_keys import DomainKeys
from healthcare_infra.constructs.observability.alert_topic import AlertTopic
from healthcare_infra.exports import AlertExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class SecurityStack(Stack):
    """Makes the customer-managed keys and the topics. Exports both; consumes nothing."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, **options: Unpack[StackOptions]
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self.keys = DomainKeys(self, "Keys", config=config).exports
        topic = partial(AlertTopic, self, key=self.keys.messaging)
        held = config.document_alert_addresses
        self.alerts = AlertExports(
            topic=topic("Alerts", addresses=config.alert_addresses).topic,
            critical=topic("CriticalAlerts", addresses=held.critical).topic,
            high=topic("HighAlerts", addresses=held.high).topic,
            medium=topic("MediumAlerts", addresses=held.medium).topic,
        )

        CfnOutput(self, StackOutput.AUDIT_SIGNING_KEY_ID, value=self.keys.audit_signing.key_id)
