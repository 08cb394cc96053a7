"""Instances in an S3 bucket: confirmed only by S3's own checksum of the bytes it stored, never over another object.

Every object carries a CRC32 that is computed here; S3 refuses a body that does not match, and answers with the checksum
of what it stored. An answer without one, as some S3-compatible stores give, is followed by a HEAD that must name it.
``If-None-Match: *`` makes a write conditional: where the key is taken, the stored checksum and size tell whether by the
same bytes, as after a lost answer or a re-sent instance, or by others, which keep their key.
"""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from dicom_scp.reception.instance_registry import InstanceRegistry
from dicom_scp.reception.object_store import Placement, StoreFaultError
from dicom_scp.reception.s3_checksum import Checksum, answered_checksum, stored_checksum
from dicom_scp.reception.s3_client import S3Answer, S3Client, S3Request, TransientAnswerError
from dicom_scp.reception.s3_upload import CONTENT_TYPE, MultipartUpload
from healthcare_runtime.object_key import InstanceKey

_READ_TIMEOUT: Final = 10.0


class S3Store:
    """Implements `dicom_scp.reception.object_store.ObjectStore`.

    Parameters
    ----------
    client
        For the bucket.
    registry
        Finds instances that other processes stored; None: nobody does.
    """

    def __init__(self, client: S3Client, registry: InstanceRegistry | None = None) -> None:
        self._client = client
        self._registry = registry

    @property
    def retries(self) -> int:
        return self._client.retries

    def put(self, candidates: Iterator[InstanceKey], pieces: Sequence[memoryview], deadline: float) -> Placement:
        checksum = Checksum.of(pieces)
        headers = {"If-None-Match": "*", "Content-Type": CONTENT_TYPE, **checksum.header}
        attempts = 0
        for key in candidates:
            request = S3Request("PUT", str(key), headers=headers, pieces=pieces)
            answer = self._client.request(request, deadline, partial(self._confirm, key, checksum, deadline))
            attempts += answer.attempts
            if answer.status == 200:
                return Placement(key, attempts)
            if answer.status != 412:
                raise StoreFaultError(f"The object store answered {answer.status}", attempts)
            if stored_checksum(self._client, str(key), deadline) == checksum:
                return Placement(key, attempts, already_there=True)
        raise StoreFaultError("Too many versions of this instance at once", attempts)

    def begin(self, candidates: Iterator[InstanceKey], deadline: float) -> MultipartUpload:
        occupied: list[tuple[InstanceKey, Checksum]] = []
        for key in candidates:
            there = stored_checksum(self._client, str(key), deadline)
            if there is None:
                return MultipartUpload.start(self._client, key, occupied, deadline)
            occupied.append((key, there))
        raise StoreFaultError("Too many versions of this instance at once")

    def read_start(self, key: InstanceKey, size: int) -> bytes | None:
        request = S3Request("GET", str(key), headers={"Range": f"bytes=0-{size - 1}"})
        try:
            answer = self._client.request(request, time.monotonic() + _READ_TIMEOUT)
        except StoreFaultError as fault:
            raise OSError(fault.reason) from fault
        if answer.status == 404:
            return None
        if answer.status not in {200, 206}:
            raise OSError(f"the object store answered {answer.status}")
        return answer.body[:size]

    def find(self, sop_instance_uid: str) -> Iterator[InstanceKey]:
        return iter(()) if self._registry is None else self._registry.find(sop_instance_uid)

    def close(self) -> None:
        self._client.close()

    def _confirm(self, key: InstanceKey, checksum: Checksum, deadline: float, answer: S3Answer) -> None:
        """A 200 counts only with the right checksum."""
        if answer.status != 200:
            return
        value = answered_checksum(answer)
        if value is None:
            there = stored_checksum(self._client, str(key), deadline)
            if there is None:
                raise TransientAnswerError("The object store lost the object")
            value = there.value
        if value != checksum.value:
            raise TransientAnswerError("The object store answered with another checksum")
