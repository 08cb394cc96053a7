"""One data set on its way in: received into leased memory, walked as it comes, stored, and only then acknowledged."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol

from dicom_scp.ports import StoreRefused, StoreRequest, StoreResult, StoreStatus
from dicom_scp.reception.element_walker import MalformedDataSetError
from dicom_scp.reception.instance_header import InstanceHeader, header_is_complete, walk_header
from dicom_scp.reception.memory_budget import CHUNKS_PER_RECEPTION, BudgetExhaustedError, Lease
from dicom_scp.reception.object_store import ObjectStore, Placement, StoreFaultError, Upload
from dicom_scp.reception.part10 import file_header
from healthcare_runtime.object_key import InstanceKey
from healthcare_runtime.structured_log import digest

# What a streamed object is assumed to come to when its prefix is chosen; its true size is not known yet.
_STREAMED_OBJECT_ALLOWANCE: Final = 1_000_000_000
# Bytes. Shorter runs are moved next to each other: a piece of its own costs a store about as much as moving this many.
_WORTH_A_PIECE: Final = 32 << 10


class StoredInstances(Protocol):
    """What a reception tells, and asks, its association."""

    def candidates(self, header: InstanceHeader, sop_instance_uid: str, size: int) -> Iterator[InstanceKey]: ...
    def stored(self, request: StoreRequest, placement: Placement, size: int) -> None: ...
    def failed(self, fault: StoreFaultError) -> None: ...


class DataSetReception:
    """Implements `dicom_scp.ports.Reception`.

    Up to 8 MiB the object waits in memory, whole, for its last byte. A larger one is streamed: when the leased memory
    is full, it goes to the store and is used again. Its key must be known by then, so the study and series UIDs have
    to come within the first 8 MiB; in real objects they come within the first few KiB.
    """

    def __init__(self, request: StoreRequest, association: StoredInstances, store: ObjectStore, lease: Lease) -> None:
        self._request = request
        self._association = association
        self._store = store
        self._lease = lease
        self._walker = walk_header(request.transfer_syntax_uid)
        self._header: InstanceHeader | None = None
        self._upload: Upload | None = None
        self._pieces: list[memoryview] = [memoryview(file_header(request))]  # walked ones, not yet in the store
        self._chunk = memoryview(b"")  # the one that is being filled
        self._runs: list[tuple[int, int]] = []  # of it belong to the data set: from where to where
        self._used_chunks = 0
        self._size = 0

    def room(self, deadline: float) -> memoryview:
        if self._used_chunks:
            self._walk()
        self._next_chunk(deadline)
        return self._chunk

    def take(self, start: int, end: int) -> None:
        runs = self._runs
        if runs:
            before, last = runs[-1]
            if last == start:
                runs[-1] = before, end
                return
            if end - start < _WORTH_A_PIECE:  # close the gap
                self._chunk[last : last + end - start] = self._chunk[start:end]
                runs[-1] = before, last + end - start
                return
        runs.append((start, end))

    def finish(self, deadline: float) -> StoreResult:
        attempts = 1
        status, comment = StoreStatus.SUCCESS, ""
        try:
            self._walk()
            attempts = self._store_whole(deadline).attempts
        except StoreRefused as refusal:
            status, comment = StoreStatus(refusal.status), refusal.comment
        except StoreFaultError as fault:
            self._association.failed(fault)
            status, comment, attempts = StoreStatus.OUT_OF_RESOURCES, fault.reason, fault.attempts
        finally:
            self.abort()
        return StoreResult(
            status=status,
            comment=comment,
            bytes=self._size,
            study_digest=_digest(self._header.study_instance_uid) if self._header else None,
            series_digest=_digest(self._header.series_instance_uid) if self._header else None,
            attempts=attempts,
        )

    def abort(self) -> None:
        upload, self._upload = self._upload, None
        if upload is not None:
            upload.discard()
        for piece in (*self._pieces, self._chunk):
            piece.release()
        self._pieces.clear()
        self._chunk = memoryview(b"")
        self._lease.release()

    def _walk(self) -> None:
        """Walk what the chunk holds of the data set, and keep it for the store."""
        for start, end in self._runs:
            piece = self._chunk[start:end]
            self._pieces.append(piece)
            self._size += end - start
            try:
                self._walker.feed(piece)
            except MalformedDataSetError as error:
                raise _malformed(error) from None
        self._runs.clear()

    def _next_chunk(self, deadline: float) -> None:
        if self._used_chunks == CHUNKS_PER_RECEPTION:
            self._spill(deadline)
        if self._used_chunks < len(self._lease.chunks):
            chunk = self._lease.chunks[self._used_chunks]
        else:
            try:
                chunk = self._lease.grow(deadline)
            except BudgetExhaustedError:
                raise StoreRefused(StoreStatus.OUT_OF_RESOURCES, "Memory for incoming objects is full") from None
        self._used_chunks += 1
        self._chunk = memoryview(chunk)

    def _spill(self, deadline: float) -> None:
        """Send what has been received to the store, and use its memory again."""
        if self._header is None:
            if not header_is_complete(self._walker.values):
                raise StoreRefused(StoreStatus.CANNOT_UNDERSTAND, "No series UID within the first 8 MiB")
            self._header = InstanceHeader.read(self._walker.values, self._request)
        try:
            if self._upload is None:
                self._upload = self._store.begin(self._candidates(_STREAMED_OBJECT_ALLOWANCE), deadline)
            self._upload.append(self._pieces, deadline)
        except StoreFaultError as fault:
            self._association.failed(fault)
            raise StoreRefused(StoreStatus.OUT_OF_RESOURCES, fault.reason) from None
        self._pieces.clear()
        self._used_chunks = 0

    def _store_whole(self, deadline: float) -> Placement:
        try:
            self._walker.finish()
        except MalformedDataSetError as error:
            raise _malformed(error) from None
        self._header = self._header or InstanceHeader.read(self._walker.values, self._request)
        if self._upload is None:
            placement = self._store.put(self._candidates(self._size), self._pieces, deadline)
        else:
            placement = self._upload.commit(self._pieces, deadline)
        self._association.stored(self._request, placement, self._size)
        return placement

    def _candidates(self, size: int) -> Iterator[InstanceKey]:
        if self._header is None:
            raise AssertionError("a key needs a header")
        return self._association.candidates(self._header, self._request.sop_instance_uid, size)


_digest = lru_cache(maxsize=1024)(digest)  # of a study or series, which many instances share


def _malformed(error: MalformedDataSetError) -> StoreRefused:
    return StoreRefused(StoreStatus.CANNOT_UNDERSTAND, str(error))
