"""What a checkpoint states about one shard, and the object that holds the statement with its signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from healthcare_runtime.audit.event import canonical_json

NOTHING: Final = "0" * 64
"""Stands for the statement before the first."""

_DOMAIN: Final = b"healthcare-platform audit checkpoint 1\x00"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SHARD: Final = re.compile(r"[0-9]{4}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_LARGEST_OBJECT: Final = 64 * 1024


class StatementDamagedError(ValueError):
    """The object is no checkpoint. The text names the member, never its value."""


@dataclass(frozen=True, slots=True)
class PeerState:
    """The newest statement of another shard when a checkpoint was made: nobody can roll back one shard alone."""

    shard: str
    sequence: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One shard's state. Digests are 64 hex digits.

    ``first`` to ``last`` are the positions that this statement adds; ``last`` is also how many events there are in all.
    """

    shard: str
    sequence: int
    first: int
    last: int
    head: str
    """Chain hash at ``last``."""
    root: str
    """Merkle root over the chain hashes of ``first`` to ``last``."""
    segment: str
    """SHA-256 of the segment object that holds the records of ``first`` to ``last``."""
    previous: str
    """Digest of the statement before."""
    shards: int
    """How many shards there are: one that is gone with all its checkpoints is missed."""
    signed_at: str
    peers: tuple[PeerState, ...] = ()

    @property
    def signed_seconds(self) -> float:
        """``signed_at`` as epoch seconds."""
        return datetime.fromisoformat(self.signed_at).timestamp()

    def text(self) -> str:
        """The canonical JSON that is signed."""
        peers = {peer.shard: [peer.sequence, peer.digest] for peer in self.peers}
        values = {name: getattr(self, name) for name in (*_TEXTS, *_NUMBERS)}
        return canonical_json({**values, "peers": peers, "schema": 1})


_TEXTS: Final = {
    "shard": _SHARD,
    "head": _DIGEST,
    "root": _DIGEST,
    "segment": _DIGEST,
    "previous": _DIGEST,
    "signed_at": _TIME,
}
_NUMBERS: Final = ("sequence", "first", "last", "shards")


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement's exact text with its signature (DER, ECDSA on P-256) and the key's fingerprint."""

    text: str
    signature: bytes
    key: str

    @property
    def digest(self) -> str:
        """By which the next statement refers to this one."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def to_bytes(self) -> bytes:
        signature = base64.b64encode(self.signature).decode()
        return canonical_json({"statement": self.text, "signature": signature, "key": self.key}).encode() + b"\n"


def message_digest(text: str) -> bytes:
    """What is signed: SHA-256 over the text in a domain of its own."""
    return hashlib.sha256(_DOMAIN + text.encode("utf-8", "surrogatepass")).digest()


def read_signed(content: bytes) -> SignedStatement:
    """Read a checkpoint object.

    Raises
    ------
    StatementDamagedError
        It is none.
    """
    if len(content) > _LARGEST_OBJECT:
        raise StatementDamagedError(f"checkpoint: must be at most {_LARGEST_OBJECT} bytes")
    values = _object(content.decode("utf-8", "replace"), "checkpoint")
    text, signature, key = (_text(values, name) for name in ("statement", "signature", "key"))
    try:
        return SignedStatement(text, base64.b64decode(signature, validate=True), key)
    except binascii.Error:
        raise StatementDamagedError("signature: must be base64") from None


def read_statement(text: str) -> Statement:
    """Read a statement's text, which must be exactly the canonical one.

    Raises
    ------
    StatementDamagedError
        It is not.
    """
    values = _object(text, "statement")
    texts = {name: _text(values, name, form) for name, form in _TEXTS.items()}
    numbers = {name: _number(values, name) for name in _NUMBERS}
    statement = Statement(
        shard=texts["shard"],
        sequence=numbers["sequence"],
        first=numbers["first"],
        last=numbers["last"],
        head=texts["head"],
        root=texts["root"],
        segment=texts["segment"],
        previous=texts["previous"],
        shards=numbers["shards"],
        signed_at=texts["signed_at"],
        peers=tuple(_peers(values.get("peers"))),
    )
    try:
        datetime.fromisoformat(statement.signed_at)
    except ValueError:
        raise StatementDamagedError("signed_at: must be a time") from None
    if statement.last < statement.first:
        raise StatementDamagedError("last: must not be before first")
    if statement.text() != text:
        raise StatementDamagedError("statement: must be canonical")
    return statement


def _peers(value: object) -> list[PeerState]:
    if not isinstance(value, dict):
        raise StatementDamagedError("peers: must be an object")
    found: list[PeerState] = []
    for shard, state in sorted(value.items()):
        if _SHARD.fullmatch(shard) is None or not isinstance(state, list) or len(state) != 2:
            raise StatementDamagedError("peers: must map shards to sequence and digest")
        sequence, digest = state
        if not isinstance(sequence, int) or not isinstance(digest, str) or _DIGEST.fullmatch(digest) is None:
            raise StatementDamagedError("peers: must map shards to sequence and digest")
        found.append(PeerState(shard, sequence, digest))
    return found


def _object(text: str, what: str) -> Mapping[str, object]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise StatementDamagedError(f"{what}: must be JSON") from None
    if not isinstance(read, dict):
        raise StatementDamagedError(f"{what}: must be an object")
    return read


def _text(values: Mapping[str, object], name: str, form: re.Pattern[str] | None = None) -> str:
    value = values.get(name)
    if not isinstance(value, str) or (form is not None and form.fullmatch(value) is None):
        raise StatementDamagedError(f"{name}: must be there, in its form")
    return value


def _number(values: Mapping[str, object], name: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
        raise StatementDamagedError(f"{name}: must be a positive whole number")
    return value
