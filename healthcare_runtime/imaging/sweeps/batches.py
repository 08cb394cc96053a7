"""Finds batches that stand still: a close message, a start or an execution was lost. Starts them again.

A batch whose executions end without settling it is started anew a few times, and then given up: its instances are
FAILED, with the reason, rather than silent. Executions that were held back by the start quota do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchState, ImportOutcome
from healthcare_runtime.imaging.batches.batch import TERMINAL
from healthcare_runtime.imaging.batches.dispatch import ExecutionState
from healthcare_runtime.imaging.batches.table import RESTART_AFTER
from healthcare_runtime.imaging.instances.instance import FailureReason, Outcome
from healthcare_runtime.imaging.jobs.source import discard_staged
from healthcare_runtime.parallel import in_parallel
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.batches.dispatch import ImportExecutions, ImportQueue
    from healthcare_runtime.imaging.import_context import ImportContext
    from healthcare_runtime.imaging.jobs.start_governor import JobSlots

BATCHES_PER_RUN: Final = 500
CLOSE_GRACE: Final = 60
"""Seconds that an open batch may be overdue before its close message is taken for lost."""

log = EventLog("healthcare.imaging.batch_sweep")


@dataclass(frozen=True, slots=True)
class Revived:
    """What a run did. ``oldest``: seconds since the oldest live batch opened; 0 if there is none."""

    started: int = 0
    abandoned_instances: int = 0
    oldest: int = 0


class BatchSweep:
    """Compares live batches with what is being done for them."""

    def __init__(
        self,
        context: ImportContext,
        queue: ImportQueue,
        executions: ImportExecutions,
        slots: JobSlots,
        *,
        maximum_attempts: int,
    ) -> None:
        self._context = context
        self._batches = context.batches
        self._queue = queue
        self._executions = executions
        self._slots = slots
        self._maximum_attempts = maximum_attempts

    def run(self) -> Revived:
        """Look once at every live batch, up to a bound."""
        started = abandoned = 0
        now = self._context.now()
        for batch_id in self._batches.live(BatchState.OPEN, due_before=now - CLOSE_GRACE, limit=BATCHES_PER_RUN):
            self._queue.close_batch(batch_id, delay=0)
        for state in (BatchState.CLOSED, BatchState.SUBMITTED):
            for batch_id in self._batches.live(state, due_before=now, limit=BATCHES_PER_RUN):
                batch = self._batches.get(batch_id)
                if batch is None or batch.state is not state:
                    continue
                execution = self._executions.state(batch)
                if execution is ExecutionState.ENDED and self._is_given_up(batch):
                    abandoned += self._abandon(batch)
                else:
                    started += self._revive(batch, execution)
        self._free_slots()
        return Revived(started, abandoned, self._oldest_age())

    def _is_given_up(self, batch: Batch) -> bool:
        return batch.executions - batch.executions_at_throttle >= self._maximum_attempts

    def _revive(self, batch: Batch, execution: ExecutionState) -> int:
        later = self._context.now() + RESTART_AFTER
        match execution:
            case ExecutionState.RUNNING:
                self._batches.postpone(batch, until=later)
                return 0
            case ExecutionState.UNKNOWN:
                current: Batch | None = batch
                self._batches.postpone(batch, until=later)
            case ExecutionState.ENDED:
                if not self._batches.begin_execution(batch, until=later):
                    return 0
                current = self._batches.get(batch.batch_id)
        if current is None or not self._executions.start(current):
            return 0
        log.warning("batch_revived", batch_id=batch.batch_id, attempts=current.executions, state=batch.state)
        return 1

    def _abandon(self, batch: Batch) -> int:
        """End a batch that no execution could; its instances are FAILED, which is at least an answer."""
        context = self._context
        outcome = Outcome(ImportOutcome.FAILED, FailureReason.WORKFLOW_FAILED, job_id=batch.job_id)
        members = context.pending(batch)
        settled = in_parallel(lambda each: context.registry.settle(each, outcome, context.now()), members)
        discard_staged(context, batch)
        self._slots.release(batch.batch_id)
        self._batches.finish(batch, BatchState.FAILED, now=context.now())
        log.error("batch_abandoned", batch_id=batch.batch_id, files=len(members), attempts=batch.executions)
        return sum(settled)

    def _free_slots(self) -> None:
        """Free the slots of batches that ended without giving theirs back."""
        for batch_id in self._slots.taken():
            batch = self._batches.get(batch_id)
            if batch is None or batch.state in TERMINAL:
                self._slots.release(batch_id)

    def _oldest_age(self) -> int:
        live = (BatchState.OPEN, BatchState.CLOSED, BatchState.SUBMITTED)
        ids = [each for state in live for each in self._batches.live(state, limit=BATCHES_PER_RUN)]
        opened = [batch.opened_at for batch in in_parallel(self._batches.get, ids) if batch is not None]
        return max(0, self._context.now() - min(opened)) if opened else 0
