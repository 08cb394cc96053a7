"""Checkpoints: what the table holds, checked, exported and signed, every five minutes, shard by shard.

A chain alone shows neither a cut tail nor a table that was rewritten with a new chain. A checkpoint states count, hash
and Merkle root, is signed by a key that table writers do not have, and lies where nobody can delete it. A shard in
which nothing happened gets a heartbeat event, so that a checkpoint that is missing is always a fault.

Order of writes: segment, then checkpoint, each only if absent. A crash in between leaves a segment that the next run
adopts; two runs at a time end with one checkpoint.
"""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from healthcare_runtime.audit.archive import Archive, object_key
from healthcare_runtime.audit.chain import EMPTY, Link, chained, shard_name
from healthcare_runtime.audit.event import AuditEvent
from healthcare_runtime.audit.faults import AuditDamagedError
from healthcare_runtime.audit.merkle import MerkleTree
from healthcare_runtime.audit.signing import CheckpointSigner, fingerprint
from healthcare_runtime.audit.statement import (
    NOTHING,
    PeerState,
    Statement,
    StatementDamagedError,
    read_signed,
    read_statement,
)
from healthcare_runtime.audit.table import rows
from healthcare_runtime.audit.trail import AuditTrail
from healthcare_runtime.parallel import in_parallel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from healthcare_runtime.audit.settings import CheckpointSettings
    from healthcare_runtime.audit.table import Row
    from healthcare_runtime.aws_clients import AwsClients

EVENTS_PER_CHECKPOINT: Final = 10_000
CHECKPOINTS_PER_RUN: Final = 50
"""Of one shard: bounds a run after a long standstill; the next run goes on."""
HEARTBEAT: Final = "Heartbeat"

_THREADS: Final = 8


@dataclass(frozen=True, slots=True)
class ShardState:
    """Where a shard's checkpoints end: the last one's sequence, digest and time, and the chain there."""

    sequence: int
    digest: str
    link: Link
    signed_at: float
    """Epoch seconds; 0: there is none."""


@dataclass(frozen=True, slots=True)
class CheckpointReport:
    """What a run did. ``age``: seconds that the shard which waited longest had been without a checkpoint before it."""

    events: int
    """How many it covered, heartbeats apart."""
    heartbeats: int
    checkpoints: int
    age: int


