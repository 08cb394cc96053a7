"""Sets batches going: messages on the queue of object events, executions of the import state machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from healthcare_runtime.imaging.faults import TransientImportError
from healthcare_runtime.imaging.instances.object_event import MessageKind, ObjectCreated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

    from healthcare_runtime.imaging.batches.batch import Batch

MAXIMUM_DELAY: Final = 900  # SQS API reference, SendMessage: DelaySeconds
_SEND_LIMIT: Final = 10  # SQS API reference, SendMessageBatch


class ImportQueue:
    """The queue of object events, which also carries what is to be done for batches later."""

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self._url = url

    def close_batch(self, batch_id: str, *, delay: int) -> None:
        """Ask for a look at an open batch after ``delay`` seconds, or after the longest delay of a message."""
        self._send(MessageKind.CLOSE_BATCH, batch_id, delay)

    def start_batch(self, batch_id: str, *, delay: int) -> None:
        """Ask for a closed batch to be imported after ``delay`` seconds."""
        self._send(MessageKind.START_BATCH, batch_id, delay)

    def announce(self, bucket: str, objects: Sequence[ObjectCreated]) -> None:
        """Announce objects as S3 would have done, had its event not been lost."""
        for start in range(0, len(objects), _SEND_LIMIT):
            answer = self._sqs.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(index), "MessageBody": _object_event(bucket, each)}
                    for index, each in enumerate(objects[start : start + _SEND_LIMIT])
                ],
            )
            if answer.get("Failed"):
                raise TransientImportError("object event queue: some announcements were not accepted")

    def _send(self, kind: MessageKind, batch_id: str, delay: int) -> None:
        self._sqs.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps({"kind": kind, "batchId": batch_id}),
            DelaySeconds=max(0, min(delay, MAXIMUM_DELAY)),
        )


class ExecutionState(StrEnum):
    """What the sweeper needs to know about an execution."""

    RUNNING = "RUNNING"
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"


class ImportExecutions:
    """Executions of the import state machine: one per closed batch, named after it."""

    def __init__(self, stepfunctions: SFNClient, state_machine_arn: str) -> None:
        self._stepfunctions = stepfunctions
        self._arn = state_machine_arn

    def start(self, batch: Batch) -> bool:
        """Start the batch's execution; False if Step Functions has one of that name already."""
        try:
            self._stepfunctions.start_execution(
                stateMachineArn=self._arn,
                name=batch.execution_name,
                input=json.dumps({"batchId": batch.batch_id}),
            )
        except self._stepfunctions.exceptions.ExecutionAlreadyExists:
            return False
        return True

    def state(self, batch: Batch) -> ExecutionState:
        """Whether the batch's latest execution is running, has ended, or was never started."""
        execution = f"{self._arn.replace(':stateMachine:', ':execution:', 1)}:{batch.execution_name}"
        try:
            status = self._stepfunctions.describe_execution(executionArn=execution)["status"]
        except self._stepfunctions.exceptions.ExecutionDoesNotExist:
            return ExecutionState.UNKNOWN
        return ExecutionState.RUNNING if status in {"RUNNING", "PENDING_REDRIVE"} else ExecutionState.ENDED


def _object_event(bucket: str, announced: ObjectCreated) -> str:
    described: dict[str, object] = {"key": announced.key, "size": announced.size, "etag": announced.etag}
    if not announced.version.startswith("etag-"):
        described["version-id"] = announced.version
    return json.dumps(
        {
            "detail-type": "Object Created",
            "source": "healthcare.imaging.sweep",
            "detail": {"bucket": {"name": bucket}, "object": described, "reason": "Sweep"},
        }
    )
