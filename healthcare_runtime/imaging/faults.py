"""What a step of the import may raise, and the shield that keeps everything else out of logs and state histories.

The state machine retries by class name (:class:`~healthcare_runtime.contracts.ImportFault`). A foreign exception may
quote an object key or a data set, and Lambda prints its text: so it ends here, as a code and a place in our source.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import PurePath
from types import TracebackType
from typing import Final, ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from healthcare_runtime.structured_log import EventLog

P = ParamSpec("P")
R = TypeVar("R")

TRANSIENT_CODES: Final = frozenset(
    {
        "InternalError", "InternalFailure", "InternalServerError", "InternalServerException", "LimitExceededException",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException",
        "ServiceUnavailable", "ServiceUnavailableException", "SlowDown", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionConflictException", "TransactionInProgressException",
        "500", "502", "503", "504",
    }
)  # fmt: skip

log = EventLog("healthcare.imaging")


class StartThrottled(Exception):  # noqa: N818 - the state machine retries by this name
    """No start token, no free job slot, or HealthImaging said so: try again later, for as long as it takes."""


class TransientImportError(Exception):
    """Something that passes: an internal error of a service, or output that is not there yet."""


class ImportStepError(Exception):
    """A step cannot go on and repeating it at once will not help. The sweeper starts the batch again later."""


def shielded(step: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Wrap a handler so that only the exceptions of this module leave it, with texts that quote nothing."""

    def wrap(handler: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(handler)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return handler(*args, **kwargs)
            except (StartThrottled, TransientImportError, ImportStepError):
                raise
            except Exception as error:
                raise translate(error, step) from None

        return guarded

    return wrap


def translate(error: Exception, step: str) -> Exception:
    """Turn a foreign exception into one of this module's, and log what may be known of it."""
    if isinstance(error, ClientError):
        code = error_code(error)
        log.error("aws_call_failed", source=step, reason=code, field=error.operation_name)
        kind = TransientImportError if code in TRANSIENT_CODES else ImportStepError
        return kind(f"{step}: {error.operation_name} answered {code}")
    if isinstance(error, BotoCoreError | HTTPClientError):
        log.error("aws_call_failed", source=step, error_type=type(error).__name__)
        return TransientImportError(f"{step}: {type(error).__name__}")
    place = _innermost(error.__traceback__)
    log.error("step_failed", source=step, error_type=type(error).__name__, reason=place)
    return ImportStepError(f"{step}: {type(error).__name__} at {place}")


def error_code(error: ClientError) -> str:
    """The service's code for an error, such as ``ThrottlingException``."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def _innermost(traceback: TracebackType | None) -> str:
    """File and line where an exception began: where to look, without what was looked at."""
    if traceback is None:
        return "unknown"
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{PurePath(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno}"
