"""Gives every instance of an ended job its outcome, and what failed without its own fault another try.

A settlement may be cut off anywhere and begun again: files are copied to ``dead-letter/`` before their failure is
recorded, outcomes are recorded once, what is to be retried moves to a batch whose id follows from this one's, and the
write that ends this batch is the write that makes the retry exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import (
    DEAD_LETTER_PREFIX,
    STAGING_PREFIX,
    BatchState,
    ImagingMetric,
    ImportOutcome,
)
from healthcare_runtime.imaging.batches.batch import Batch, batch_id_of
from healthcare_runtime.imaging.instances.instance import FailureReason, Instance, Membership, Outcome
from healthcare_runtime.imaging.jobs.source import discard_staged, staged_key
from healthcare_runtime.imaging.object_store import (
    CopySource,
    ObjectChangedError,
    ObjectGoneError,
    copy_object,
    key_of,
)
from healthcare_runtime.parallel import in_parallel
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.dispatch import ImportQueue
    from healthcare_runtime.imaging.import_context import ImportContext
    from healthcare_runtime.imaging.jobs.output_manifest import FileReport
    from healthcare_runtime.imaging.jobs.start_governor import JobSlots

RETRY_DELAY: Final = 30
"""Seconds before the first retry of what a server error left over; each further one waits twice as long."""

log = EventLog("healthcare.imaging.settlement")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of one instance: an outcome, or another try."""

    instance: Instance
    outcome: Outcome
    retried: bool = False
    to_dead_letter: bool = False


def job_key(batch: Batch, instance: Instance, bucket: str) -> str:
    """The key under which the batch's job saw a member: its own, or that of its staged copy."""
    staged = (key_of(batch.input_uri or "", bucket) or "").startswith(STAGING_PREFIX)
    return staged_key(batch.batch_id, instance) if staged else str(instance.key)


def judge(
    batch: Batch,
    members: Sequence[Instance],
    reports: Mapping[str, FileReport],
    *,
    job_id: str,
    bucket: str,
    unmentioned: FailureReason,
    maximum_attempts: int,
) -> list[Verdict]:
    """Decide about every member, by what the job reported of its file.

    A failure that is not the file's own (server error, or ``unmentioned``: no report at all) is tried again, up to
    ``maximum_attempts`` imports in all. A final failure that the job reported of a file makes it
    a dead letter.
    """
    verdicts = []
    for member in members:
        report = reports.get(job_key(batch, member, bucket))
        if report is None:
            outcome = Outcome(ImportOutcome.FAILED, unmentioned, job_id=job_id)
            again = True
        else:
            outcome = Outcome(report.outcome, report.reason, report.detail, report.image_set_id, job_id)
            again = not report.file_is_at_fault
        failed = outcome.result is ImportOutcome.FAILED
        retried = failed and again and batch.attempt < maximum_attempts
        verdicts.append(Verdict(member, outcome, retried, to_dead_letter=failed and report is not None and not retried))
    return verdicts


class Settlement:
    """Carries verdicts out."""

    def __init__(self, context: ImportContext, queue: ImportQueue, slots: JobSlots) -> None:
        self._context = context
        self._s3 = context.s3
        self._registry = context.registry
        self._queue = queue
        self._slots = slots

    def carry_out(self, batch: Batch, verdicts: Sequence[Verdict], state: BatchState) -> bool:
        """Settle a batch and end it in ``state``; False if a call before this one did."""
        self._slots.release(batch.batch_id)
        retry_id = batch_id_of(batch.batch_id, "retry")
        in_parallel(lambda verdict: self._record(batch, verdict, retry_id), verdicts)
        # In place or not: a preparation that was cut off may have staged, and decided otherwise when it ran again.
        discard_staged(self._context, batch)
        retry = self._gathered_retry(batch, retry_id)
        if retry is not None:
            # Before the write that makes the batch, which comes long before the message: cut off here, both come again.
            self._queue.start_batch(retry.batch_id, delay=RETRY_DELAY * 2 ** (batch.attempt - 1))
            log.warning("batch_retried", batch_id=retry.batch_id, files=retry.files, attempt=retry.attempt)
        ended = self._context.batches.finish(batch, state, now=self._context.now(), retry=retry)
        log.info("batch_ended", batch_id=batch.batch_id, state=state, job_id=batch.job_id, attempt=batch.attempt)
        return ended

    def _record(self, batch: Batch, verdict: Verdict, retry_id: str) -> None:
        if verdict.retried:
            self._registry.move(verdict.instance, to_batch=retry_id)
            return
        if verdict.to_dead_letter:
            self._bury(batch, verdict)
        self._registry.settle(verdict.instance, verdict.outcome, self._context.now())

    def _bury(self, batch: Batch, verdict: Verdict) -> None:
        """Copy a file that HealthImaging will not take, with the code of the reason, to where an operator looks."""
        instance = verdict.instance
        bucket = self._context.bucket
        source = CopySource(bucket, str(instance.key), instance.size, instance.etag, instance.version_id)
        metadata = {"reason": verdict.outcome.reason or "", "batch-id": batch.batch_id}
        try:
            copy_object(self._s3, source, bucket=bucket, key=f"{DEAD_LETTER_PREFIX}{instance.key}", metadata=metadata)
        except (ObjectGoneError, ObjectChangedError):
            log.warning("dead_letter_gone", batch_id=batch.batch_id, reason=verdict.outcome.reason)

    def _gathered_retry(self, batch: Batch, retry_id: str) -> Batch | None:
        """The batch of what was moved, also by a call that was cut off; None if nothing was."""
        moved = list(self._registry.members(Membership(batch.prefix, retry_id)))
        if not moved:
            return None
        return replace(
            batch,
            batch_id=retry_id,
            state=BatchState.CLOSED,
            files=len(moved),
            size=sum(each.size for each in moved),
            attempt=batch.attempt + 1,
        )


def tally(verdicts: Sequence[Verdict], reports: Mapping[str, FileReport]) -> dict[ImagingMetric, int]:
    """Counts for the metrics, one per outcome; image sets that are not primary count once each."""
    final = [verdict.outcome.result for verdict in verdicts if not verdict.retried]
    side_sets = {report.image_set_id for report in reports.values() if report.image_set_id and not report.is_primary}
    return {
        ImagingMetric.INSTANCES_IMPORTED: final.count(ImportOutcome.IMPORTED),
        ImagingMetric.INSTANCES_WARNING: final.count(ImportOutcome.WARNING),
        ImagingMetric.INSTANCES_FAILED: final.count(ImportOutcome.FAILED),
        ImagingMetric.NON_PRIMARY_IMAGE_SETS: len(side_sets),
    }
