"""Object Created events of a bucket, on their way to the function that registers what arrived."""

import jsii
from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef
from constructs import Construct

from healthcare_infra.constructs.messaging.encrypted_queue import EncryptedQueue
from healthcare_infra.exports import Foundation


class ObjectEvents(Construct):
    """S3 -> EventBridge -> queue.

    A queue between event and function: a burst becomes batches of messages instead of one call each, and an outage of
    the function loses nothing for 14 days.

    Parameters
    ----------
    rule_name
        The rule's construct id: what happened, such as ``InstanceStored``.
    without_prefixes
        Keys below these are no arrivals, such as copies that a consumer makes itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        bucket: s3.IBucket,
        consumer_timeout: Duration,
        rule_name: str,
        description: str,
        without_prefixes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue: sqs.IQueue = EncryptedQueue(
            self,
            "Events",
            config=foundation.config,
            key=foundation.keys.messaging,
            alerts=foundation.alerts.topic,
            holds="Object events",
            # Lambda's documentation asks for six times the timeout; otherwise a batch in work is received again.
            visibility_timeout=Duration.seconds(6 * consumer_timeout.to_seconds()),
        ).queue
        wanted: dict[str, object] = {"bucket": {"name": [bucket.bucket_name]}}
        if without_prefixes:
            wanted["object"] = {"key": events.Match.anything_but_prefix(*without_prefixes)}
        rule = events.Rule(
            self,
            rule_name,
            description=description,
            event_pattern=events.EventPattern(source=["aws.s3"], detail_type=["Object Created"], detail=wanted),
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
