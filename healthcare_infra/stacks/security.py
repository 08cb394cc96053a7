"""Security: the keys, one per data domain, and the topic on which alarms speak."""

from typing import Unpack

from aws_cdk import Stack
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.alert_topic import AlertTopic
from healthcare_infra.constructs.domain_keys import DomainKeys
from healthcare_infra.exports import AlertExports, KeyExports
from healthcare_infra.stacks.options import StackOptions


class SecurityStack(Stack):
    """Makes the customer-managed keys and the alert topic. Exports both; consumes nothing."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, **options: Unpack[StackOptions]
    ) -> None:
        super().__init__(scope, construct_id, **options)
        keys = DomainKeys(self, "Keys", config=config)
        alerts = AlertTopic(self, "Alerts", key=keys.messaging, addresses=config.alert_addresses)
        self.keys: KeyExports = keys.exports
        self.alerts = AlertExports(topic=alerts.topic)
