"""The listener: accepts connections, gives each its thread, and brings them all to an end in good order."""

import contextlib
import errno
import itertools
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.admission import Admission, Connection
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.commitment import MAXIMUM_PENDING_BYTES, CommitmentAllowance
from dicom_scp.network.commitment_delivery import CommitmentCourier
from dicom_scp.network.connection import ACCEPTANCE_TIMEOUT, DrainLimits, Services, serve
from dicom_scp.network.crew import STACK_BYTES, Crew
from dicom_scp.network.negotiation import Negotiations
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.network.wire import end_waiting_after
from dicom_scp.ports import Storage
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.server")
BACKLOG: Final = 1024  # connections that the kernel keeps while they wait for accept; it may cap this
_TICK: Final = 0.5
_IDLE_GRACE: Final = 2.0  # seconds; a sender between two instances of one series is not idle
_MOMENT: Final = 0.1
_MARGIN: Final = 10.0  # seconds before the stop timeout: the last stores end, results are answered
_ACCEPTORS: Final = 2  # at once in a process; more would take connections out of turn (`AcceptTurns`)
_OUT_OF_DESCRIPTORS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


@dataclass(frozen=True, slots=True)
class DrainPlan:
    """What ends when, in seconds from the order to stop; each leaves the one before time to end by itself."""

    new_messages: float  # associations that go on are aborted between two messages
    stores: float  # stores that have not been confirmed are refused
    drain: float
    exit: float  # the process ends whatever still hangs
    supervisor: float  # so does the one that watches over several, with all of them

    @classmethod
    def within(cls, seconds: float) -> "DrainPlan":
        margin = min(_MARGIN, seconds / 4)
        return cls(*(seconds - margin / part for part in (1, 4, 8, 16, 32)))


@dataclass(frozen=True, slots=True)
class ServerShare:
    """One process's part in serving a listener that several processes accept from."""

    listener: socket.socket
    places: AssociationPlaces
    turns: AcceptTurns
    process: int = 0
    processes: int = 1


class DicomServer:
    """Serves associations on one port, one blocking thread each; with a ``share``, beside other processes."""

    def __init__(
        self,
        configuration: ScpConfiguration,
        storage: Storage,
        metrics: ScpMetrics,
        tls: TlsIdentity | None,
        share: ServerShare | None = None,
    ) -> None:
        share = share or ServerShare(
            listen(configuration.host, configuration.port),
            AssociationPlaces(configuration.maximum_associations),
            AcceptTurns(),
        )
        self._admission = Admission(
            share.places,
            process=share.process,
            patience=min(ACCEPTANCE_TIMEOUT, configuration.network_timeout),
        )
        self._limits = DrainLimits()
        self._courier = CommitmentCourier(
            peers=configuration.commitment_peers,
            ae_title=configuration.policy.ae_title,
            timeout=min(configuration.network_timeout, configuration.dimse_timeout),
            tls=lambda: tls.client_context if tls is not None else None,
            metrics=metrics,
        )
        self._services = Services(
            configuration=configuration,
            storage=storage,
            metrics=metrics,
            admission=self._admission,
            negotiations=Negotiations(configuration.policy),
            tls=tls,
            courier=self._courier,
            allowance=CommitmentAllowance(MAXIMUM_PENDING_BYTES // share.processes),
            association_numbers=itertools.count(share.process + 1, share.processes),
            drain_limits=self._limits,
        )
        self._closed = threading.Event()
        self._served: set[Connection] = set()  # until the last thing is done for them, after they have closed
        self._crew = Crew("association")
        self._listener, self._turns, self._process = share.listener, share.turns, share.process
        self._shared = share.processes > 1
        self._lock = threading.Lock()
        self._acceptors = 0  # threads that wait for a connection, or are about to
        self._checked = time.monotonic()  # for connections that stay silent

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def open_associations(self) -> int:
        return self._admission.open_count

    @property
    def live(self) -> bool:
        """Whether connections are still being taken."""
        return self._acceptors > 0

    @property
    def ready(self) -> bool:
        """Whether a new association would be served now."""
        return self.live and not self._admission.draining and self._services.storage.instances.ready()

    def start(self) -> None:
        threading.stack_size(STACK_BYTES)
        self._acceptors = 1
        self._crew.run(self._accept_and_serve)

    def drain(self, seconds: float) -> None:
        """Take nothing new, let what is under way end, and return within ``seconds``.

        New associations are rejected as transient. An association may go on while it is busy; idle for two seconds, or
        when time runs short, it is aborted between two messages, so that its sender knows what was stored.
        """
        plan, ordered = DrainPlan.within(seconds), time.monotonic()
        self._admission.draining = True
        self._limits.new_messages = ordered + plan.new_messages
        self._limits.store = ordered + plan.stores
        LOG.info("draining", count=self.open_associations, seconds=seconds)
        idle_grace = min(_IDLE_GRACE, seconds / 4)
        idle_since: dict[Connection, tuple[int, float]] = {}
        while self._busy() and time.monotonic() < ordered + plan.drain:
            self._evict_idle(idle_since, idle_grace)
            if time.monotonic() > self._limits.new_messages:
                self._courier.stop()
            time.sleep(0.02)
        LOG.info("drained", count=self.open_associations)

    def close(self) -> None:
        """Stop listening and cut whatever is left."""
        self._closed.set()
        self._admission.draining = True
        self._courier.stop()
        if not self._shared:  # a shutdown would end it for the other processes too; this one's acceptor ends by itself
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._await(lambda: not self._acceptors, 2 * _TICK)
            self._listener.close()
        for connection in (*self._admission.associations(), *self._admission.waiting()):
            connection.evict()
        self._await(lambda: not self._served, _TICK)

    @staticmethod
    def _await(done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            time.sleep(0.005)

    def _busy(self) -> bool:
        """Whether an association is open, or owes its peer a storage commitment result."""
        return self.open_associations > 0 or any(c.association is not None for c in list(self._served))

    def _evict_idle(self, idle_since: dict[Connection, tuple[int, float]], grace: float) -> None:
        now = time.monotonic()
        for connection in self._admission.associations():
            association = connection.association
            if association is None or not association.is_idle:
                idle_since.pop(connection, None)
                continue
            messages, since = idle_since.get(connection, (association.messages, now))
            if messages != association.messages:
                since = now
            idle_since[connection] = (association.messages, since)
            # When time runs short, busy associations leave by themselves between two messages.
            if now - since >= (grace if now <= self._limits.new_messages else min(grace, _MOMENT)):
                connection.evict()

    def _accept_and_serve(self) -> None:
        """One thread's work, while it is needed: take a connection, see that another thread waits for the next, serve.

        Most connections so find a thread that serves them as soon as the kernel wakes it, and no other is woken.
        """
        accepts = True
        while accepts and (connection := self._accept()) is not None:
            self._serve(connection)
            with self._lock:
                accepts = self._acceptors < _ACCEPTORS
                self._acceptors += accepts

    def _accept(self) -> Connection | None:
        """The next connection, with another thread to wait for the one after it; None when the server is closed."""
        connection = None
        try:
            while connection is None and not self._closed.is_set():
                connection = self._next_connection()
        finally:
            if connection is None:
                with self._lock:
                    self._acceptors -= 1
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
        self._services.metrics.connections.inc()
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
            if self._acceptors > 1:
                self._acceptors -= 1
                return True
        try:
            self._crew.run(self._accept_and_serve)
        except RuntimeError:
            return False
        return True

    def _serve(self, connection: Connection) -> None:
        try:
            serve(connection, self._services)
        finally:
            self._served.discard(connection)
            self._turns.serves(self._process, len(self._served))


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
