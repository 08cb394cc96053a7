"""What somebody outside of the trail remembers of an event: a tail that is cut with its head then contradicts them.

Between two checkpoints (five minutes) the chain alone cannot tell a trail that ends here from one that was cut here.
Whoever acts upon an event keeps where it was told that the event is; the verification looks there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from healthcare_runtime.audit.chain import is_shard_name

if TYPE_CHECKING:
    from healthcare_runtime.audit.trail import AuditPosition


@dataclass(frozen=True, slots=True)
class Witness:
    """An event that was kept, by whoever saw it. ``hash``: 64 hex digits."""

    shard: str
    position: int
    hash: str
    event_id: str

    @classmethod
    def of(cls, kept: AuditPosition, event_id: str) -> Self:
        return cls(kept.shard, kept.position, kept.hash, event_id)

    def __str__(self) -> str:
        return f"{self.shard}/{self.position}/{self.hash}/{self.event_id}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what ``str`` gave; None where it is something else, which bears no witness."""
        shard, position, hash_, event_id = (*text.split("/", 3), "", "", "", "")[:4]
        if not is_shard_name(shard) or not position.isdecimal() or not event_id:
            return None
        return cls(shard, int(position), hash_, event_id)
