"""An object version that arrived in the raw bucket, read without trust from its event."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

KEY_MAXIMUM_BYTES: Final = 1024  # S3 user guide, "Object key naming guidelines"
_VERSION: Final = re.compile(r"[\x21-\x7e]{1,255}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ETAG: Final = re.compile(r"[0-9A-Fa-f-]{1,64}")


class EventDamagedError(ValueError):
    """The message is no ``Object Created`` event. The text names the field, never its value."""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of one object. The key may say more than it should: it is kept in the document table only."""

    bucket: str
    key: str
    version_id: str
    size: int
    etag: str

    @property
    def document_id(self) -> str:
        """32 hex digits, the same for every delivery; the random version keeps the key from being guessed."""
        identity = "\0".join((self.bucket, self.key, self.version_id))
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def parse_event(body: str, *, bucket: str) -> ObjectVersion:
    """Read an EventBridge event of S3 (S3 user guide, "EventBridge event message structure"; keys are not URL-encoded).

    Raises
    ------
    EventDamagedError
        Not such an event, or another bucket's.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise EventDamagedError("body: must be JSON") from None
    detail = _member(event, "detail")
    described = _member(detail, "object")
    if _member(detail, "bucket").get("name") != bucket:
        raise EventDamagedError("detail.bucket.name: must be the raw bucket")
    key = described.get("key")
    if not isinstance(key, str) or not 0 < len(key.encode("utf-8", "surrogatepass")) <= KEY_MAXIMUM_BYTES:
        raise EventDamagedError(f"detail.object.key: must be 1 to {KEY_MAXIMUM_BYTES} bytes")
    size = described.get("size", 0)
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise EventDamagedError("detail.object.size: must be a whole number")
    return ObjectVersion(
        bucket=bucket,
        key=key,
        version_id=_text(described, "version-id", _VERSION),
        size=size,
        etag=_text(described, "etag", _ETAG),
    )


def object_version(bucket: str, key: str, version_id: str, size: int, etag: str) -> ObjectVersion:
    """What a listing of the bucket shows, in the event's terms."""
    if not _BUCKET.fullmatch(bucket):
        raise EventDamagedError("bucket: must be a bucket's name")
    return ObjectVersion(bucket, key, version_id, size, etag.strip('"'))


def _member(value: object, name: str) -> dict[str, object]:
    member = value.get(name) if isinstance(value, dict) else None
    if not isinstance(member, dict):
        raise EventDamagedError(f"{name}: must be there")
    return member


def _text(described: dict[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = described.get(name)
    if not isinstance(value, str) or pattern.fullmatch(value.strip('"')) is None:
        raise EventDamagedError(f"detail.object.{name}: must be there, in its documented form")
    return value.strip('"')
