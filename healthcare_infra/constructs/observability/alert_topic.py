"""The topic on which alarms speak: encrypted, TLS only, open to CloudWatch alarms of this account."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from healthcare_infra.constructs.access.grants import THIS_ACCOUNT


class AlertTopic(Construct):
    """One topic; its messages name resources and numbers, never a patient."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, addresses: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=THIS_ACCOUNT,
            )
        )
        for address in addresses:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))
