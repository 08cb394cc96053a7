"""A large instance on its way into S3, as a multipart upload: a part is in S3 before the next one is received."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from dicom_scp.reception.object_store import Placement, StoreFaultError
from dicom_scp.reception.s3_checksum import Checksum, answered_checksum, stored_checksum
from dicom_scp.reception.s3_client import S3Answer, S3Client, S3Request, TransientAnswerError, query_value
from healthcare_runtime.object_key import InstanceKey
from healthcare_runtime.structured_log import EventLog, digest

LOG: Final = EventLog("dicom_scp.s3")
CONTENT_TYPE: Final = "application/dicom"
_MOST_PARTS: Final = 10_000
_ABORT_TIMEOUT: Final = 5.0
_UPLOAD_ID: Final = re.compile(rb"<UploadId>([^<]{1,1024})</UploadId>")


@dataclass(frozen=True, slots=True)
class _Part:
    etag: str
    checksum: Checksum


class MultipartUpload:
    """Implements `dicom_scp.reception.object_store.Upload`.

    The key is chosen before the bytes are known. Where an earlier object had the first candidate key, the upload goes
    to the next one, and is dropped at the end if it turns out to be the same object again.
    """

    def __init__(
        self, client: S3Client, key: InstanceKey, upload_id: str, occupied: Sequence[tuple[InstanceKey, Checksum]]
    ) -> None:
        self._client = client
        self._key = key
        self._query = f"uploadId={query_value(upload_id)}"
        self._occupied = occupied
        self._parts: list[_Part] = []
        self._open = True

    @classmethod
    def start(
        cls, client: S3Client, key: InstanceKey, occupied: Sequence[tuple[InstanceKey, Checksum]], deadline: float
    ) -> "MultipartUpload":
        headers = {
            "Content-Type": CONTENT_TYPE,
            "x-amz-checksum-algorithm": "CRC32",
            "x-amz-checksum-type": "COMPOSITE",
        }
        answer = client.request(S3Request("POST", str(key), "uploads=", headers), deadline)
        upload_id = _UPLOAD_ID.search(answer.body)
        if answer.status != 200 or upload_id is None:
            raise StoreFaultError(f"The object store answered {answer.status}", answer.attempts)
        return cls(client, key, upload_id[1].decode("ascii", "replace"), occupied)

    def append(self, pieces: Sequence[memoryview], deadline: float) -> None:
        if len(self._parts) == _MOST_PARTS:
            raise StoreFaultError("The object is too large")
        checksum = Checksum.of(pieces)

        def confirm(answer: S3Answer) -> None:
            if answer.status == 200 and answered_checksum(answer) not in {checksum.value, None}:
                raise TransientAnswerError("The object store answered with another checksum")

        query = f"partNumber={len(self._parts) + 1}&{self._query}"
        request = S3Request("PUT", str(self._key), query, checksum.header, pieces)
        answer = self._client.request(request, deadline, confirm)
        if answer.status != 200:
            raise StoreFaultError(f"The object store answered {answer.status}", answer.attempts)
        self._parts.append(_Part(answer.headers.get("etag", ""), checksum))

    def commit(self, pieces: Sequence[memoryview], deadline: float) -> Placement:
        if any(pieces):
            self.append(pieces, deadline)
        whole = Checksum.of_parts([part.checksum for part in self._parts])
        for key, there in self._occupied:
            if there == whole:
                self.discard()
                return Placement(key, already_there=True)
        return self._complete(whole, deadline)

    def discard(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            self._client.request(S3Request("DELETE", str(self._key), self._query), time.monotonic() + _ABORT_TIMEOUT)
        except StoreFaultError:  # the bucket's lifecycle rule removes what is left of it, which nobody can see
            LOG.warning("upload_abort_failed", key_digest=digest(str(self._key)))

    def _complete(self, whole: Checksum, deadline: float) -> Placement:
        def confirm(answer: S3Answer) -> None:
            # S3 may begin a 200 and find its error later, in the body.
            if answer.status == 200 and b"<CompleteMultipartUploadResult" not in answer.body:
                raise TransientAnswerError("The object store failed to join the parts")

        request = S3Request("POST", str(self._key), self._query, {"If-None-Match": "*"}, [self._parts_list()])
        answer = self._client.request(request, deadline, confirm)
        # A repeated request whose first answer was lost is told 404 or 412: what is stored decides.
        if answer.status not in {200, 404, 412}:
            raise StoreFaultError(f"The object store answered {answer.status}", answer.attempts)
        confirmed = answer.status == 200 and answered_checksum(answer) == whole.value
        if not confirmed and stored_checksum(self._client, str(self._key), deadline) != whole:
            raise StoreFaultError("The object store holds something else", answer.attempts)
        if answer.status == 200:
            self._open = False
        return Placement(self._key, answer.attempts)

    def _parts_list(self) -> bytes:
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(part.etag)}</ETag>"
            f"<ChecksumCRC32>{part.checksum.value}</ChecksumCRC32></Part>"
            for number, part in enumerate(self._parts, start=1)
        )
        namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
        return f'<CompleteMultipartUpload xmlns="{namespace}">{parts}</CompleteMultipartUpload>'.encode()
