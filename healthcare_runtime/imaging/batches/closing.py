"""Closes batches when they are due, divides those that are too big for one job, and starts their imports.

Whatever state a batch is found in, :meth:`BatchCloser.advance` does the next thing for it and may be repeated: it is
what close messages, start messages, retries and the sweeper all call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from healthcare_runtime.contracts.imaging import BatchState
from healthcare_runtime.imaging.batches.job_plan import plan_parts
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.batches.dispatch import ImportExecutions, ImportQueue
    from healthcare_runtime.imaging.import_context import ImportContext
    from healthcare_runtime.imaging.settings import BatchPolicy

log = EventLog("healthcare.imaging.closing")


class BatchCloser:
    """Takes a batch from open to started."""

    def __init__(
        self, context: ImportContext, queue: ImportQueue, executions: ImportExecutions, policy: BatchPolicy
    ) -> None:
        self._context = context
        self._batches = context.batches
        self._queue = queue
        self._executions = executions
        self._policy = policy

    def advance(self, batch_id: str) -> int:
        """Do what a batch needs now; the number of executions that this started."""
        batch = self._batches.get(batch_id)
        if batch is None:
            log.warning("batch_unknown", batch_id=batch_id)
            return 0
        if batch.state is BatchState.OPEN:
            return self._close_if_due(batch)
        return self._start(batch)

    def close_full(self, batch_id: str) -> int:
        """Close a batch that has no room for the next instances, and start it."""
        batch = self._batches.get(batch_id)
        if batch is not None and batch.state is BatchState.OPEN:
            self._batches.close(batch, now=self._context.now(), unless_grown=False)
        return self.advance(batch_id)

    def _close_if_due(self, batch: Batch) -> int:
        now = self._context.now()
        due = batch.closes_at(self._policy)
        if now < due:
            self._queue.close_batch(batch.batch_id, delay=due - now)
            return 0
        if not self._batches.close(batch, now=now):
            # An instance arrived between reading and closing: the quiet period begins again.
            self._queue.close_batch(batch.batch_id, delay=self._policy.quiet_period)
            return 0
        log.info("batch_closed", batch_id=batch.batch_id, files=batch.files, bytes=batch.size, attempt=batch.attempt)
        return self.advance(batch.batch_id)

    def _start(self, batch: Batch) -> int:
        if batch.state is BatchState.CLOSED and batch.span is None and not batch.fits_one_job(self._policy):
            parts = plan_parts(
                self._context.registry.members(batch.membership),
                maximum_files=self._policy.maximum_files,
                maximum_bytes=self._policy.maximum_bytes,
            )
            if len(parts) > 1:
                self._batches.split(batch, parts, now=self._context.now())
                log.info("batch_split", batch_id=batch.batch_id, files=batch.files, count=len(parts))
                return self.advance(batch.batch_id)
        if batch.state is BatchState.SPLIT:
            return sum(self.advance(part_id) for part_id in self._batches.part_ids(batch))
        if batch.state is BatchState.CLOSED and self._executions.start(batch):
            log.info("batch_started", batch_id=batch.batch_id, files=batch.files, attempt=batch.attempt)
            return 1
        return 0
