"""Object Created events of the DICOM bucket, on their way to the function that registers instances."""

import jsii
from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.encrypted_queue import EncryptedQueue
from healthcare_runtime.contracts import DEAD_LETTER_PREFIX, STAGING_PREFIX


class ObjectEvents(Construct):
    """S3 -> EventBridge -> queue. The queue also carries the delayed "close this batch" messages (decision 0001, 2).

    A queue between event and function: a burst of a whole CT becomes batches of messages instead of one call each,
    and an outage of the function loses nothing for 14 days.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        bucket: s3.IBucket,
        key: kms.IKey,
        alerts: sns.ITopic,
        consumer_timeout: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue: sqs.IQueue = EncryptedQueue(
            self,
            "Events",
            config=config,
            key=key,
            alerts=alerts,
            holds="Object events",
            # Lambda's documentation asks for six times the timeout; otherwise a batch in work is received again.
            visibility_timeout=Duration.seconds(6 * consumer_timeout.to_seconds()),
        ).queue
        rule = events.Rule(
            self,
            "InstanceStored",
            description="An object of the DICOM bucket that is neither an import's own copy nor a dead letter",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": events.Match.anything_but_prefix(STAGING_PREFIX, DEAD_LETTER_PREFIX)},
                },
            ),
        )
        self._deliver(rule)

    def _deliver(self, rule: events.Rule) -> None:
        """Let this one rule send to the queue; the key's policy already lets EventBridge of this account use it."""
        queue = self.queue
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ObjectEventsOnly",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.rule_arn}},
            )
        )
        rule.add_target(_QueueTarget(queue))


@jsii.implements(events.IRuleTarget)
class _QueueTarget:
    """The queue and nothing else: CDK's own target would write into the key's policy, which another stack owns."""

    def __init__(self, queue: sqs.IQueue) -> None:
        self._queue = queue

    def bind(self, rule: IRuleRef, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002
        return events.RuleTargetConfig(arn=self._queue.queue_arn)
