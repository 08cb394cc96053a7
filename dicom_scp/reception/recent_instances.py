"""What storage commitment is answered from (PS3.4 annex J): first memory, then the store's own ways to look."""

import threading
from collections import OrderedDict
from typing import Final

from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.part10 import LONGEST_FILE_HEADER, stored_identity
from healthcare_runtime.object_key import InstanceKey, is_uid

_REMEMBERED_INSTANCES: Final = 100_000  # about 50 MB at most
_KEYS_TO_TRY: Final = 16


class RecentInstances:
    """The instances that this process stored last, by SOP instance UID. Thread-safe, bounded."""

    def __init__(self, remembered: int = _REMEMBERED_INSTANCES) -> None:
        self._remembered = remembered
        self._keys: OrderedDict[str, tuple[str, InstanceKey]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, sop_class_uid: str, key: InstanceKey) -> None:
        with self._lock:
            self._keys[key.sop_instance_uid] = (sop_class_uid, key)
            self._keys.move_to_end(key.sop_instance_uid)
            if len(self._keys) > self._remembered:
                self._keys.popitem(last=False)

    def find(self, sop_instance_uid: str) -> tuple[str, InstanceKey] | None:
        with self._lock:
            return self._keys.get(sop_instance_uid)


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
