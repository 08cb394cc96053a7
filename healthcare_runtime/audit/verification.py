"""Verifies the whole trail: every shard's events against its checkpoints, and the shards against each other.

Proves that the events up to the last checkpoints are those that were signed, all of them and in their order. Behind the
last checkpoints (five minutes) the chain shows edits; a tail that was cut together with its head contradicts those who
remember its events (:class:`.Witness`), if there are any.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.archive import Archive
from healthcare_runtime.audit.chain import shard_name
from healthcare_runtime.audit.evidence import exported_rows, gather, records, still_there
from healthcare_runtime.audit.finding import Fault, Finding, Verification
from healthcare_runtime.audit.inspection import Inspection
from healthcare_runtime.audit.statement import PeerState
from healthcare_runtime.audit.table import head_key, read_head, rows
from healthcare_runtime.audit.trusted_keys import TrustedKeys
from healthcare_runtime.audit.witness import Witness
from healthcare_runtime.aws_clients import AwsClients

if TYPE_CHECKING:
    from healthcare_runtime.audit.settings import VerificationSettings

MAXIMUM_AGE: Final = 900.0
"""Seconds after which a shard must have a new checkpoint: three runs of the function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to verify and by which keys."""

    settings: VerificationSettings
    keys: tuple[bytes, ...]
    """Public keys that are believed: PEM or DER."""
    now: float
    """Epoch seconds."""
    maximum_age: float = MAXIMUM_AGE
    bucket_only: bool = False
    """The history by the bucket alone, as if there were no table."""
    witnesses: tuple[Witness, ...] = ()
    """What others remember; gathered before the verification begins, since trail and memory go on."""


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What was found in one shard, and what the others must be held against."""

    shard: str
    findings: list[Finding]
    events: int
    signed: int
    checkpoints: int
    shards: int
    digests: dict[int, str]
    claims: dict[str, PeerState]


def verify(plan: Plan, clients: AwsClients, *, only: Sequence[str] = (), processes: int | None = None) -> Verification:
    """Verify the trail.

    Parameters
    ----------
    only
        Names of shards; empty: all. The shards of a part are held against each other only.
    processes
        At most so many at a time; None: one for each processor. One shard is one process's work; each process makes
        clients of its own from the environment.

    Raises
    ------
    botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError
        Table or bucket cannot be read: nothing is known.
    """
    wanted = list(only) or [shard_name(index) for index in range(plan.settings.audit.shards)]
    results = {each.shard: each for each in _verified(plan, clients, wanted, processes)}
    if not only:
        # A checkpoint may know of more shards than the environment says.
        known = max((each.shards for each in results.values()), default=0)
        more = [shard_name(index) for index in range(known) if shard_name(index) not in results]
        results |= {each.shard: each for each in _verified(plan, clients, more, processes)}
    findings = [found for each in results.values() for found in each.findings]
    findings += _rolled_back(plan, clients, results)
    return Verification(
        findings=tuple(sorted(findings, key=lambda found: (found.shard, found.position, found.fault))),
        events=sum(each.events for each in results.values()),
        checkpoints=sum(each.checkpoints for each in results.values()),
        shards=len(results),
        unsigned=sum(max(0, each.events - each.signed) for each in results.values()),
        witnesses=sum(each.shard in results for each in plan.witnesses) if not plan.bucket_only else 0,
    )


def verify_shard(plan: Plan, shard: str, clients: AwsClients | None = None) -> ShardResult:
    """Verify one shard by itself."""
    clients = clients or AwsClients()
    archive = Archive(clients.s3, plan.settings.bucket)
    # The order matters while others append: each of these may lag behind the next, never be ahead of it.
    evidence = gather(archive, TrustedKeys(plan.keys), shard)
    witnesses = [] if plan.bucket_only else [each for each in plan.witnesses if each.shard == shard]
    inspection = Inspection(evidence, lambda statement: records(archive, evidence, statement), witnesses)
    if plan.bucket_only:
        inspection.run(exported_rows(archive, evidence), None)
    else:
        table = plan.settings.audit.table
        head = clients.dynamodb.get_item(TableName=table, Key=head_key(shard), ConsistentRead=True).get("Item")
        inspection.run(rows(clients.dynamodb, table, shard, after=-1), read_head(head))
    newest = max((each.signed_seconds for each in evidence.statements), default=None)
    findings = [*evidence.findings, *inspection.findings]
    if newest is None:
        findings.append(Finding(Fault.CHECKPOINT_MISSING, shard, 1, "", "there is none that can be believed"))
    elif plan.now - newest > plan.maximum_age:
        detail = f"the last one is {plan.now - newest:.0f} s old"
        findings.append(Finding(Fault.CHECKPOINT_OVERDUE, shard, evidence.last + 1, "", detail))
    return ShardResult(
        shard,
        findings,
        inspection.events,
        evidence.last,
        len(evidence.statements),
        max((each.shards for each in evidence.statements), default=0),
        evidence.digests,
        evidence.claims(),
    )


def _verified(plan: Plan, clients: AwsClients, shards: Sequence[str], processes: int | None) -> Iterable[ShardResult]:
    workers = min(len(shards), processes or os.cpu_count() or 1)
    if workers <= 1:
        return [verify_shard(plan, shard, clients) for shard in shards]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return [future.result() for future in [pool.submit(verify_shard, plan, shard) for shard in shards]]


def _rolled_back(plan: Plan, clients: AwsClients, results: Mapping[str, ShardResult]) -> list[Finding]:
    """Checkpoints that another shard's have seen and that are not there, or are others."""
    archive, keys = Archive(clients.s3, plan.settings.bucket), TrustedKeys(plan.keys)
    found: list[Finding] = []
    for witness in results.values():
        for peer in witness.claims.values():
            result = results.get(peer.shard)
            if result is None or result.digests.get(peer.sequence) == peer.digest:
                continue
            newest = max(result.digests, default=0)
            if peer.sequence < newest and peer.sequence not in result.digests:
                continue  # a gap, found as one
            if peer.sequence > newest and still_there(archive, keys, peer):
                continue  # younger than our reading of that shard
            detail = f"shard {witness.shard} has seen sequence {peer.sequence}, which is not there as it was"
            found.append(Finding(Fault.CHECKPOINT_ROLLED_BACK, peer.shard, result.signed + 1, "", detail))
    return list({each.shard: each for each in found}.values())
