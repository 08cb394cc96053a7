"""Security: the keys, one per data domain, and the topics on which alarms and held documents speak."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.keys.domain_keys import DomainKeys
from healthcare_infra.constructs.observability.alert_topic import AlertTopic
from healthcare_infra.exports import AlertExports, KeyExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class SecurityStack(Stack):
    """Makes the customer-managed keys and the topics. Exports both; consumes nothing."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, **options: Unpack[StackOptions]
    ) -> None:
        super().__init__(scope, construct_id, **options)
        keys = DomainKeys(self, "Keys", config=config)
        alerts = AlertTopic(self, "Alerts", key=keys.messaging, addresses=config.alert_addresses)
        held = config.document_alert_addresses
        critical = AlertTopic(self, "CriticalAlerts", key=keys.messaging, addresses=held.critical)
        high = AlertTopic(self, "HighAlerts", key=keys.messaging, addresses=held.high)
        medium = AlertTopic(self, "MediumAlerts", key=keys.messaging, addresses=held.medium)
        self.keys: KeyExports = keys.exports
        self.alerts = AlertExports(topic=alerts.topic, critical=critical.topic, high=high.topic, medium=medium.topic)

        CfnOutput(self, StackOutput.AUDIT_SIGNING_KEY_ID, value=self.keys.audit_signing.key_id)
