"""The listener, and the threads that accept its connections and serve them in turns."""

import contextlib
import errno
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.admission import Admission, Connection
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.crew import STACK_BYTES, Crew
from dicom_scp.network.wire import end_waiting_after
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.server")
BACKLOG: Final = 1024  # connections that the kernel keeps while they wait for accept; it may cap this
_TICK: Final = 0.5
_ACCEPTORS: Final = 2  # at once in a process; more would take connections out of turn (`AcceptTurns`)
_OUT_OF_DESCRIPTORS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


@dataclass(frozen=True, slots=True)
class ServerShare:
    """One process's part in serving a listener that several processes accept from."""

    listener: socket.socket
    places: AssociationPlaces
    turns: AcceptTurns
    process: int = 0
    processes: int = 1


class Acceptors:
    """Threads that each take a connection, see that another one waits for the next, and serve it.

    So most connections find a thread that serves them as soon as the kernel wakes it, and no other is woken.
    """

    def __init__(
        self, share: ServerShare, admission: Admission, metrics: ScpMetrics, serve: Callable[[Connection], None]
    ) -> None:
        self._listener, self._turns, self._process = share.listener, share.turns, share.process
        self._shared = share.processes > 1
        self._admission = admission
        self._metrics = metrics
        self._serve = serve
        self._served: set[Connection] = set()  # until the last thing is done for them, after they have closed
        self._crew = Crew("association")
        self._lock = threading.Lock()
        self._accepting = 0  # threads that wait for a connection, or are about to
        self._closed = threading.Event()
        self._checked = time.monotonic()  # for connections that stay silent

    @property
    def live(self) -> bool:
        """Whether connections are still being taken."""
        return self._accepting > 0

    @property
    def served(self) -> list[Connection]:
        """Those for which something is still to be done."""
        return list(self._served)

    def start(self) -> None:
        threading.stack_size(STACK_BYTES)
        self._accepting = 1
        self._crew.run(self._accept_and_serve)

    def close(self) -> None:
        """Take no more connections."""
        self._closed.set()
        if not self._shared:  # a shutdown would end it for the other processes too; here the next tick ends it
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            _await(lambda: not self._accepting, 2 * _TICK)
            self._listener.close()

    def await_end(self) -> None:
        """Wait, but not for long, until nothing more is to be done for any connection."""
        _await(lambda: not self._served, _TICK)

    def _accept_and_serve(self) -> None:
        accepts = True
        while accepts and (connection := self._accept()) is not None:
            try:
                self._serve(connection)
            finally:
                self._served.discard(connection)
                self._turns.serves(self._process, len(self._served))
            with self._lock:
                accepts = self._accepting < _ACCEPTORS
                self._accepting += accepts

    def _accept(self) -> Connection | None:
        """The next connection, with another thread to wait for the one after it; None when there will be no more."""
        connection = None
        try:
            while connection is None and not self._closed.is_set():
                connection = self._next_connection()
        finally:
            if connection is None:
                with self._lock:
                    self._accepting -= 1
        return connection

    def _next_connection(self) -> Connection | None:
        """Wait a tick for a connection."""
        now = time.monotonic()
        if now - self._checked >= _TICK:
            self._checked = now
            self._admission.evict_silent()
        try:
            self._turns.serves(self._process, len(self._served))
            if not self._turns.await_turn(self._process, self._listener, _TICK):
                return None
            connected, address = self._listener.accept()
        except BlockingIOError:  # a tick has passed
            return None
        except OSError as error:
            if error.errno in _OUT_OF_DESCRIPTORS:
                LOG.failure("accept_failed")
                time.sleep(_TICK)  # descriptors come back as associations end
            return None
        return self._take(connected, address[0])

    def _take(self, connected: socket.socket, address: str) -> Connection | None:
        self._metrics.connections.inc()
        connection = self._admission.enter(connected, address)
        if connection is None or not self._is_followed():
            if connection is not None:
                self._admission.leave(connection)
            connected.close()
            return None
        self._served.add(connection)
        return connection

    def _is_followed(self) -> bool:
        """Leave the acceptors; False when nobody else can be one, for the system gives no more threads."""
        with self._lock:
            if self._accepting > 1:
                self._accepting -= 1
                return True
        try:
            self._crew.run(self._accept_and_serve)
        except RuntimeError:
            return False
        return True


def _await(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.005)


def listen(host: str, port: int) -> socket.socket:
    """A listener for `DicomServer`; several processes may accept from it.

    Raises
    ------
    OSError
        The port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Blocked in accept(2) itself, processes take turns and one wakes for each connection; in poll(2) all of them would.
    end_waiting_after(listener, _TICK)
    _tune(listener)
    return listener


def _tune(listener: socket.socket) -> None:
    """Set what every accepted connection inherits (tcp(7), socket(7)), so that no connection costs these calls."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, seconds in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):  # Linux: a half-open peer is noticed within a minute, not after two hours
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
