"""A batch: the instances of one association's study that are imported together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchAttribute, BatchState
from healthcare_runtime.dynamodb_item import read_number, read_optional_text, read_text
from healthcare_runtime.imaging.instances.instance import Membership

if TYPE_CHECKING:
    from healthcare_runtime.dynamodb_item import Item
    from healthcare_runtime.imaging.settings import BatchPolicy

TERMINAL: Final = frozenset({BatchState.COMPLETED, BatchState.FAILED})


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. Times in epoch seconds, sizes in bytes.

    Attributes
    ----------
    attempt
        1 for a first import, more for what server errors left over.
    executions
        How many executions were started beyond the first.
    executions_at_throttle
        ``executions`` when a start was last throttled: waiting for the quota never counts against a batch.
    """

    batch_id: str
    prefix: str
    state: BatchState
    files: int = 0
    size: int = 0
    opened_at: int = 0
    last_added_at: int = 0
    due_at: int = 0
    attempt: int = 1
    member_of: str = ""
    span: tuple[str, str] | None = None
    parts: int = 0
    input_uri: str | None = None
    job_id: str | None = None
    executions: int = 0
    executions_at_throttle: int = 0
    manifest_misses: int = 0
    close_announced: bool = False

    @property
    def membership(self) -> Membership:
        return Membership(self.prefix, self.member_of or self.batch_id, self.span)

    @property
    def execution_name(self) -> str:
        return f"{self.batch_id}-{self.executions}" if self.executions else self.batch_id

    def closes_at(self, policy: BatchPolicy) -> int:
        """When it is due to close: after a quiet period or at the maximum age, whichever comes first."""
        return min(self.last_added_at + policy.quiet_period, self.opened_at + policy.maximum_age)

    def fits_one_job(self, policy: BatchPolicy) -> bool:
        return self.files <= 1 or (self.files <= policy.maximum_files and self.size <= policy.maximum_bytes)


def batch_id_of(*parts: str | int) -> str:
    """The id of a batch: 32 hex digits of a SHA-256, so that no identifier appears in a name."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def read_batch(item: Item) -> Batch:
    """Read a batch from its item."""
    first, last = read_optional_text(item, "firstObject"), read_optional_text(item, "lastObject")
    return Batch(
        batch_id=read_text(item, BatchAttribute.BATCH_ID),
        prefix=read_text(item, "prefix"),
        state=BatchState(read_text(item, BatchAttribute.STATE)),
        files=read_number(item, "files"),
        size=read_number(item, "batchBytes"),
        opened_at=read_number(item, "openedAt"),
        last_added_at=read_number(item, "lastAddedAt"),
        due_at=read_number(item, BatchAttribute.DUE_AT),
        attempt=read_number(item, "attempt", 1),
        member_of=read_optional_text(item, "memberOf") or "",
        span=None if first is None or last is None else (first, last),
        parts=read_number(item, "parts"),
        input_uri=read_optional_text(item, "inputUri"),
        job_id=read_optional_text(item, "jobId"),
        executions=read_number(item, "executions"),
        executions_at_throttle=read_number(item, "executionsAtThrottle"),
        manifest_misses=read_number(item, "manifestMisses"),
        close_announced=bool(read_number(item, "closeAnnounced")),
    )
