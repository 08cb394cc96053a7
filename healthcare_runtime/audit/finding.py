"""What a verification finds, and in what it reports it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Kinds of damage."""

    ALTERED = "event altered"
    MISSING = "event missing"
    UNLINKED = "event does not follow"  # from the one before: one of the two was changed
    DUPLICATE = "event twice"
    FOREIGN = "no event"  # an item in a shard's partition that is none
    HEAD = "head altered"  # the pointer that writers start from
    CHECKPOINT_MISSING = "checkpoint missing"
    CHECKPOINT_DELETED = "checkpoint deleted"  # hidden behind a delete marker
    CHECKPOINT_REPLACED = "checkpoint replaced"  # more than one version
    CHECKPOINT_FORGED = "checkpoint forged"  # not signed by a trusted key, or for another place
    CHECKPOINT_UNLINKED = "checkpoint does not follow"
    CHECKPOINT_ROLLED_BACK = "checkpoint rolled back"  # another shard's checkpoint has seen a newer one
    CHECKPOINT_OVERDUE = "checkpoint overdue"
    SEGMENT_MISSING = "segment missing"
    SEGMENT_DELETED = "segment deleted"
    SEGMENT_REPLACED = "segment replaced"
    SEGMENT_ALTERED = "segment altered"
    UNKNOWN_OBJECT = "unknown object"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the trail is not what it was. ``position``: the first event concerned; 0: none in particular."""

    fault: Fault
    shard: str
    position: int
    event_id: str
    detail: str

    def __str__(self) -> str:
        place = f"shard {self.shard}" + (f", position {self.position}" if self.position else "")
        named = f", event {self.event_id}" if self.event_id else ""
        return f"{self.fault}: {place}{named}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Verification:
    """The result: intact if there is no finding. Findings are in the order of shards and positions."""

    findings: tuple[Finding, ...]
    events: int
    checkpoints: int
    shards: int
    unsigned: int
    """Events behind the last checkpoints: their chain holds, but nobody has signed them yet."""
    witnesses: int = 0
    """Events that somebody outside of the trail remembers, and that were looked for."""

    @property
    def intact(self) -> bool:
        return not self.findings
