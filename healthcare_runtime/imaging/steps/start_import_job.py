"""StartImportJob: takes a start token and starts the batch's import job, once, however often it is called."""

from __future__ import annotations

import time
from collections.abc import Callable

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric
from healthcare_runtime.imaging.batches.batch import TERMINAL, Batch
from healthcare_runtime.imaging.faults import ImportStepError, StartThrottled
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.jobs.import_job import ImportJobs
from healthcare_runtime.imaging.jobs.start_governor import JobSlots, StartGovernor
from healthcare_runtime.imaging.settings import StartSettings
from healthcare_runtime.imaging.steps.state import StepState, require_batch
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

log = EventLog("healthcare.imaging.start_import_job")


class StartImportJob:
    """Starts the job of a prepared batch."""

    def __init__(self, context: ImportContext, governor: StartGovernor, slots: JobSlots, jobs: ImportJobs) -> None:
        self._context = context
        self._batches = context.batches
        self._governor = governor
        self._slots = slots
        self._jobs = jobs

    def run(self, state: StepState) -> StepState:
        batch = require_batch(self._batches, state)
        if batch.state in TERMINAL:
            # TriggerImport found nothing left to import; CheckStatus will say the same.
            return {"batchId": batch.batch_id, "jobId": batch.job_id or "", "status": batch.state}
        job_id = batch.job_id or self._start(batch)
        return {"batchId": batch.batch_id, "jobId": job_id, "status": "SUBMITTED"}

    def _start(self, batch: Batch) -> str:
        if batch.input_uri is None:
            raise ImportStepError("batchId: the batch has no input prefix, TriggerImport must run first")
        try:
            self._governor.take(batch.batch_id)
            job_id = self._start_or_release(batch, batch.input_uri)
        except StartThrottled:
            self._batches.note_throttle(batch)
            emit(IMAGING_NAMESPACE, {ImagingMetric.STARTS_THROTTLED: 1})
            raise
        members = self._context.pending(batch)
        self._jobs.record_start(batch, job_id, batch.input_uri, members)
        self._batches.submitted(batch, job_id=job_id, now=self._context.now())
        log.info("job_started", batch_id=batch.batch_id, job_id=job_id, files=len(members), attempt=batch.attempt)
        return job_id

    def _start_or_release(self, batch: Batch, input_uri: str) -> str:
        try:
            return self._jobs.start(batch, input_uri)
        except Exception:
            # Whoever has no job must not keep a slot from those who wait; the client token makes a repetition safe.
            self._slots.release(batch.batch_id)
            raise


def compose(settings: StartSettings, clients: AwsClients, clock: Callable[[], float] = time.time) -> StartImportJob:
    """Wire the function's parts."""
    return StartImportJob(
        ImportContext.compose(settings.ledger, clients, clock),
        StartGovernor(clients.dynamodb, settings.ledger.batch_table, settings.quota, clock),
        JobSlots(clients.dynamodb, settings.ledger.batch_table),
        ImportJobs(clients, settings.target, clock),
    )
