"""SweepInstances: on a schedule, announces what no event announced and starts again what stands still."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypedDict

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric
from healthcare_runtime.imaging.batches.dispatch import ImportExecutions, ImportQueue
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.jobs.start_governor import JobSlots
from healthcare_runtime.imaging.settings import SweepSettings
from healthcare_runtime.imaging.sweeps.batches import BatchSweep
from healthcare_runtime.imaging.sweeps.bucket import BucketSweep
from healthcare_runtime.imaging.sweeps.cursor import SweepCursor
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

STEP = "SweepInstances"
log = EventLog("healthcare.imaging.sweep_instances")


class SweepReport(TypedDict):
    """What a run found; the function's answer, for whoever calls it by hand."""

    unannounced: int
    restarted: int
    abandoned: int
    oldestUnimportedSeconds: int


class SweepInstances:
    """One run of both sweeps."""

    def __init__(self, batch_sweep: BatchSweep, bucket_sweep: BucketSweep) -> None:
        self._batch_sweep = batch_sweep
        self._bucket_sweep = bucket_sweep

    def run(self) -> SweepReport:
        revived = self._batch_sweep.run()
        unannounced = self._bucket_sweep.run()
        oldest = max(revived.oldest, unannounced.oldest)
        counts = {
            ImagingMetric.BATCHES_STARTED: revived.started,
            ImagingMetric.INSTANCES_FAILED: revived.abandoned_instances,
        }
        emit(IMAGING_NAMESPACE, {name: count for name, count in counts.items() if count})
        # Published when it is 0 too: an alarm must be able to tell "nothing waits" from "nobody looked".
        emit(IMAGING_NAMESPACE, {ImagingMetric.OLDEST_UNIMPORTED_SECONDS: oldest}, unit="Seconds")
        log.info("swept", count=unannounced.count, attempts=revived.started, age_seconds=oldest)
        return {
            "unannounced": unannounced.count,
            "restarted": revived.started,
            "abandoned": revived.abandoned_instances,
            "oldestUnimportedSeconds": oldest,
        }


def compose(settings: SweepSettings, clients: AwsClients, clock: Callable[[], float] = time.time) -> SweepInstances:
    """Wire the function's parts."""
    context = ImportContext.compose(settings.ledger, clients, clock)
    queue = ImportQueue(clients.sqs, settings.dispatch.queue_url)
    executions = ImportExecutions(clients.stepfunctions, settings.dispatch.state_machine_arn)
    slots = JobSlots(clients.dynamodb, settings.ledger.batch_table)
    cursor = SweepCursor(clients.dynamodb, settings.ledger.batch_table)
    return SweepInstances(
        BatchSweep(context, queue, executions, slots, maximum_attempts=settings.maximum_attempts),
        BucketSweep(context, queue, cursor, minimum_age=settings.minimum_age),
    )
