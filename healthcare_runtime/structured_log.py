"""JSON log lines that cannot carry PHI: only keys on the allow-list get through.

A record is one JSON object per line on standard output: ``time``, ``level``, ``event`` and the allowed fields. The
free-text message of a foreign library is never printed, only its logger's name: it may quote a data set.
"""

import hashlib
import json
import logging
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

ALLOWED_FIELDS = frozenset(
    {
        # who and where; AE titles and addresses name machines, not people
        "calling_ae_title", "called_ae_title", "peer", "port", "association", "tls_subject_digest",
        # what, as digests of identifiers, counts, sizes, codes
        "study_digest", "series_digest", "sop_digest", "sop_class_uid", "transfer_syntax_uid", "key_digest",
        "bytes", "files", "count", "status", "result", "source", "reason", "outcome", "error_type", "field",
        "attempt", "attempts", "batch_id", "document_id", "job_id", "job_status", "image_sets", "state", "version",
        "limit",
        # when and how long, in seconds
        "seconds", "receive_seconds", "store_seconds", "wait_seconds", "age_seconds",
    }
)  # fmt: skip


_ENCODER = json.JSONEncoder(default=str, check_circular=False)


def digest(identifier: str) -> str:
    """A short stand-in for an identifier in logs and names: 16 hex digits of its SHA-256."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class JsonFormatter(logging.Formatter):
    """One JSON object per record; fields that are not on the allow-list are dropped and counted."""

    def format(self, record: logging.LogRecord) -> str:
        own = getattr(record, "fields", None)
        line: dict[str, object] = {
            "time": f"{_second(int(record.created))}.{int(record.msecs):03d}+00:00",
            "level": record.levelname,
            "event": record.msg if own is not None else f"log:{record.name}",
        }
        fields: dict[str, object] = own or {}
        if fields.keys() <= ALLOWED_FIELDS and None not in fields.values():  # as good as always
            line |= fields
        else:
            line |= {name: value for name, value in fields.items() if value is not None and name in ALLOWED_FIELDS}
            if dropped := fields.keys() - ALLOWED_FIELDS:
                line["dropped_fields"] = len(dropped)
        if record.exc_info and record.exc_info[0] is not None:
            line["error_type"] = record.exc_info[0].__name__  # the text of an exception may quote its input
        return _ENCODER.encode(line)


@lru_cache(maxsize=2)
def _second(since_the_epoch: int) -> str:
    """``2026-01-05T10:20:30``: many lines share one."""
    return datetime.fromtimestamp(since_the_epoch, UTC).isoformat()[:19]


class EventLog:
    """Writes named events with fields: ``log.info("instance_stored", bytes=n, status="0x0000")``."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, **fields: object) -> None:
        self._logger.debug(event, extra={"fields": fields})

    def info(self, event: str, **fields: object) -> None:
        logger = self._logger
        if logger.isEnabledFor(logging.INFO):
            # The logger's own way costs twice as much, for what no line shows: there is one for each stored instance.
            record = logging.LogRecord(logger.name, logging.INFO, "", 0, event, (), None)
            record.__dict__["fields"] = fields
            logger.handle(record)

    def warning(self, event: str, **fields: object) -> None:
        self._logger.warning(event, extra={"fields": fields})

    def error(self, event: str, **fields: object) -> None:
        self._logger.error(event, extra={"fields": fields})

    def failure(self, event: str, **fields: object) -> None:
        """An error with the class of the exception that is being handled; never its text or its frames."""
        self._logger.error(event, extra={"fields": fields}, exc_info=True)


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to what standard output is now: a thread may outlive the one that was there when logging began."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout


def configure(level: str = "INFO") -> None:
    """Send every record of the process to standard output as JSON, replacing what was configured before."""
    handler = _StandardOutput()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A line per stored instance: what it does not show is not worth finding out (logging HOWTO, Optimization).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # the same page: no look for the caller, which no line shows
