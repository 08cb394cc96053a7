"""What storage commitment is answered from (PS3.4 annex J): first memory, then the store's own ways to look."""

import itertools
import mmap
import struct
import zlib
from datetime import date
from typing import Final

from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.part10 import LONGEST_FILE_HEADER, stored_identity
from healthcare_runtime.object_key import InstanceKey, is_uid

_REMEMBERED_INSTANCES: Final = 1 << 17  # 38 MB at most
_KEYS_TO_TRY: Final = 16
_WAYS: Final = 4  # entries of the index in which one instance may be, the newest first
_ENTRIES_PER_RECORD: Final = 4  # so that hardly ever five of the last instances want the same entries
_CHECKSUM: Final = struct.Struct("<L")
_INSTANCE: Final = struct.Struct("<ql64s64s64s64s")  # timestamp, day, then SOP instance, class, study and series UID
_RECORD_BYTES: Final = _CHECKSUM.size + _INSTANCE.size


class RecentInstances:
    """The instances that this SCP stored last, by SOP instance UID. Bounded; shared by threads and forked processes.

    Records of one size, written one after the other, over the oldest in the end, so that only the pages in use take
    memory; and an index of record numbers. Each process writes records of its own, so there is no lock. An entry of
    the index that another process has overwritten, and a record that is being written, tell by UID and checksum that
    they are not what is looked for: the instance then counts as not remembered.
    """

    def __init__(self, remembered: int = _REMEMBERED_INSTANCES, processes: int = 1) -> None:
        self._per_process = max(1, remembered // processes)
        records = self._per_process * processes
        self._sets = max(1, records * _ENTRIES_PER_RECORD // _WAYS)
        # Anonymous and shared: a forked process sees the same bytes, and the same hash of a UID.
        self._records = mmap.mmap(-1, records * _RECORD_BYTES)
        self._index = memoryview(mmap.mmap(-1, 4 * self._sets * _WAYS)).cast("I")  # record numbers, from 1
        self._first = 0
        self._written = itertools.count()

    def belong_to(self, process: int) -> None:
        """Write the records of this process from now on; to be called once, after the fork."""
        self._first = process * self._per_process

    def add(self, sop_class_uid: str, key: InstanceKey) -> None:
        record = _INSTANCE.pack(
            key.timestamp,
            key.day.toordinal(),
            key.sop_instance_uid.encode("ascii"),
            sop_class_uid.encode("ascii"),
            key.study_instance_uid.encode("ascii"),
            key.series_instance_uid.encode("ascii"),
        )
        number = self._first + next(self._written) % self._per_process
        start = number * _RECORD_BYTES
        self._records[start : start + _RECORD_BYTES] = _CHECKSUM.pack(zlib.crc32(record)) + record
        newest = self._first_entry(key.sop_instance_uid)
        self._index[newest + 1 : newest + _WAYS] = self._index[newest : newest + _WAYS - 1]
        self._index[newest] = number + 1

    def find(self, sop_instance_uid: str) -> tuple[str, InstanceKey] | None:
        """SOP class and key of the instance, as it was stored last."""
        newest = self._first_entry(sop_instance_uid)
        found = (self._read(self._index[entry], sop_instance_uid) for entry in range(newest, newest + _WAYS))
        return next((instance for instance in found if instance is not None), None)

    def _first_entry(self, sop_instance_uid: str) -> int:
        return hash(sop_instance_uid) % self._sets * _WAYS

    def _read(self, number: int, sop_instance_uid: str) -> tuple[str, InstanceKey] | None:
        if not number:
            return None
        start = (number - 1) * _RECORD_BYTES
        checksum, record = self._records[start : start + 4], self._records[start + 4 : start + _RECORD_BYTES]
        if checksum != _CHECKSUM.pack(zlib.crc32(record)):
            return None
        timestamp, day, *padded = _INSTANCE.unpack(record)
        uid, sop_class, study, series = (field.rstrip(b"\0").decode("ascii") for field in padded)
        if uid != sop_instance_uid:
            return None
        return sop_class, InstanceKey(date.fromordinal(day), timestamp, study, series, uid)


class DurableInstanceIndex:
    """Implements `dicom_scp.ports.InstanceIndex`.

    Every answer "yes" rests on a read of the object just now, including its SOP class: a commitment allows the sender
    to delete its own copy.
    """

    def __init__(self, store: ObjectStore, recent: RecentInstances) -> None:
        self._store = store
        self._recent = recent

    def holds(self, sop_class_uid: str, sop_instance_uid: str) -> bool:
        if not is_uid(sop_instance_uid):  # the sender's text: it must never become a path or a pattern
            return False
        remembered = self._recent.find(sop_instance_uid)
        if remembered and remembered[0] == sop_class_uid and self._is_there(remembered[1], sop_class_uid):
            return True
        for _, key in zip(range(_KEYS_TO_TRY), self._store.find(sop_instance_uid), strict=False):
            if self._is_there(key, sop_class_uid):
                return True
        return False

    def _is_there(self, key: InstanceKey, sop_class_uid: str) -> bool:
        start = self._store.read_start(key, LONGEST_FILE_HEADER)
        if start is None:
            return False
        try:
            return stored_identity(start) == (sop_class_uid, key.sop_instance_uid)
        except ValueError:  # an object of that name, but not what was stored under it
            return False
