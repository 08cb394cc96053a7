"""What storage commitment is answered from (PS3.4 annex J): first memory, then the store's own ways to look."""

import mmap
import struct
import zlib
from datetime import date
from typing import Final

from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.part10 import LONGEST_FILE_HEADER, stored_identity
from healthcare_runtime.object_key import InstanceKey, is_uid

_REMEMBERED_INSTANCES: Final = 1 << 17  # 36 MB at most
_KEYS_TO_TRY: Final = 16
_WAYS: Final = 4  # places in which one instance may be
_CHECKSUM: Final = struct.Struct("<L")
_INSTANCE: Final = struct.Struct("<ql64s64s64s64s")  # timestamp, day, then SOP instance, class, study and series UID
_TIMESTAMP: Final = struct.Struct("<q")
_RECORD_BYTES: Final = _CHECKSUM.size + _INSTANCE.size
_UID_AT: Final = _CHECKSUM.size + 8 + 4


class RecentInstances:
    """The instances that this SCP stored last, by SOP instance UID. Bounded; shared by threads and forked processes.

    A table of fixed records: an instance has four places, by its UID, and takes that of the oldest prefix. There is
    no lock. Two processes that write one record at one moment spoil it at worst, its checksum shows that, and the
    instance counts as not remembered.
    """

    def __init__(self, remembered: int = _REMEMBERED_INSTANCES) -> None:
        self._sets = max(1, remembered // _WAYS)
        # Anonymous and shared: a forked process sees the same bytes, and the same hash of a UID.
        self._table = mmap.mmap(-1, self._sets * _WAYS * _RECORD_BYTES)

    def add(self, sop_class_uid: str, key: InstanceKey) -> None:
        uid = key.sop_instance_uid.encode("ascii")
        record = _INSTANCE.pack(
            key.timestamp,
            key.day.toordinal(),
            uid,
            sop_class_uid.encode("ascii"),
            key.study_instance_uid.encode("ascii"),
            key.series_instance_uid.encode("ascii"),
        )
        place = self._place_for(key.sop_instance_uid, uid)
        self._table[place : place + _RECORD_BYTES] = _CHECKSUM.pack(zlib.crc32(record)) + record

    def find(self, sop_instance_uid: str) -> tuple[str, InstanceKey] | None:
        for place in self._places(sop_instance_uid):
            (checksum,) = _CHECKSUM.unpack_from(self._table, place)
            record = self._table[place + _CHECKSUM.size : place + _RECORD_BYTES]
            if checksum != zlib.crc32(record):
                continue
            timestamp, day, *padded = _INSTANCE.unpack(record)
            uid, sop_class, study, series = (field.rstrip(b"\0").decode("ascii") for field in padded)
            if uid == sop_instance_uid:
                return sop_class, InstanceKey(date.fromordinal(day), timestamp, study, series, uid)
        return None

    def _places(self, sop_instance_uid: str) -> range:
        first = hash(sop_instance_uid) % self._sets * _WAYS * _RECORD_BYTES
        return range(first, first + _WAYS * _RECORD_BYTES, _RECORD_BYTES)

    def _place_for(self, sop_instance_uid: str, uid: bytes) -> int:
        """Where the instance is, or else where the one with the oldest prefix is: an empty place is older than all."""
        oldest, chosen = None, 0
        for place in self._places(sop_instance_uid):
            if self._table[place + _UID_AT : place + _UID_AT + 64].rstrip(b"\0") == uid:
                return place
            (timestamp,) = _TIMESTAMP.unpack_from(self._table, place + _CHECKSUM.size)
            if oldest is None or timestamp < oldest:
                oldest, chosen = timestamp, place
        return chosen


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
