"""Intake: an object version that arrived becomes a document and one execution, however often it is announced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypedDict

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric, DocumentStatus
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.object_version import EventDamagedError, ObjectVersion, parse_event
from healthcare_runtime.documents.settings import Launch, StepSettings
from healthcare_runtime.documents.steps.state import StepContext
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STEP: Final = "Intake"
log = EventLog("healthcare.documents.intake")


class QueueRecord(TypedDict):
    messageId: str
    body: str


class QueueEvent(TypedDict):
    """What the event source mapping delivers."""

    Records: Sequence[QueueRecord]


class BatchItemFailure(TypedDict):
    itemIdentifier: str


class QueueAnswer(TypedDict):
    """What comes back to the queue (Lambda developer guide, "Reporting batch item failures for SQS")."""

    batchItemFailures: list[BatchItemFailure]


class Starter:
    """Starts the execution of a document's present attempt; its name is the guarantee that there is only one."""

    def __init__(self, stepfunctions: SFNClient, state_machine_arn: str) -> None:
        self._stepfunctions = stepfunctions
        self._state_machine_arn = state_machine_arn

    def start(self, document_id: str, attempt: int) -> bool:
        """False if that attempt was started before."""
        try:
            self._stepfunctions.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=execution_name(document_id, attempt),
                input=json.dumps({"documentId": document_id}),
            )
        except self._stepfunctions.exceptions.ExecutionAlreadyExists:
            return False
        return True

    def is_running(self, document: Document) -> bool:
        """Whether the present attempt's execution is under way."""
        name = execution_name(document.document_id, document.attempt)
        arn = f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return self._stepfunctions.describe_execution(executionArn=arn)["status"] == "RUNNING"
        except self._stepfunctions.exceptions.ExecutionDoesNotExist:
            return False


def execution_name(document_id: str, attempt: int) -> str:
    return f"{document_id}-{attempt}"


class Intake:
    """Registers and starts."""

    def __init__(self, context: StepContext, starter: Starter, raw_bucket: str) -> None:
        self._context = context
        self._starter = starter
        self._raw_bucket = raw_bucket

    def serve(self, records: Sequence[QueueRecord]) -> QueueAnswer:
        """Take the messages of a batch; those that failed come back, each alone."""
        failures: list[BatchItemFailure] = []
        for record in records:
            try:
                self.take(parse_event(record["body"], bucket=self._raw_bucket))
            except EventDamagedError as damage:
                # Nothing that can be found again: the sweeper looks into the bucket itself.
                log.error("event_damaged", source=STEP, field=str(damage).partition(":")[0])
            except Exception as error:
                shielded.translate(error, STEP)
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}

    def take(self, version: ObjectVersion) -> bool:
        """Make sure that the version is registered and under way; False if it was already."""
        documents = self._context.documents
        is_new = documents.register(version)
        document = documents.get(version.document_id)
        if document.status is not DocumentStatus.RECEIVED:
            return False
        last_event = self._context.trail.record(document, STEP, "RECEIVED", bytes=version.size)
        documents.note(document.document_id, last_event=last_event)
        started = self._starter.start(document.document_id, document.attempt)
        if is_new:
            emit(DOCUMENTS_NAMESPACE, {DocumentMetric.DOCUMENTS_RECEIVED: 1})
            log.info("document_received", document_id=document.document_id, bytes=version.size)
        return started


def compose(settings: StepSettings, launch: Launch, clients: AwsClients) -> Intake:
    """Wire the function's parts."""
    starter = Starter(clients.stepfunctions, launch.state_machine_arn)
    return Intake(StepContext.compose(settings, clients), starter, launch.raw_bucket)
