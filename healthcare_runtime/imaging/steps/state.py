"""What travels through the import state machine: the batch's id, the job's id, a status. Never an identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from healthcare_runtime.contracts.imaging import BatchState
from healthcare_runtime.imaging.faults import ImportStepError

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.batches.table import BatchTable


class StepState(TypedDict):
    """Input and output of every function of the state machine."""

    batchId: str
    jobId: NotRequired[str]
    status: NotRequired[str]


def require_batch(batches: BatchTable, state: StepState) -> Batch:
    """Read the batch that an execution is about.

    Raises
    ------
    ImportStepError
        There is no such batch, or it is not closed: this execution was not started by this platform.
    """
    batch = batches.get(state["batchId"])
    if batch is None:
        raise ImportStepError("batchId: no such batch")
    if batch.state in {BatchState.OPEN, BatchState.SPLIT}:
        raise ImportStepError(f"batchId: the batch is {batch.state}, only a closed one is imported")
    return batch
