"""The wire between the supervisor and one worker: a question one way, a report of the worker's state the other.

The worker's end also tells it that the supervisor is gone, however that came about: the kernel closes the other one.
"""

import os
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from dicom_scp.health import Vitals

_QUESTION: Final = b"?"
_LIVE, _READY = 1, 2


@dataclass(frozen=True, slots=True)
class Report:
    """What one worker says of itself; ``metrics`` is Prometheus text."""

    live: bool
    ready: bool
    metrics: bytes

    def encode(self) -> bytes:
        return bytes((_LIVE * self.live | _READY * self.ready,)) + self.metrics

    @classmethod
    def decode(cls, message: bytes) -> "Report":
        return cls(bool(message[0] & _LIVE), bool(message[0] & _READY), message[1:])


class ReportingEnd:
    """The worker's end. Answers in a thread of its own, and ends the process with the supervisor."""

    def __init__(self, connection: Connection, vitals: Vitals) -> None:
        self._connection = connection
        self._vitals = vitals
        self._thread = threading.Thread(target=self._answer, name="report", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _answer(self) -> None:
        try:
            while True:
                self._connection.recv_bytes(len(_QUESTION))
                report = Report(self._vitals.live, self._vitals.ready, self._vitals.metrics())
                self._connection.send_bytes(report.encode())
        except (EOFError, OSError):
            # Nobody watches any longer, and nobody could stop this process. What was acknowledged is stored; a drain
            # would keep the port from the program's next start.
            os._exit(1)


class AskingEnd:
    """The supervisor's end. Used by one thread at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asked = False

    def ask(self) -> None:
        """Ask for a report, unless the last question is still open: one that hangs is not asked ever more."""
        if self._asked:
            return
        try:
            self._connection.send_bytes(_QUESTION)
            self._asked = True
        except OSError:  # gone
            return

    def report(self, seconds: float) -> Report | None:
        """The answer to the question; None when the worker does not give it within ``seconds``, or has gone."""
        try:
            if not self._asked or not self._connection.poll(max(0.0, seconds)):
                return None
            self._asked = False
            return Report.decode(self._connection.recv_bytes())
        except (EOFError, OSError):
            return None

    def close(self) -> None:
        self._connection.close()
