"""Quarantine: keeps a copy of what cannot go on, withdraws what had gone on, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import (
    DOCUMENTS_NAMESPACE,
    DocumentFault,
    DocumentMetric,
    DocumentState,
    DocumentStatus,
    DocumentVariable,
    ScanVerdict,
    StepVerdict,
)
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.malware_scan import scan_status
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.registry import FINAL
from healthcare_runtime.documents.settings import LARGEST_DOCUMENT, StepSettings
from healthcare_runtime.documents.severity import severity_of
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.metrics import emit
from healthcare_runtime.shield import error_code
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = DocumentState.QUARANTINE
_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})
log = EventLog("healthcare.documents.quarantine")

_FAULT_REASONS: Final = {
    DocumentFault.AUDIT_UNAVAILABLE: ReasonCode.AUDIT_FAILED,
    DocumentFault.MALWARE_VERDICT_PENDING: ReasonCode.MALWARE_UNKNOWN,
}


class Quarantine:
    """Settles a document as quarantined, under its id: the object's own name stays in the raw bucket."""

    def __init__(self, context: StepContext, s3: S3Client, *, quarantine_bucket: str, processed_bucket: str) -> None:
        self._context = context
        self._s3 = s3
        self._quarantine = quarantine_bucket
        self._processed = processed_bucket

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        if document.status in FINAL:
            raise DocumentStepError("status: the document has its outcome")
        reasons = _reasons(document, state)
        # The event comes first; where the trail is what failed, its repetition here fails as well and nothing is lost:
        # the execution fails and the sweeper starts the next one.
        last_event = self._context.trail.record(document, STEP, StepVerdict.HOLD, reasons=",".join(reasons))
        # Settled before anything is moved: from here on no other execution can publish it, nor an old decision free it.
        settled = self._context.documents.settle(
            document.document_id,
            DocumentStatus.QUARANTINED,
            reasons=reasons,
            severity=severity_of(reasons).name,
            decision="",
            task_token="",
            last_event=last_event,
        )
        if not settled:
            raise DocumentStepError("status: the document has its outcome")
        self._withdraw(document)
        key = f"documents/{document.document_id}"
        self._context.documents.note(
            document.document_id,
            quarantine_key=key if self._copy(document, key) else "",
            processed_key="",
            manifest_key="",
            analytics_key="",
        )
        emit(DOCUMENTS_NAMESPACE, {DocumentMetric.DOCUMENTS_QUARANTINED: 1})
        log.warning("document_quarantined", document_id=document.document_id, reason=",".join(reasons))
        return {"documentId": document.document_id, "verdict": StepVerdict.HOLD}

    def _copy(self, document: Document, key: str) -> bool:
        """Copy exactly the version that arrived; False if it is gone, marked as malware, or too large to be of use."""
        if document.size > LARGEST_DOCUMENT:  # S3 copies at most 5 GiB at once, and nobody can review it
            return False
        try:
            if scan_status(self._s3, document) == ScanVerdict.INFECTED:
                return False  # the raw bucket gives it to nobody: a copy would have no such mark
            self._s3.copy_object(
                Bucket=self._quarantine,
                Key=key,
                CopySource={"Bucket": document.bucket, "Key": document.object_key, "VersionId": document.version_id},
                MetadataDirective="REPLACE",  # the sender's metadata may identify
                TaggingDirective="REPLACE",
                ContentType="application/octet-stream",
            )
        except ClientError as error:
            if error_code(error) not in _GONE:
                raise
            return False
        return True

    def _withdraw(self, document: Document) -> None:
        """Take back what an earlier attempt stored as processed: a document is in one place only."""
        for key in (document.processed_key, document.manifest_key, document.analytics_key):
            if key:
                self._s3.delete_object(Bucket=self._processed, Key=key)


def _reasons(document: Document, state: StepState) -> tuple[str, ...]:
    """Why: what the step before recorded, and the class of the exception where one came here."""
    fault = state.get("fault", {}).get("Error", "")
    if not fault:
        return document.reasons or (ReasonCode.STEP_FAILED,)
    reason = next((reason for name, reason in _FAULT_REASONS.items() if name == fault), ReasonCode.STEP_FAILED)
    return tuple(dict.fromkeys((*document.reasons, reason)))


def compose(step: StepSettings, clients: AwsClients) -> Quarantine:
    """Wire the function's parts."""
    return Quarantine(
        StepContext.compose(step, clients),
        clients.s3,
        quarantine_bucket=settings_.bucket(DocumentVariable.QUARANTINE_BUCKET),
        processed_bucket=settings_.bucket(DocumentVariable.PROCESSED_BUCKET),
    )
