"""What arrives on the queue of object events, read without trust: an object, a word about a batch, or nothing of ours.

A body is an EventBridge event "Object Created" (S3 user guide, "EventBridge event message structure"; unlike S3's own
notifications its keys are *not* URL-encoded) or a message of ours: ``{"kind": "close-batch", "batchId": ...}``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX

KEY_MAXIMUM_BYTES: Final = 1024  # S3 user guide, "Object key naming guidelines"
_VERSION: Final = re.compile(r"[\x21-\x7e]{1,255}")
_BATCH_ID: Final = re.compile(r"[0-9a-f]{32}")


class MessageKind(StrEnum):
    """Kinds of this platform's own messages."""

    CLOSE_BATCH = "close-batch"
    START_BATCH = "start-batch"


class IgnoredReason(StrEnum):
    """Why a message that can be read needs no work."""

    OWN_COPY = "own-copy"
    OTHER_BUCKET = "other-bucket"
    OTHER_EVENT = "other-event"


class UnreadableMessageError(ValueError):
    """The body is neither an object event nor a message of ours. The text never quotes it."""


@dataclass(frozen=True, slots=True)
class ObjectCreated:
    """One object version that S3 announced. ``key`` is untrusted text."""

    key: str
    version: str
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class BatchMessage:
    """Something to do for a batch: close it when it is due, or start its import."""

    kind: MessageKind
    batch_id: str


@dataclass(frozen=True, slots=True)
class Ignored:
    reason: IgnoredReason


Message: TypeAlias = ObjectCreated | BatchMessage | Ignored


def parse_message(body: str, *, bucket: str) -> Message:
    """Read one message body.

    Raises
    ------
    UnreadableMessageError
        Not JSON, or without the fields that its kind must have. Such a message belongs in the dead-letter queue.
    """
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessageError("queue message: not JSON") from error
    message = _mapping(document, "the body")
    if "kind" in message:
        return _batch_message(message)
    if "detail-type" not in message:
        # Such as the test event that S3 sends when a bucket notification is set up.
        return Ignored(IgnoredReason.OTHER_EVENT)
    if message["detail-type"] != "Object Created":
        return Ignored(IgnoredReason.OTHER_EVENT)
    detail = _mapping(message.get("detail"), "detail")
    if _mapping(detail.get("bucket"), "detail.bucket").get("name") != bucket:
        return Ignored(IgnoredReason.OTHER_BUCKET)
    return _object_created(_mapping(detail.get("object"), "detail.object"))


def version_identity(version_id: str | None, etag: str) -> str:
    """What tells one version of an object from another: its version id or, in an unversioned bucket, its content."""
    return version_id if version_id and version_id != "null" else f"etag-{etag}"


def _object_created(described: Mapping[str, object]) -> Message:
    key, size, etag = described.get("key"), described.get("size", 0), described.get("etag")
    version_id = described.get("version-id")
    if not isinstance(key, str) or not key or len(key.encode("utf-8", "surrogatepass")) > KEY_MAXIMUM_BYTES:
        raise UnreadableMessageError("queue message: detail.object.key is not an object key")
    if key.startswith((STAGING_PREFIX, DEAD_LETTER_PREFIX)):
        return Ignored(IgnoredReason.OWN_COPY)
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise UnreadableMessageError("queue message: detail.object.size is not a number of bytes")
    if not isinstance(etag, str) or not isinstance(version_id, str | None):
        raise UnreadableMessageError("queue message: detail.object has no etag or a wrong version-id")
    etag = etag.strip('"')
    version = version_identity(version_id, etag)
    if not _VERSION.fullmatch(version) or not _VERSION.fullmatch(etag):
        raise UnreadableMessageError("queue message: detail.object.version-id or etag is malformed")
    return ObjectCreated(key, version, size, etag)


def _batch_message(message: Mapping[str, object]) -> BatchMessage:
    kind, batch_id = message.get("kind"), message.get("batchId")
    if not isinstance(kind, str) or kind not in set(MessageKind):
        raise UnreadableMessageError("queue message: of no kind of this platform")
    if not isinstance(batch_id, str) or not _BATCH_ID.fullmatch(batch_id):
        raise UnreadableMessageError("queue message: batchId is not the id of a batch")
    return BatchMessage(MessageKind(kind), batch_id)


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UnreadableMessageError(f"queue message: {where} is not an object")
    return value
