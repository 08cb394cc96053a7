"""Reject: ends a document that cannot or must not be used; what arrived stays in the raw bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import (
    DOCUMENTS_NAMESPACE,
    DocumentMetric,
    DocumentState,
    DocumentStatus,
    DocumentVariable,
    StepVerdict,
)
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = DocumentState.REJECT
log = EventLog("healthcare.documents.reject")


class Reject:
    """Settles a document as rejected, with its reasons."""

    def __init__(self, context: StepContext, workspace: Workspace, s3: S3Client, quarantine_bucket: str) -> None:
        self._context = context
        self._workspace = workspace
        self._s3 = s3
        self._quarantine = quarantine_bucket

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        if document.status is DocumentStatus.PROCESSED:
            raise DocumentStepError("status: the document is processed; withdraw it by revoking consent, not here")
        reasons = document.reasons
        if document.decision == StepVerdict.REJECT:
            reasons = tuple(dict.fromkeys((*reasons, ReasonCode.REVIEW_REJECTED)))
        last_event = self._context.trail.record(document, STEP, StepVerdict.REJECT, reasons=",".join(reasons))
        self._workspace.discard(document.document_id)
        if document.quarantine_key:
            self._s3.delete_object(Bucket=self._quarantine, Key=document.quarantine_key)
        settled = self._context.documents.settle(
            document.document_id,
            DocumentStatus.REJECTED,
            reasons=reasons,
            quarantine_key="",
            task_token="",
            last_event=last_event,
        )
        if not settled:
            raise DocumentStepError("status: the document has another outcome")
        emit(DOCUMENTS_NAMESPACE, {DocumentMetric.DOCUMENTS_REJECTED: 1})
        log.warning("document_rejected", document_id=document.document_id, reason=",".join(reasons))
        return {"documentId": document.document_id, "verdict": StepVerdict.REJECT}


def compose(step: StepSettings, clients: AwsClients) -> Reject:
    """Wire the function's parts."""
    workspace = Workspace(clients.s3, settings_.bucket(DocumentVariable.WORK_BUCKET))
    quarantine = settings_.bucket(DocumentVariable.QUARANTINE_BUCKET)
    return Reject(StepContext.compose(step, clients), workspace, clients.s3, quarantine)
