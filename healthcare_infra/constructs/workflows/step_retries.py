"""How often a step is tried again. Every step of every workflow is idempotent, so each of them may run again."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

# What Step Functions reports when the Lambda service, and not a function, failed: worth another try every time.
LAMBDA_FAULTS: Final = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",  # the function's reserved concurrency is in use
)
CRASH_ATTEMPTS: Final = 3


def retry_passing(task: tasks.LambdaInvoke, errors: Sequence[str], *, attempts: int, first: int = 1) -> None:
    """Wait for a fault to pass: ``first`` seconds, then longer and longer, up to a minute.

    Full jitter spreads those who wait together over the time.
    """
    task.add_retry(
        errors=list(errors),
        interval=Duration.seconds(first),
        backoff_rate=1.5,
        max_delay=Duration.seconds(60),
        jitter_strategy=sfn.JitterType.FULL,
        max_attempts=attempts,
    )


def retry_crash(task: tasks.LambdaInvoke) -> None:
    """A crash, a timeout or lack of memory deserves a few more tries as well. Comes after the named faults."""
    task.add_retry(
        errors=[sfn.Errors.ALL],
        interval=Duration.seconds(2),
        backoff_rate=1.5,
        jitter_strategy=sfn.JitterType.FULL,
        max_attempts=CRASH_ATTEMPTS,
    )
