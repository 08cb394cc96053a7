"""TriggerImport: the first state; decides and prepares the S3 prefix that a closed batch is imported from."""

from __future__ import annotations

import time
from collections.abc import Callable

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, BatchState, ImagingMetric
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.jobs.source import ImportSource
from healthcare_runtime.imaging.settings import TriggerSettings
from healthcare_runtime.imaging.steps.state import StepState, require_batch
from healthcare_runtime.metrics import emit


class TriggerImport:
    """Prepares a batch once; a repeated call finds it prepared."""

    def __init__(self, context: ImportContext, source: ImportSource) -> None:
        self._context = context
        self._source = source

    def run(self, state: StepState) -> StepState:
        batch = require_batch(self._context.batches, state)
        if batch.state is BatchState.CLOSED and batch.input_uri is None:
            prepared = self._source.prepare(batch)
            if prepared.lost:
                emit(IMAGING_NAMESPACE, {ImagingMetric.INSTANCES_FAILED: prepared.lost})
        return {"batchId": batch.batch_id}


def compose(settings: TriggerSettings, clients: AwsClients, clock: Callable[[], float] = time.time) -> TriggerImport:
    """Wire the function's parts."""
    context = ImportContext.compose(settings.ledger, clients, clock)
    return TriggerImport(context, ImportSource(context))
