"""What the bucket proves about one shard: the checkpoints that are believed, and what is wrong with the others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.archive import object_key
from healthcare_runtime.audit.chain import chained
from healthcare_runtime.audit.finding import Fault, Finding
from healthcare_runtime.audit.statement import (
    NOTHING,
    PeerState,
    Statement,
    StatementDamagedError,
    read_signed,
    read_statement,
)
from healthcare_runtime.audit.table import Row
from healthcare_runtime.parallel import in_parallel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from healthcare_runtime.audit.archive import Archive, KeptObject, Kind
    from healthcare_runtime.audit.trusted_keys import TrustedKeys

_FAULTS: Final[dict[Kind, tuple[Fault, Fault, Fault]]] = {
    "checkpoints": (Fault.CHECKPOINT_MISSING, Fault.CHECKPOINT_DELETED, Fault.CHECKPOINT_REPLACED),
    "segments": (Fault.SEGMENT_MISSING, Fault.SEGMENT_DELETED, Fault.SEGMENT_REPLACED),
}


@dataclass(slots=True)
class Evidence:
    """One shard's part of the bucket. ``statements`` are signed by a trusted key, in the order of their sequences."""

    shard: str
    statements: list[Statement] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)
    """Of believed statements, by sequence."""
    _doubts: list[tuple[Fault, int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    segments: dict[int, KeptObject] = field(default_factory=dict)

    def doubt(self, fault: Fault, sequence: int, detail: str) -> None:
        """Note something about an object; its first event is known when all statements are."""
        self._doubts.append((fault, sequence, detail))

    def settle(self) -> None:
        """Turn doubts into findings, each with the first event that the object covers, as far as neighbours tell."""
        for fault, sequence, detail in self._doubts:
            first = 1
            for statement in self.statements:
                if statement.sequence <= sequence:
                    first = statement.first if statement.sequence == sequence else statement.last + 1
            self.findings.append(Finding(fault, self.shard, first, "", f"sequence {sequence}, {detail}"))
        self._doubts.clear()

    @property
    def last(self) -> int:
        """How many events are signed for."""
        return max((statement.last for statement in self.statements), default=0)

    def claims(self) -> dict[str, PeerState]:
        """The newest state of each other shard that this one's checkpoints have seen."""
        newest: dict[str, PeerState] = {}
        for statement in self.statements:
            for peer in statement.peers:
                if peer.shard not in newest or peer.sequence > newest[peer.shard].sequence:
                    newest[peer.shard] = peer
        return newest


def gather(archive: Archive, keys: TrustedKeys, shard: str) -> Evidence:
    """Read and verify a shard's checkpoints and segments, each in its first version."""
    evidence = Evidence(shard)
    checkpoints = _objects(archive, "checkpoints", evidence)
    evidence.segments = _objects(archive, "segments", evidence)
    contents = in_parallel(lambda each: _content(archive, each), checkpoints.values())
    for sequence, content in zip(checkpoints, contents, strict=True):
        _believe(evidence, keys, sequence, content)
    _check_links(evidence, max(checkpoints, default=0), set(checkpoints))
    _check_segments(evidence, archive)
    evidence.settle()
    return evidence


def records(archive: Archive, evidence: Evidence, statement: Statement) -> list[str] | None:
    """The records of a statement's segment, if it is the one that was signed for."""
    kept = evidence.segments.get(statement.sequence)
    content = _content(archive, kept) if kept else None
    if content is None or hashlib.sha256(content).hexdigest() != statement.segment:
        return None
    return content.decode("utf-8", "surrogatepass").splitlines()


def exported_rows(archive: Archive, evidence: Evidence) -> Iterator[Row]:
    """The events by the bucket alone, as if they were the table's."""
    previous = bytes(32)
    for statement in evidence.statements:
        for position, record in enumerate(records(archive, evidence, statement) or [], statement.first):
            previous = chained(previous, record)
            yield Row(str(position), record, previous.hex(), 4)


def still_there(archive: Archive, keys: TrustedKeys, peer: PeerState) -> bool:
    """Whether the bucket has a believed checkpoint that is what another shard saw. For those younger than a reading."""
    content = archive.read(object_key("checkpoints", peer.shard, peer.sequence))
    try:
        signed = read_signed(content or b"")
    except StatementDamagedError:
        return False
    return signed.digest == peer.digest and keys.doubt(signed) is None


def _objects(archive: Archive, kind: Kind, evidence: Evidence) -> dict[int, KeptObject]:
    """What lies under a shard's prefix by sequence; deleted and replaced ones are findings, and read all the same."""
    _missing, deleted, replaced = _FAULTS[kind]
    found: dict[int, KeptObject] = {}
    for each in archive.kept(kind, evidence.shard):
        if each.sequence == 0:
            evidence.findings.append(Finding(Fault.UNKNOWN_OBJECT, evidence.shard, 0, "", f"below {kind}/"))
            continue
        found[each.sequence] = each
        if each.hidden:
            evidence.doubt(deleted, each.sequence, "a delete marker lies over it")
        if each.versions > 1:
            evidence.doubt(replaced, each.sequence, f"{each.versions} versions")
    return found


def _content(archive: Archive, kept: KeptObject) -> bytes | None:
    return archive.read(kept.key, kept.first_version) if kept.first_version is not None else None


def _believe(evidence: Evidence, keys: TrustedKeys, sequence: int, content: bytes | None) -> None:
    """Take a checkpoint as evidence, or say why not."""
    if content is None:
        return  # already found as deleted
    try:
        signed = read_signed(content)
        doubt = keys.doubt(signed)
        statement = read_statement(signed.text) if doubt is None else None
    except StatementDamagedError as damage:
        doubt, statement = str(damage), None
    if statement is not None and (statement.shard, statement.sequence) != (evidence.shard, sequence):
        doubt = f"it is that of shard {statement.shard}, sequence {statement.sequence}"
    if statement is None or doubt is not None:
        evidence.doubt(Fault.CHECKPOINT_FORGED, sequence, doubt or "")
        return
    evidence.statements.append(statement)
    evidence.digests[sequence] = signed.digest


def _check_links(evidence: Evidence, newest: int, present: set[int]) -> None:
    """Sequences without a gap, each statement behind the one before."""
    for sequence in range(1, newest + 1):
        if sequence not in present:
            evidence.doubt(Fault.CHECKPOINT_MISSING, sequence, "later ones are there")
    previous = {statement.sequence: statement for statement in evidence.statements}
    for statement in evidence.statements:
        before = previous.get(statement.sequence - 1)
        if statement.sequence > 1 and before is None:
            continue  # a finding of its own
        digest = evidence.digests[before.sequence] if before else NOTHING
        first = before.last + 1 if before else 1
        if statement.previous != digest or statement.first != first:
            evidence.doubt(Fault.CHECKPOINT_UNLINKED, statement.sequence, "from the one before")


def _check_segments(evidence: Evidence, archive: Archive) -> None:
    """Every statement's segment is there and has the digest that was signed."""

    def check(statement: Statement) -> None:
        kept = evidence.segments.get(statement.sequence)
        content = _content(archive, kept) if kept else None
        if content is None:
            evidence.doubt(Fault.SEGMENT_MISSING, statement.sequence, "its checkpoint is there")
        elif hashlib.sha256(content).hexdigest() != statement.segment:
            evidence.doubt(Fault.SEGMENT_ALTERED, statement.sequence, "not the one that was signed for")

    in_parallel(check, evidence.statements)
