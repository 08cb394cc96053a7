"""Which fault of a document step deserves how many more tries."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions_tasks as tasks

from healthcare_infra.constructs.workflows.step_retries import LAMBDA_FAULTS, retry_crash, retry_passing
from healthcare_runtime.contracts.documents import DocumentFault

TRANSIENT_ATTEMPTS: Final = 30
# Without an audit event nothing may be done with a document (164.312(b)): wait for about an hour, then hold it.
AUDIT_ATTEMPTS: Final = 60
# GuardDuty tags most objects within a minute; half an hour is its bad day.
MALWARE_POLL: Final = Duration.seconds(10)
MALWARE_ATTEMPTS: Final = 180


def retry_step(task: tasks.LambdaInvoke) -> None:
    """What every step gets: faults that pass, an audit trail that is away, and a few tries after a crash."""
    _retry_named(task)
    retry_crash(task)


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
    retry_passing(task, [DocumentFault.TRANSIENT, *LAMBDA_FAULTS], attempts=TRANSIENT_ATTEMPTS)
    retry_passing(task, [DocumentFault.AUDIT_UNAVAILABLE], attempts=AUDIT_ATTEMPTS, first=2)
