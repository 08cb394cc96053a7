"""The customer-managed key of one data domain (164.312(a)(2)(iv))."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig


class DomainKey(Construct):
    """One symmetric key, rotated yearly, with an alias that tells stage and domain.

    The account's own policies decide who may use it (the key policy trusts the account); AWS services that act
    without a role of ours are let in one by one with :meth:`allow_service`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, domain: str, holds: str) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{config.stage}: {holds}",
            alias=f"healthcare/{config.stage}/{domain}",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            pending_window=Duration.days(7 if config.retention.destroy_with_stack else 30),
            removal_policy=config.retention.removal_policy,
        )

    def allow_service(self, service: str, *actions: str, conditions: dict[str, dict[str, str]]) -> None:
        """Let an AWS service use the key, under conditions that bind it to this account."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Allow{service.partition('.')[0].capitalize()}",
                principals=[iam.ServicePrincipal(service)],
                actions=list(actions),
                resources=["*"],  # in a key policy: this key
                conditions=conditions,
            )
        )
