"""Which timestamp an instance's key carries, so that one association's part of a study is one import prefix.

The timestamp is the second in which the association was accepted, moved forward until no other association of this
SCP has used it for the same study. It moves on within an association when an import job's limits come near, and an
instance whose key is taken by other bytes goes below one of its own.
"""

import mmap
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from dicom_scp.reception.instance_header import InstanceHeader
from healthcare_runtime.object_key import InstanceKey

# Below HealthImaging's limits of one job, 5,000 files and 10 GB, so that no prefix ever needs to be split.
MAXIMUM_INSTANCES: Final = 4_500
MAXIMUM_BYTES: Final = 9_000_000_000
_REMEMBERED_STUDIES: Final = 65_536
_REMEMBERED_DETOURS: Final = 4
_CANDIDATES: Final = 8


class TimestampLedger:
    """Gives each (study, association) a UNIX second of its own. Bounded; shared by threads and forked processes.

    It remembers one second for each of ``slots`` groups of studies, so that nothing is ever forgotten: a study only
    moves on, once in a while, because of another one in its group.

    Parameters
    ----------
    lock
        Excludes every other user of the ledger, in this process and in those that were forked from it.
    slots
        Number of groups; 8 bytes each.
    """

    def __init__(self, lock: AbstractContextManager[object] | None = None, slots: int = _REMEMBERED_STUDIES) -> None:
        self._lock = lock or threading.Lock()
        # Anonymous and shared: a forked process sees the same bytes, and the same hash of a study.
        self._last = memoryview(mmap.mmap(-1, 8 * slots)).cast("q")

    def claim(self, study_instance_uid: str, accepted_at: float) -> int:
        """The first second from ``accepted_at`` on that this study has not used."""
        slot = hash(study_instance_uid) % len(self._last)
        with self._lock:
            claimed = max(int(accepted_at), self._last[slot] + 1)
            self._last[slot] = claimed
            return claimed


@dataclass(slots=True)
class _StudyPrefix:
    """The prefix that an association's instances of one study go to now."""

    timestamp: int
    instances: int = 0
    bytes: int = 0
    detours: list[int] = field(default_factory=list)  # prefixes of instances whose key was taken


class ImportPrefixes:
    """The prefixes of one association. Used by its thread only."""

    def __init__(self, ledger: TimestampLedger, accepted_at: float) -> None:
        self._ledger = ledger
        self._accepted_at = accepted_at
        self._studies: OrderedDict[str, _StudyPrefix] = OrderedDict()

    @property
    def accepted_on(self) -> date:
        """The day in UTC on which the association was accepted: "today" for its instances, also past midnight."""
        return datetime.fromtimestamp(self._accepted_at, UTC).date()

    def candidates(self, header: InstanceHeader, sop_instance_uid: str, size: int) -> Iterator[InstanceKey]:
        """Keys for an instance of ``size`` bytes, in the order in which the store should try them. At most 8."""
        prefix = self._prefix(header.study_instance_uid, size)
        timestamps = [prefix.timestamp, *prefix.detours]
        for number in range(_CANDIDATES):
            if number < len(timestamps):
                timestamp = timestamps[number]
            else:
                timestamp = self._claim(header.study_instance_uid)
                prefix.detours = [timestamp, *prefix.detours[: _REMEMBERED_DETOURS - 1]]
            yield InstanceKey(
                day=header.study_date or self.accepted_on,
                timestamp=timestamp,
                study_instance_uid=header.study_instance_uid,
                series_instance_uid=header.series_instance_uid,
                sop_instance_uid=sop_instance_uid,
            )

    def stored(self, key: InstanceKey, size: int) -> None:
        """An instance of ``size`` bytes is below its prefix now."""
        prefix = self._studies.get(key.study_instance_uid)
        if prefix is not None and prefix.timestamp == key.timestamp:
            prefix.instances += 1
            prefix.bytes += size

    def _prefix(self, study: str, size: int) -> _StudyPrefix:
        prefix = self._studies.get(study)
        if prefix is None or prefix.instances >= MAXIMUM_INSTANCES or prefix.bytes + size > MAXIMUM_BYTES:
            prefix = self._studies[study] = _StudyPrefix(self._claim(study))
        self._studies.move_to_end(study)
        if len(self._studies) > _REMEMBERED_STUDIES:
            self._studies.popitem(last=False)  # its next instance, if any, opens a new prefix
        return prefix

    def _claim(self, study: str) -> int:
        return self._ledger.claim(study, self._accepted_at)
