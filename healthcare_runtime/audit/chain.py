"""The chain of one shard: which shard an entity belongs to, the record of an event, and the hash that binds it.

``h_i = SHA-256(0x00 || h_(i-1) || record_i)``, ``h_0`` = 32 zero bytes. A record is the canonical JSON of the event
with its shard and position, so that no record fits another place.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.event import canonical_json

if TYPE_CHECKING:
    from healthcare_runtime.audit.event import AuditEvent

GENESIS: Final = bytes(32)

_RECORD: Final = 0x00.to_bytes()
_SHARD: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain ends: the position of its last event (0: none) and the hash there (32 bytes)."""

    position: int
    hash: bytes


EMPTY: Final = Link(0, GENESIS)


def shard_name(index: int) -> str:
    """``0003``: the partition of a shard's events. Anything else in the table has ``#`` in its partition."""
    return f"{index:04d}"


def is_shard_name(text: str) -> bool:
    return _SHARD.fullmatch(text) is not None


def shard_of(entity: str, shards: int) -> str:
    """The shard that holds everything about ``entity``, so that its events have one order."""
    return shard_name(int.from_bytes(hashlib.sha256(entity.encode("ascii")).digest()[:8]) % shards)


def record_of(event: AuditEvent, shard: str, position: int) -> str:
    """The text that is kept and hashed."""
    return canonical_json(
        {**event.content(), "recorded_at": event.recorded(), "shard": shard, "position": position, "schema": 1}
    )


def chained(previous: bytes, record: str) -> bytes:
    """The hash of ``record`` behind ``previous``: 32 bytes."""
    return hashlib.sha256(b"".join((_RECORD, previous, record.encode("utf-8", "surrogatepass")))).digest()


def content_of(record: str) -> dict[str, object]:
    """What :meth:`.AuditEvent.content` gave when the record was made.

    Raises
    ------
    ValueError
        The record is not what :func:`record_of` writes.
    """
    read = json.loads(record)
    if not isinstance(read, dict):
        raise ValueError("record: must be an object")
    return {name: value for name, value in read.items() if name not in _PLACE}


_PLACE: Final = frozenset({"recorded_at", "shard", "position", "schema"})