class Checkpointer:
    """Makes the checkpoints of all shards.

    Parameters
    ----------
    clock
        Epoch seconds.
    maximum_events
        How many events a checkpoint covers at most.
    """

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        archive: Archive,
        signer: CheckpointSigner,
        *,
        table: str,
        shards: int,
        clock: Callable[[], float] = time.time,
        maximum_events: int = EVENTS_PER_CHECKPOINT,
    ) -> None:
        self._dynamodb = dynamodb
        self._archive = archive
        self._signer = signer
        self._table = table
        self._shards = shards
        self._clock = clock
        self._maximum_events = maximum_events
        self._trail = AuditTrail(dynamodb, table, shards)
        self._known: dict[str, int] = {}
        """The last sequence seen, by shard: a hint that saves requests."""

    @classmethod
    def compose(cls, settings: CheckpointSettings, clients: AwsClients) -> Self:
        return cls(
            clients.dynamodb,
            Archive(clients.s3, settings.bucket),
            CheckpointSigner(clients.kms, settings.signing_key_id),
            table=settings.audit.table,
            shards=settings.audit.shards,
        )

    def run(self) -> CheckpointReport:
        """Bring every shard's checkpoints up to now. A damaged shard does not keep the others from theirs.

        Raises
        ------
        AuditDamagedError
            Table and bucket contradict each other in the shards that it names; the others have their checkpoints.
        """
        self._archive.put_new(f"keys/{fingerprint(self._signer.public_key)}.pem", self._signer.public_key_pem)
        names = [shard_name(index) for index in range(self._shards)]
        damages: list[str] = []
        states: dict[str, ShardState] = {}

        def find(shard: str) -> None:
            try:
                states[shard] = self._last_state(shard)
            except AuditDamagedError as damage:
                damages.append(str(damage))

        reports: list[CheckpointReport] = []

        def advance(shard: str) -> None:
            try:
                reports.append(self._advance(shard, states))
            except AuditDamagedError as damage:
                damages.append(str(damage))

        in_parallel(find, names, threads=_THREADS)
        in_parallel(advance, sorted(states), threads=_THREADS)
        if damages:
            raise AuditDamagedError("; ".join(sorted(damages)))
        return CheckpointReport(
            sum(each.events for each in reports),
            sum(each.heartbeats for each in reports),
            sum(each.checkpoints for each in reports),
            max(each.age for each in reports),
        )

    def _last_state(self, shard: str) -> ShardState:
        """Read and verify the shard's last checkpoint, and that the table still has what it states."""
        sequence = self._archive.last_sequence(shard, self._known.get(shard, 0))
        if sequence == 0:
            return ShardState(0, NOTHING, EMPTY, 0.0)
        content = self._archive.read(object_key("checkpoints", shard, sequence)) or b""
        try:
            signed = read_signed(content)
            statement = read_statement(signed.text)
        except StatementDamagedError as damage:
            raise AuditDamagedError(f"checkpoint {shard}/{sequence}: {damage}") from None
        if not self._signer.confirms(signed):
            # Also after a change of key: which key to believe is for people to decide, not for whoever writes here.
            raise AuditDamagedError(f"checkpoint {shard}/{sequence}: not signed by the present key")
        if (statement.shard, statement.sequence) != (shard, sequence):
            raise AuditDamagedError(f"checkpoint {shard}/{sequence}: states another place")
        row = next(rows(self._dynamodb, self._table, shard, after=statement.last - 1), None)
        if row is None or (row.position, row.hash) != (str(statement.last), statement.head):
            raise AuditDamagedError(
                f"shard {shard}: position {statement.last} is not what checkpoint {sequence} states"
            )
        self._known[shard] = sequence
        return ShardState(
            sequence, signed.digest, Link(statement.last, bytes.fromhex(statement.head)), statement.signed_seconds
        )

    def _advance(self, shard: str, states: Mapping[str, ShardState]) -> CheckpointReport:
        """Checkpoint what is new in a shard; a heartbeat if nothing is."""
        peers = tuple(
            PeerState(name, state.sequence, state.digest)
            for name, state in sorted(states.items())
            if name != shard and state.sequence
        )
        state = states[shard]
        age = max(0, int(self._clock() - state.signed_at)) if state.sequence else 0
        events = made = beats = 0
        for _ in range(CHECKPOINTS_PER_RUN):
            new = self._new_rows(shard, state)
            if not new:
                if made:
                    break
                self._trail.append(self._heartbeat(shard, state.sequence + 1), shard=shard)
                beats = 1
                new = self._new_rows(shard, state)
            following = self._make(shard, state, new, peers)
            if following is None:
                break  # another run was faster; it does the rest too
            made += 1
            events += following.link.position - state.link.position
            state = following
            if len(new) < self._maximum_events:
                break
        return CheckpointReport(events - beats, beats, made, age)

    def _new_rows(self, shard: str, state: ShardState) -> list[Row]:
        unseen = rows(self._dynamodb, self._table, shard, after=state.link.position)
        return list(itertools.islice(unseen, self._maximum_events))

    def _make(self, shard: str, before: ShardState, new: list[Row], peers: tuple[PeerState, ...]) -> ShardState | None:
        """Write the next segment and checkpoint; None if another run wrote the checkpoint."""
        sequence = before.sequence + 1
        key = object_key("checkpoints", shard, sequence)
        in_the_way = self._archive.first_checkpoint_after(shard, before.sequence)
        if in_the_way is not None:
            if in_the_way.sequence == sequence and not in_the_way.hidden:
                return None
            raise AuditDamagedError(f"checkpoint {shard}/{sequence}: was deleted")
        segment = self._segment(shard, sequence, new)
        covered = new[: segment.count(b"\n")]
        link, root = follow(shard, before.link, covered)
        statement = Statement(
            shard=shard,
            sequence=sequence,
            first=before.link.position + 1,
            last=link.position,
            head=link.hash.hex(),
            root=root.hex(),
            segment=hashlib.sha256(segment).hexdigest(),
            previous=before.digest,
            shards=self._shards,
            signed_at=self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            peers=peers,
        )
        signed = self._signer.sign(statement.text())
        if not self._archive.put_new(key, signed.to_bytes()):
            return None
        self._known[shard] = sequence
        return ShardState(sequence, signed.digest, link, statement.signed_seconds)

    def _segment(self, shard: str, sequence: int, new: list[Row]) -> bytes:
        """Write the segment, or adopt the one that a run before left, which must say what the table says."""
        segment = segment_of(new)
        key = object_key("segments", shard, sequence)
        if self._archive.put_new(key, segment):
            return segment
        found = self._archive.read(key) or b""
        count = found.count(b"\n")
        if not 0 < count <= len(new) or segment_of(new[:count]) != found:
            raise AuditDamagedError(f"segment {shard}/{sequence}: is not what the table holds")
        return found

    def _heartbeat(self, shard: str, sequence: int) -> AuditEvent:
        return AuditEvent(
            event_id=f"heartbeat/{shard}/{sequence}",
            recorded_at=self._now(),
            action=HEARTBEAT,
            outcome="PASS",
            entity=f"shard/{shard}",
            agent="audit-checkpoint",
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def segment_of(covered: list[Row]) -> bytes:
    """The records, one a line: canonical JSON has no line break of its own."""
    return "".join(f"{row.record}\n" for row in covered).encode("utf-8", "surrogatepass")


def follow(shard: str, link: Link, covered: list[Row]) -> tuple[Link, bytes]:
    """Walk over rows, each of which must follow the one before; the end, and the Merkle root of the hashes."""
    tree = MerkleTree()
    position, previous = link.position, link.hash
    for row in covered:
        position += 1
        previous = chained(previous, row.record)
        if row.position != str(position) or row.hash != previous.hex():
            raise AuditDamagedError(f"shard {shard}: position {position} does not follow from the one before")
        tree.add(previous)
    return Link(position, previous), tree.root()
