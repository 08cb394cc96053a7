"""The audit trail: how long an append takes, and how many events a minute the verification reads and proves."""

from __future__ import annotations

import hashlib
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from bench.measure import Measure

if TYPE_CHECKING:
    from healthcare_runtime.audit import AuditEvent, AuditTrail
    from healthcare_runtime.audit.finding import Verification
    from healthcare_runtime.audit.table import Row
    from tests.unit.audit.audit_world import AuditWorld

EVENTS: Final = 40_000
IN_MEMORY: Final = 200_000
SHARDS: Final = 8
APPENDS: Final = 300

_BEGIN: Final = datetime(2027, 1, 15, tzinfo=UTC)


def trail() -> list[Measure]:
    """Appending and verifying in the local cloud's emulator, and verifying without it."""
    from healthcare_runtime.audit import AuditTrail
    from tests.aws_emulator import running_emulator
    from tests.unit.audit.audit_world import audit_world

    with tempfile.TemporaryDirectory() as folder, running_emulator(Path(folder)) as emulator:
        with audit_world(emulator, SHARDS) as world:
            seconds = list(_appends(AuditTrail(world.clients.dynamodb, world.table, SHARDS)))
        with audit_world(emulator, SHARDS) as world:
            _fill(world)
            signing, checkpoints = _signed(world)
            verifying, processor, result = _verified(world)
    if not result.intact or result.events != EVENTS:
        raise RuntimeError(f"{result.events} events, {result.findings[:3]}")
    return [
        Measure("Append, quiet, median", 1000 * median(seconds), "ms", "under 5", f"{APPENDS} appends, one writer"),
        Measure(
            "Verification, events in memory",
            60 * IN_MEMORY / _walked() / 1e6,
            "million a minute",
            "at least 1",
            f"{IN_MEMORY} events, one process: chain, Merkle tree, segment digest, duplicates",
        ),
        Measure(
            "Verification, by processor time",
            60 * EVENTS / processor / 1e6,
            "million a minute",
            "at least 1",
            "what reading, parsing and proving takes of one processor, without the emulator's share",
        ),
        Measure(
            "Verification, local cloud",
            60 * EVENTS / verifying / 1e6,
            "million a minute",
            "at least 1",
            f"{EVENTS} events, {SHARDS} shards, {os.cpu_count()} processes, the emulator beside them; "
            f"{checkpoints} checkpoints before it took {signing:.1f} s",
        ),
    ]


def _appends(writer: AuditTrail) -> Iterator[float]:
    """Seconds of each append; the first ones warm the connection up."""
    for number in range(APPENDS + 20):
        event = _event(number)
        began = time.perf_counter()
        writer.append(event)
        if number >= 20:
            yield time.perf_counter() - began


def _fill(world: AuditWorld) -> None:
    """Write chains of ``EVENTS`` events in batches, as appends would have left them."""
    from healthcare_runtime.audit.chain import Link, shard_name
    from healthcare_runtime.audit.table import event_key, head_key
    from healthcare_runtime.parallel import in_parallel

    def fill(index: int) -> None:
        shard = shard_name(index)
        items = []
        end = Link(0, bytes(32))
        for row in _rows(shard, EVENTS // SHARDS):
            end = Link(int(row.position), bytes.fromhex(row.hash))
            items.append({**event_key(shard, end.position), "record": {"S": row.record}, "hash": {"S": row.hash}})
        items.append({**head_key(shard), "last": {"N": str(end.position)}, "hash": {"S": end.hash.hex()}})
        for start in range(0, len(items), 25):
            world.clients.dynamodb.batch_write_item(
                RequestItems={world.table: [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]}
            )

    in_parallel(fill, range(SHARDS), threads=4)


def _signed(world: AuditWorld) -> tuple[float, int]:
    began = time.perf_counter()
    made = world.checkpointer().run().checkpoints
    return time.perf_counter() - began, made


def _verified(world: AuditWorld) -> tuple[float, float, Verification]:
    """Seconds by the clock, seconds of processors (without the emulator's), and what was found."""
    from healthcare_runtime.audit.settings import VerificationSettings
    from healthcare_runtime.audit.verification import Plan, verify

    settings = VerificationSettings(world.settings.audit, world.bucket, world.key_id)
    plan = Plan(settings=settings, keys=(world.public_key(),), now=time.time())
    began, used = time.perf_counter(), _processor_seconds()
    result = verify(plan, world.clients)
    return time.perf_counter() - began, _processor_seconds() - used, result


def _processor_seconds() -> float:
    """Of this process and those of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _walked() -> float:
    """Seconds that one process needs to prove events that it has already read."""
    from healthcare_runtime.audit.chain import EMPTY
    from healthcare_runtime.audit.checkpoint import EVENTS_PER_CHECKPOINT, follow, segment_of
    from healthcare_runtime.audit.evidence import Evidence
    from healthcare_runtime.audit.inspection import Inspection
    from healthcare_runtime.audit.statement import NOTHING, Statement

    rows = list(_rows("0000", IN_MEMORY))
    evidence = Evidence("0000")
    link = EMPTY
    for start in range(0, IN_MEMORY, EVENTS_PER_CHECKPOINT):
        covered = rows[start : start + EVENTS_PER_CHECKPOINT]
        link, root = follow("0000", link, covered)
        evidence.statements.append(
            Statement(
                shard="0000",
                sequence=len(evidence.statements) + 1,
                first=start + 1,
                last=link.position,
                head=link.hash.hex(),
                root=root.hex(),
                segment=hashlib.sha256(segment_of(covered)).hexdigest(),
                previous=NOTHING,
                shards=1,
                signed_at="2027-01-15T00:00:00.000Z",
            )
        )
    inspection = Inspection(evidence, lambda _statement: None)
    began = time.perf_counter()
    inspection.run(rows, link)
    seconds = time.perf_counter() - began
    if inspection.findings:
        raise RuntimeError(str(inspection.findings[0]))
    return seconds


def _rows(shard: str, count: int) -> Iterator[Row]:
    from healthcare_runtime.audit.chain import GENESIS, chained, record_of
    from healthcare_runtime.audit.table import Row

    previous = GENESIS
    for position in range(1, count + 1):
        record = record_of(_event(position, shard), shard, position)
        previous = chained(previous, record)
        yield Row(str(position), record, previous.hex(), 4)


def _event(number: int, shard: str = "") -> AuditEvent:
    """An event as the document workflow writes it, about 600 bytes."""
    from healthcare_runtime.audit import AuditEvent

    document = f"{shard}{number // 8:028x}"
    return AuditEvent(
        event_id=f"{document}/DetectPhi/{number % 8}/PASS",
        recorded_at=_BEGIN + timedelta(milliseconds=number),
        action="DetectPhi",
        outcome="PASS",
        entity=document,
        agent="document-workflow",
        purpose_of_use="HRESCH",
        consent_version="5d1f8c0e-consent/_history/3",
        detector_version="2.1.0+en.7.ja.9",
        policy_version="2027.1",
        details={"entities": number % 90, "grey_entities": 3, "languages": "en,ja", "unknown_language_permille": 12},
    )
