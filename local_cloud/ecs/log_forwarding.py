"""What the ``awslogs`` driver does: the lines that a container writes, to its log group."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

_MAXIMUM_EVENTS = 1000
_MAXIMUM_EVENT_BYTES = 262_144 - 26  # PutLogEvents: an event with its overhead

_log = logging.getLogger("local_cloud.ecs.logs")


class LogForwarder:
    """Follows one file and sends its whole lines."""

    def __init__(self, logs: "CloudWatchLogsClient", path: Path, offset: int, group: str, stream: str) -> None:
        self._logs = logs
        self._path = path
        self._group = group
        self._stream = stream
        self._offset = offset
        self._created = False

    def forward(self) -> None:
        """Send what was written since the last time; what cannot be sent now is sent next time."""
        lines, end = self._unsent()
        if not lines:
            return
        try:
            if not self._created:
                self._create_stream()
            now = int(time.time() * 1000)
            events: list[InputLogEventTypeDef] = [
                {"timestamp": now, "message": line[:_MAXIMUM_EVENT_BYTES].decode("utf-8", "replace")} for line in lines
            ]
            self._logs.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)
        except ClientError as error:
            _log.warning("%s does not take log events: %s", self._group, error.response["Error"]["Code"])
            return
        self._offset = end

    def _unsent(self) -> tuple[list[bytes], int]:
        with self._path.open("rb") as written:
            written.seek(self._offset)
            block = written.read(1 << 20)
        whole = block[: block.rfind(b"\n") + 1]
        lines = whole.splitlines(keepends=True)[:_MAXIMUM_EVENTS]
        return [line.rstrip(b"\n") for line in lines if line.strip()], self._offset + sum(map(len, lines))

    def _create_stream(self) -> None:
        with suppress(self._logs.exceptions.ResourceAlreadyExistsException):
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        self._created = True
