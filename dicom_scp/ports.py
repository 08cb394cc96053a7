"""The border between the network and the object path of the SCP.

The network side (`dicom_scp.network`) receives associations and messages and calls these protocols; the object path
(`dicom_scp.reception`) implements them and never sees a socket. One association is one thread: the methods of an
`AssociationStore` and its `Reception` are called from that thread only; `InstanceStore` and `InstanceIndex` are called
from every thread. Times named ``deadline`` are on `time.monotonic`.

``dicom_scp.reception.open_storage(settings, share) -> Storage`` is the only door to the implementation.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol


class StoreStatus(IntEnum):
    """What a C-STORE-RSP may say (PS3.4 B.2.3, PS3.7 9.1.1.1.9 and annex C). Warnings (0xBxxx) are never sent."""

    SUCCESS = 0x0000  # the store has confirmed the bytes
    PROCESSING_FAILURE = 0x0110  # a fault of this program; nothing is stored
    INVALID_SOP_INSTANCE = 0x0117  # the instance UID is empty, malformed, too long or path-like
    SOP_CLASS_NOT_SUPPORTED = 0x0122  # the command names a SOP class that its context was not accepted for
    OUT_OF_RESOURCES = 0xA700  # the store refused or failed, or memory stayed full, up to the deadline
    DATA_SET_MISMATCH = 0xA900  # the data set contradicts its command, or lacks a usable study or series UID
    CANNOT_UNDERSTAND = 0xC000  # empty, truncated, or not DICOM in the negotiated transfer syntax


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of one association, as it stood when it was accepted."""

    calling_ae_title: str
    called_ae_title: str
    address: str  # IP address as text
    association: int  # a number of its own within this SCP, over all its processes
    accepted_at: float  # seconds since the epoch
    tls_subject_digest: str | None = None  # SHA-256 (16 hex digits) of the client certificate's subject


class StoreRequest(NamedTuple):
    """One C-STORE-RQ. The UIDs have passed `healthcare_runtime.object_key.is_uid`."""

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str  # a key of `dicom_scp.transfer_syntaxes.ENCODINGS`
    peer: Peer


class StoreResult(NamedTuple):
    """How a data set ended. The comment goes to the sender (0000,0902): at most 64 characters, never PHI."""

    status: int
    comment: str = ""
    bytes: int = 0  # of the data set, as received
    study_digest: str | None = None  # digests of UIDs, for the log line only
    series_digest: str | None = None
    attempts: int = 1


class StoreRefused(Exception):  # noqa: N818 - an answer, not an error of this program
    """The data set will not be stored; the rest of it is drained and the sender gets ``status``."""

    def __init__(self, status: int, comment: str) -> None:
        super().__init__(f"refused with status 0x{status:04X}")
        self.status = status
        self.comment = comment


class Overloaded(Exception):  # noqa: N818
    """No room for another association now; it is rejected as transient (PS3.8 9.3.4: local limit exceeded)."""


class Reception(Protocol):
    """One data set on its way in.

    Exactly one of `finish` and `abort` ends it. After a `StoreRefused` from `room` or `take` the caller drains the
    remaining fragments itself and calls `abort`.
    """

    def room(self, deadline: float) -> memoryview:
        """Where the next bytes go, those of the data set and the headers of the fragments that bring it: not empty.

        The last room is full, or as good as full, and is not used again. Blocks while the memory budget is full (back
        pressure: the socket is not read meanwhile), until ``deadline``.

        Raises
        ------
        StoreRefused
            The budget stayed full, or what came before already decides the answer.
        """

    def take(self, start: int, end: int) -> None:
        """These bytes of the last room are the next of the data set. What is before them is not used again.

        Raises
        ------
        StoreRefused
            The bytes so far decide the answer.
        """

    def finish(self, deadline: float) -> StoreResult:
        """The data set is complete: confirm it durable, or say why not, by ``deadline``. Never raises for the store."""

    def abort(self) -> None:
        """The data set will not be completed: leave nothing of it behind. May be called twice, or after `finish`."""


class AssociationStore(Protocol):
    """What one association stores; created when it is accepted."""

    def begin(self, request: StoreRequest) -> Reception:
        """Prepare for one data set.

        Raises
        ------
        StoreRefused
            The command alone decides the answer.
        """

    def close(self) -> None:
        """The association has ended, one way or another."""


@dataclass(frozen=True, slots=True)
class StoreUsage:
    """Figures of the object path for ``/metrics``: gauges first, then counters since the start."""

    budget_bytes: int
    used_bytes: int
    waiting_receptions: int
    back_pressure_seconds: float
    store_retries: int
    store_failures: int


class InstanceStore(Protocol):
    """Where instances go."""

    def associate(self, peer: Peer) -> AssociationStore:
        """Open the store for one association.

        Raises
        ------
        Overloaded
            The association must be rejected as transient.
        """

    def ready(self) -> bool:
        """Whether an instance sent now would likely be stored. Cheap: never waits for the network."""

    def usage(self) -> StoreUsage: ...

    def close(self) -> None:
        """No association is left; release what is held."""


class InstanceIndex(Protocol):
    """What storage commitment asks (PS3.4 annex J)."""

    def holds(self, sop_class_uid: str, sop_instance_uid: str) -> bool:
        """Whether the instance is durable in the store now. May take seconds.

        Raises
        ------
        OSError
            The store cannot tell; the instance is then reported as a processing failure, never as committed.
        """


@dataclass(frozen=True, slots=True)
class Storage:
    """Both faces of one store."""

    instances: InstanceStore
    index: InstanceIndex
