"""CheckStatus: asks how a job is; when it has ended, gives every instance of its batch an outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, BatchState, ImagingMetric
from healthcare_runtime.imaging.batches.batch import TERMINAL, Batch
from healthcare_runtime.imaging.batches.dispatch import ImportQueue
from healthcare_runtime.imaging.faults import ImportStepError, TransientImportError
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.instances.instance import FailureReason, Instance
from healthcare_runtime.imaging.jobs.import_job import ImportJob, ImportJobs
from healthcare_runtime.imaging.jobs.output_manifest import FileReport, ManifestMissingError, read_manifest
from healthcare_runtime.imaging.jobs.settlement import Settlement, job_key, judge, tally
from healthcare_runtime.imaging.jobs.start_governor import JobSlots
from healthcare_runtime.imaging.settings import CheckSettings
from healthcare_runtime.imaging.steps.state import StepState, require_batch
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

MANIFEST_LOOKS: Final = 10
"""How often a completed job is asked for its manifest before its instances are settled without one."""

log = EventLog("healthcare.imaging.check_status")


class CheckStatus:
    """Follows one batch's job to its end."""

    def __init__(
        self, context: ImportContext, settings: CheckSettings, jobs: ImportJobs, settlement: Settlement
    ) -> None:
        self._context = context
        self._settings = settings
        self._jobs = jobs
        self._settlement = settlement

    def run(self, state: StepState) -> StepState:
        batch = require_batch(self._context.batches, state)
        if batch.state in TERMINAL:
            return {"batchId": batch.batch_id, "jobId": batch.job_id or "", "status": batch.state}
        if batch.job_id is None:
            raise ImportStepError("batchId: the batch has no job, StartImportJob must run first")
        job = self._jobs.describe(batch.job_id)
        status: str = job.status
        if job.ended:
            status = self._settle(batch, job)
        return {"batchId": batch.batch_id, "jobId": batch.job_id, "status": status}

    def _settle(self, batch: Batch, job: ImportJob) -> BatchState:
        members = [each for each in self._context.registry.members(batch.membership) if _unsettled(each, job)]
        reports, unmentioned = self._reports(batch, job, members)
        failed = job.status == "FAILED" or unmentioned is FailureReason.MANIFEST_MISSING
        verdicts = judge(
            batch,
            members,
            reports,
            job_id=job.job_id,
            bucket=self._context.bucket,
            unmentioned=unmentioned,
            maximum_attempts=self._settings.maximum_attempts,
        )
        counts = tally(verdicts, reports)
        retried = sum(verdict.retried for verdict in verdicts)
        self._jobs.record_end(
            job, {**{str(name): count for name, count in counts.items()}, "InstancesRetried": retried}
        )
        state = BatchState.FAILED if failed else BatchState.COMPLETED
        if self._settlement.carry_out(batch, verdicts, state):
            emit(IMAGING_NAMESPACE, {name: count for name, count in counts.items() if count})
        return state

    def _reports(
        self, batch: Batch, job: ImportJob, members: Sequence[Instance]
    ) -> tuple[Mapping[str, FileReport], FailureReason]:
        """What the job says of its files, and what it means if it says nothing of one."""
        try:
            reports = read_manifest(
                self._context.s3,
                job,
                datastore_id=self._settings.target.datastore_id,
                results_bucket=self._settings.target.results_bucket,
                input_bucket=self._context.bucket,
                keys={job_key(batch, each, self._context.bucket) for each in members},
            )
        except ManifestMissingError as error:
            if job.status == "FAILED":
                return {}, FailureReason.JOB_FAILED
            looks = self._context.batches.count_manifest_miss(batch)
            if looks < MANIFEST_LOOKS:
                raise TransientImportError(str(error)) from None
            log.error("manifest_missing", batch_id=batch.batch_id, job_id=job.job_id, attempts=looks)
            emit(IMAGING_NAMESPACE, {ImagingMetric.MANIFESTS_MISSING: 1})
            return {}, FailureReason.MANIFEST_MISSING
        return reports, FailureReason.JOB_FAILED if job.status == "FAILED" else FailureReason.NOT_SCANNED


def _unsettled(member: Instance, job: ImportJob) -> bool:
    """Whether this settlement is about a member: it has no outcome, or has it from this job, by a call cut off."""
    return member.outcome is None or member.outcome.job_id == job.job_id


def compose(settings: CheckSettings, clients: AwsClients, clock: Callable[[], float] = time.time) -> CheckStatus:
    """Wire the function's parts."""
    context = ImportContext.compose(settings.ledger, clients, clock)
    return CheckStatus(
        context,
        settings,
        ImportJobs(clients, settings.target, clock),
        Settlement(
            context,
            ImportQueue(clients.sqs, settings.queue_url),
            JobSlots(clients.dynamodb, settings.ledger.batch_table),
        ),
    )
