"""Serves associations on one port, and brings them all to an end in good order."""

import itertools
import time
from dataclasses import dataclass
from functools import partial
from typing import Final

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.acceptors import Acceptors, ServerShare, listen
from dicom_scp.network.admission import Admission, Connection
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.commitment import MAXIMUM_PENDING_BYTES, CommitmentAllowance
from dicom_scp.network.commitment_delivery import CommitmentCourier
from dicom_scp.network.connection import ACCEPTANCE_TIMEOUT, DrainLimits, Services, serve
from dicom_scp.network.negotiation import Negotiations
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.ports import Storage
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.server")
_IDLE_GRACE: Final = 2.0  # seconds; a sender between two instances of one series is not idle
_MOMENT: Final = 0.1
_MARGIN: Final = 10.0  # seconds before the stop timeout: the last stores end, results are answered


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
        self._listener = share.listener
        self._acceptors = Acceptors(share, self._admission, metrics, partial(serve, services=self._services))

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
        return self._acceptors.live

    @property
    def ready(self) -> bool:
        """Whether a new association would be served now."""
        return self.live and not self._admission.draining and self._services.storage.instances.ready()

    def start(self) -> None:
        self._acceptors.start()

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
        self._admission.draining = True
        self._courier.stop()
        self._acceptors.close()
        for connection in (*self._admission.associations(), *self._admission.waiting()):
            connection.evict()
        self._acceptors.await_end()

    def _busy(self) -> bool:
        """Whether an association is open, or owes its peer a storage commitment result."""
        return self.open_associations > 0 or any(c.association is not None for c in self._acceptors.served)

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
