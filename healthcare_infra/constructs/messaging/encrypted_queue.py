"""A queue that loses nothing quietly: encrypted, TLS only, with a dead-letter queue and the alarms that watch both."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm


class DeadLetterQueue(Construct):
    """Where work ends that failed every time; one message raises an alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey,
        alerts: sns.ITopic,
        holds: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self, config, key)
        OperatorAlarm(
            self,
            "NotEmpty",
            metric=self.queue.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            tells=alerts,
            text=f"{holds} failed every attempt. Read the function's log for the error, mend it, then redrive the"
            " dead-letter queue (SQS console: Start DLQ redrive).",
        )


class EncryptedQueue(Construct):
    """A work queue with its dead-letter queue.

    Parameters
    ----------
    holds
        What a message stands for, in the plural, for the alarms' texts: ``Object events``.
    visibility_timeout
        At least six times the consuming function's timeout, or Lambda receives a message twice.
    maximum_receives
        Attempts before a message is dead.
    oldest_allowed
        An older message raises an alarm: the consumer stands still.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey,
        alerts: sns.ITopic,
        holds: str,
        visibility_timeout: Duration,
        maximum_receives: int = 5,
        oldest_allowed: Duration | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", config=config, key=key, alerts=alerts, holds=holds)
        self.queue = _queue(
            self,
            config,
            key,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters.queue, max_receive_count=maximum_receives),
        )
        limit = oldest_allowed or Duration.minutes(30)
        OperatorAlarm(
            self,
            "TooOld",
            metric=self.queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(1), statistic="Maximum"),
            tells=alerts,
            above=limit.to_seconds(),
            periods=3,
            text=f"{holds} wait longer than {limit.to_minutes()} minutes. The consumer is throttled, failing or"
            " disabled: look at its concurrency, errors and event source mapping.",
        )


def _queue(
    scope: Construct,
    config: StageConfig,
    key: kms.IKey,
    *,
    visibility_timeout: Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        "Queue",
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        data_key_reuse=Duration.hours(1),
        enforce_ssl=True,
        retention_period=Duration.days(14),
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
        removal_policy=config.retention.removal_policy,
    )
