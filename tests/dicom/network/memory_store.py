"""A store in memory, for tests of the network side: what arrives can be looked at, and faults told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dicom_scp.ports import Overloaded, Peer, Reception, Storage, StoreRequest, StoreResult, StoreStatus, StoreUsage

Hook = Callable[[StoreRequest], None]


@dataclass
class StoredInstance:
    """One finished data set and the request that brought it."""

    request: StoreRequest
    data: bytes


@dataclass
class MemoryStore:
    """An `InstanceStore` and `InstanceIndex`. The hooks run at their moment and may raise or wait."""

    view_bytes: int = 1 << 16
    at_begin: Hook = lambda _: None
    at_room: Hook = lambda _: None
    at_take: Hook = lambda _: None
    at_finish: Hook = lambda _: None
    result: StoreResult = field(default_factory=lambda: StoreResult(StoreStatus.SUCCESS))
    overloaded: bool = False
    is_ready: bool = True
    stored: list[StoredInstance] = field(default_factory=list)
    aborted: int = 0
    peers: list[Peer] = field(default_factory=list)
    closed_associations: int = 0
    held: Callable[[str], bool] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def associate(self, peer: Peer) -> "MemoryAssociationStore":
        if self.overloaded:
            raise Overloaded
        with self.lock:
            self.peers.append(peer)
        return MemoryAssociationStore(self)

    def ready(self) -> bool:
        return self.is_ready

    def usage(self) -> StoreUsage:
        return StoreUsage(1 << 20, 0, 0, 0.0, 0, 0)

    def close(self) -> None:
        """Nothing is held."""

    def holds(self, sop_class_uid: str, sop_instance_uid: str) -> bool:
        if self.held is not None:
            return self.held(sop_instance_uid)
        with self.lock:
            return any(
                (i.request.sop_class_uid, i.request.sop_instance_uid) == (sop_class_uid, sop_instance_uid)
                for i in self.stored
            )

    def storage(self) -> Storage:
        return Storage(self, self)


@dataclass
class MemoryAssociationStore:
    store: MemoryStore

    def begin(self, request: StoreRequest) -> Reception:
        self.store.at_begin(request)
        return MemoryReception(self.store, request)

    def close(self) -> None:
        with self.store.lock:
            self.store.closed_associations += 1


class MemoryReception:
    """Collects one data set."""

    def __init__(self, store: MemoryStore, request: StoreRequest) -> None:
        self._store = store
        self._request = request
        self._data = bytearray()
        self._view = memoryview(bytearray(store.view_bytes))
        self._ended = False

    def room(self, deadline: float) -> memoryview:
        self._store.at_room(self._request)
        return self._view

    def take(self, start: int, end: int) -> None:
        self._data += self._view[start:end]
        self._store.at_take(self._request)

    def finish(self, deadline: float) -> StoreResult:
        self._store.at_finish(self._request)
        self._ended = True
        if self._store.result.status == StoreStatus.SUCCESS:
            with self._store.lock:
                self._store.stored.append(StoredInstance(self._request, bytes(self._data)))
        return self._store.result

    def abort(self) -> None:
        if not self._ended:
            self._ended = True
            with self._store.lock:
                self._store.aborted += 1
