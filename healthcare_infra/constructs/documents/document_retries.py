"""Which fault of a step deserves how many more tries. Every step is idempotent, so each of them may run again."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from healthcare_infra.constructs.lambda_faults import LAMBDA_FAULTS
from healthcare_runtime.contracts.documents import DocumentFault

TRANSIENT_ATTEMPTS: Final = 30
# Without an audit event nothing may be done with a document (164.312(b)): wait for about an hour, then hold it.
AUDIT_ATTEMPTS: Final = 60
# GuardDuty tags most objects within a minute; half an hour is its bad day.
MALWARE_POLL: Final = Duration.seconds(10)
MALWARE_ATTEMPTS: Final = 180
CRASH_ATTEMPTS: Final = 3


def retry_step(task: tasks.LambdaInvoke) -> None:
    """What every step gets: faults that pass, an audit trail that is away, and a few tries after a crash."""
    _retry_named(task)
    # A crash, a timeout or lack of memory deserves another try as well.
    task.add_retry(
        errors=[sfn.Errors.ALL],
        interval=Duration.seconds(2),
        backoff_rate=1.5,
        jitter_strategy=sfn.JitterType.FULL,
        max_attempts=CRASH_ATTEMPTS,
    )


def retry_validation(task: tasks.LambdaInvoke) -> None:
    """As every step, and it waits for the verdict about malware."""
    task.add_retry(
        errors=[DocumentFault.MALWARE_VERDICT_PENDING],
        interval=MALWARE_POLL,
        backoff_rate=1.1,  # a rate of 1 is none to the validators; the delay is held down instead
        max_delay=MALWARE_POLL.plus(Duration.seconds(1)),
        max_attempts=MALWARE_ATTEMPTS,
    )
    retry_step(task)


def retry_review_request(task: tasks.LambdaInvoke) -> None:
    """As every step, but for States.ALL: that would take a reviewer's silence for a crash and ask again."""
    _retry_named(task)


def _retry_named(task: tasks.LambdaInvoke) -> None:
    task.add_retry(
        errors=[DocumentFault.TRANSIENT, *LAMBDA_FAULTS],
        interval=Duration.seconds(1),
        backoff_rate=1.5,
        max_delay=Duration.seconds(60),
        jitter_strategy=sfn.JitterType.FULL,
        max_attempts=TRANSIENT_ATTEMPTS,
    )
    task.add_retry(
        errors=[DocumentFault.AUDIT_UNAVAILABLE],
        interval=Duration.seconds(2),
        backoff_rate=1.5,
        max_delay=Duration.seconds(60),
        jitter_strategy=sfn.JitterType.FULL,
        max_attempts=AUDIT_ATTEMPTS,
    )
