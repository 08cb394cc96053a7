"""Keeps foreign exceptions out of logs and state histories: they may quote a key, a document or a data set.

Lambda prints the text of what a handler raises and Step Functions keeps it, so a workflow lets only its own exception
classes out; everything else becomes one of two of them, with a text that quotes nothing.
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


class Shield:
    """Wraps the handlers of one workflow.

    Parameters
    ----------
    transient
        Raised for what passes: a service's internal error, a throttle, a broken connection.
    permanent
        Raised for everything else.
    passes
        The workflow's own exceptions, whose texts are known to quote nothing.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        transient: type[Exception],
        permanent: type[Exception],
        passes: tuple[type[Exception], ...] = (),
    ) -> None:
        self._log = log
        self._transient = transient
        self._permanent = permanent
        self._passes = (transient, permanent, *passes)

    def __call__(self, step: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Wrap the handler of ``step``."""

        def wrap(handler: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(handler)
            def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
                try:
                    return handler(*args, **kwargs)
                except self._passes:
                    raise
                except Exception as error:
                    raise self.translate(error, step) from None

            return guarded

        return wrap

    def translate(self, error: Exception, step: str) -> Exception:
        """Turn a foreign exception into one of the workflow's, and log what may be known of it."""
        if isinstance(error, ClientError):
            code = error_code(error)
            self._log.error("aws_call_failed", source=step, reason=code, field=error.operation_name)
            kind = self._transient if code in TRANSIENT_CODES else self._permanent
            return kind(f"{step}: {error.operation_name} answered {code}")
        if isinstance(error, BotoCoreError | HTTPClientError):
            self._log.error("aws_call_failed", source=step, error_type=type(error).__name__)
            return self._transient(f"{step}: {type(error).__name__}")
        place = _innermost(error.__traceback__)
        self._log.error("step_failed", source=step, error_type=type(error).__name__, reason=place)
        return self._permanent(f"{step}: {type(error).__name__} at {place}")


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
