"""Sends instances through the object path's port, as the network side does."""

import itertools
import time
from collections.abc import Iterable

from dicom_scp.ports import AssociationStore, InstanceStore, Peer, Reception, StoreRefused, StoreRequest, StoreResult
from tests.dicom.reception.data_sets import Instance

_ASSOCIATIONS = itertools.count(1)
_FRAMING = 12  # bytes of headers before each fragment (PS3.8 9.3.5)


def fill_room(reception: Reception, data: bytes | memoryview) -> int:
    """Fill one room with the start of ``data``, as one fragment without a header; how much that is."""
    room = reception.room(float("inf"))
    count = min(len(room), len(data))
    room[:count] = data[:count]
    reception.take(0, count)
    return count


class Sender:
    """One association."""

    def __init__(self, store: InstanceStore, *, accepted_at: float | None = None, timeout: float = 20.0) -> None:
        self.timeout = timeout
        self.peer = Peer(
            calling_ae_title="MODALITY",
            called_ae_title="STORESCP",
            address="127.0.0.1",
            association=next(_ASSOCIATIONS),
            accepted_at=time.time() if accepted_at is None else accepted_at,
        )
        self.association: AssociationStore = store.associate(self.peer)

    def request(self, instance: Instance) -> StoreRequest:
        return StoreRequest(instance.sop_class_uid, instance.sop_instance_uid, instance.transfer_syntax_uid, self.peer)

    def send(self, instance: Instance, fragment: int = 131_072) -> StoreResult:
        """Send one instance; a refusal on the way counts as its answer, as it does on the network."""
        view = memoryview(instance.data)
        pieces = (view[start : start + fragment] for start in range(0, len(view), fragment))
        return self.send_pieces(instance, pieces)

    def send_pieces(self, instance: Instance, pieces: Iterable[bytes | memoryview]) -> StoreResult:
        reception = self.association.begin(self.request(instance))
        room, filled = memoryview(b""), 0
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    if filled + _FRAMING >= len(room):
                        room, filled = reception.room(time.monotonic() + self.timeout), 0
                    start = filled + _FRAMING
                    end = filled = min(start + len(rest), len(room))
                    room[start:end] = rest[: end - start]
                    reception.take(start, end)
                    rest = rest[end - start :]
        except StoreRefused as refusal:
            reception.abort()
            return StoreResult(refusal.status, refusal.comment)
        return reception.finish(time.monotonic() + self.timeout)
