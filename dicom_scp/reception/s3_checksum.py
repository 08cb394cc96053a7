"""The checksum by which S3 proves what it stored: a CRC32 of the object, or of its parts' CRC32s."""

import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dicom_scp.reception.object_store import StoreFaultError
from dicom_scp.reception.s3_client import Piece, S3Answer, S3Client, S3Request

CHECKSUM_HEADER: Final = "x-amz-checksum-crc32"
_CHECKSUM_IN_BODY: Final = re.compile(rb"<ChecksumCRC32>([^<]{1,32})</ChecksumCRC32>")


@dataclass(frozen=True, slots=True)
class Checksum:
    """CRC32 as S3 writes it, base64 of four bytes, with ``-N`` behind it when composed of N parts; and the size."""

    value: str
    size: int

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> "Checksum":
        """The checksum of the pieces in a row."""
        crc = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
        return cls(_encode(crc), sum(len(piece) for piece in pieces))

    @classmethod
    def of_parts(cls, parts: Sequence["Checksum"]) -> "Checksum":
        """The checksum of an object uploaded in parts: the CRC32 of the parts' CRC32s (S3's type COMPOSITE)."""
        crc = zlib.crc32(b"".join(b64decode(part.value) for part in parts))
        return cls(f"{_encode(crc)}-{len(parts)}", sum(part.size for part in parts))

    @property
    def header(self) -> dict[str, str]:
        return {CHECKSUM_HEADER: self.value}


def answered_checksum(answer: S3Answer) -> str | None:
    """The checksum that S3 names in its answer to an upload, in a header or (CompleteMultipartUpload) in the body."""
    in_body = _CHECKSUM_IN_BODY.search(answer.body)
    return in_body[1].decode("ascii", "replace") if in_body else answer.headers.get(CHECKSUM_HEADER)


def stored_checksum(client: S3Client, key: str, deadline: float) -> Checksum | None:
    """What is stored under a key; None when nothing is.

    Without permission to list the bucket, S3 says 403 instead of 404 for a key that does not exist: nothing that can be
    relied upon is there.

    Raises
    ------
    StoreFaultError
        S3 did not tell, or keeps an object without such a checksum there.
    """
    answer = client.request(S3Request("HEAD", key, headers={"x-amz-checksum-mode": "ENABLED"}), deadline)
    if answer.status in {403, 404}:
        return None
    value = answer.headers.get(CHECKSUM_HEADER)
    if answer.status != 200 or value is None:
        raise StoreFaultError("The object store does not name what it stored", answer.attempts)
    return Checksum(value, int(answer.headers.get("content-length", "-1")))


def _encode(crc: int) -> str:
    return b64encode(crc.to_bytes(4, "big")).decode("ascii")
