"""The object path of the SCP: every association's data sets, through one memory budget, into one object store."""

import threading
import time
from collections.abc import Iterator
from typing import Final

from dicom_scp.ports import Overloaded, Peer, Reception, StoreRequest, StoreUsage
from dicom_scp.reception.data_set_reception import DataSetReception
from dicom_scp.reception.import_prefixes import ImportPrefixes, TimestampLedger
from dicom_scp.reception.instance_header import InstanceHeader
from dicom_scp.reception.memory_budget import MemoryBudget
from dicom_scp.reception.object_store import ObjectStore, Placement, StoreFaultError
from dicom_scp.reception.recent_instances import RecentInstances
from healthcare_runtime.object_key import InstanceKey

_PATIENCE: Final = 5.0  # seconds that a reception may wait for memory before new associations are turned away
_FAILURES_UNTIL_NOT_READY: Final = 3
_FAILURE_MEMORY: Final = 30.0  # seconds; a store that failed longer ago deserves another try
_FULL: Final = 0.95


class BudgetedInstanceStore:
    """Implements `dicom_scp.ports.InstanceStore`."""

    def __init__(
        self,
        store: ObjectStore,
        budget: MemoryBudget,
        recent: RecentInstances,
        ledger: TimestampLedger | None = None,
    ) -> None:
        self._store = store
        self._budget = budget
        self._recent = recent
        self._ledger = ledger or TimestampLedger()
        self._health = _StoreHealth()

    def associate(self, peer: Peer) -> "AssociationInstances":
        if self._budget.longest_wait() > _PATIENCE:
            raise Overloaded
        prefixes = ImportPrefixes(self._ledger, peer.accepted_at)
        return AssociationInstances(self._store, self._budget, prefixes, self._recent, self._health)

    def ready(self) -> bool:
        return self._health.good() and self._budget.used_bytes < _FULL * self._budget.limit_bytes

    def usage(self) -> StoreUsage:
        return StoreUsage(
            budget_bytes=self._budget.limit_bytes,
            used_bytes=self._budget.used_bytes,
            waiting_receptions=self._budget.waiting,
            back_pressure_seconds=self._budget.waited_seconds,
            store_retries=self._store.retries,
            store_failures=self._health.failures,
        )

    def close(self) -> None:
        self._store.close()


class AssociationInstances:
    """Implements `dicom_scp.ports.AssociationStore`."""

    def __init__(
        self,
        store: ObjectStore,
        budget: MemoryBudget,
        prefixes: ImportPrefixes,
        recent: RecentInstances,
        health: "_StoreHealth",
    ) -> None:
        self._store = store
        self._budget = budget
        self._prefixes = prefixes
        self._recent = recent
        self._health = health

    def begin(self, request: StoreRequest) -> Reception:
        return DataSetReception(request, self, self._store, self._budget.lease())

    def close(self) -> None:
        """Nothing is held between data sets."""

    def candidates(self, header: InstanceHeader, sop_instance_uid: str, size: int) -> Iterator[InstanceKey]:
        return self._prefixes.candidates(header, sop_instance_uid, size)

    def stored(self, request: StoreRequest, placement: Placement, size: int) -> None:
        if not placement.already_there:
            self._prefixes.stored(placement.key, size)
        self._recent.add(request.sop_class_uid, placement.key)
        self._health.succeeded()

    def failed(self, fault: StoreFaultError) -> None:
        self._health.failed()


class _StoreHealth:
    """Whether the store has lately answered. Thread-safe."""

    def __init__(self) -> None:
        self.failures = 0
        self._in_a_row = 0
        self._last_failure = 0.0
        self._lock = threading.Lock()

    def succeeded(self) -> None:
        self._in_a_row = 0  # one assignment: no lock on the path of every instance

    def failed(self) -> None:
        with self._lock:
            self.failures += 1
            self._in_a_row += 1
            self._last_failure = time.monotonic()

    def good(self) -> bool:
        recovered = time.monotonic() - self._last_failure > _FAILURE_MEMORY
        return self._in_a_row < _FAILURES_UNTIL_NOT_READY or recovered
