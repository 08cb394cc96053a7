"""ValidateInput: reads the version that was announced, decides by its content what it is, and extracts its text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.patient import PatientReferenceError, patient_key
from healthcare_runtime.contracts.documents import (
    DocumentState,
    DocumentStatus,
    DocumentVariable,
    ScanVerdict,
    StepVerdict,
)
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError, MalwareVerdictPending
from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.malware_scan import scan_status
from healthcare_runtime.documents.metadata import DocumentMetadata, MetadataDamagedError, read_metadata
from healthcare_runtime.documents.passage import DocumentText
from healthcare_runtime.documents.patient_identity import contradicts
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import MalwareProtection, StepSettings, ValidationSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.shield import error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = DocumentState.VALIDATE_INPUT
# Object Created arrives before the scan is over; GuardDuty user guide, "Malware Protection for S3".
PATIENCE_SECONDS: Final = 1_800
_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")


class ValidateInput:
    """One object version in, its text in the work bucket out."""

    def __init__(self, context: StepContext, s3: S3Client, workspace: Workspace, settings: ValidationSettings) -> None:
        self._context = context
        self._s3 = s3
        self._workspace = workspace
        self._settings = settings

    def run(self, state: StepState) -> StepState:
        """PASS, HOLD with a reason, or REJECT where there is nothing to hold.

        Raises
        ------
        MalwareVerdictPending
            The scanner has not answered yet.
        """
        document = self._context.document(state)
        is_sent_by_reviewer = state.get("verdict") == StepVerdict.READ_AGAIN and document.is_released
        if document.status is DocumentStatus.QUARANTINED and not is_sent_by_reviewer:
            # The sweeper started it again because nobody waits for its review any more: only that is opened again.
            return {"documentId": document.document_id, "verdict": StepVerdict.HOLD}
        if not document.may_go_on:
            raise DocumentStepError("status: the document has its outcome; send it again")
        return self._validate(document)

    def _validate(self, document: Document) -> StepState:
        if document.size == 0:
            return self._context.reject(document, STEP, ReasonCode.EMPTY)
        unfit = self._unfit(document)
        if unfit is not None:
            return self._context.hold(document, STEP, unfit)
        try:
            found = self._read(document)
        except ClientError as error:
            if error_code(error) not in _GONE:
                raise
            # Only Quarantine withdraws what an earlier attempt stored, and only a reviewer rejects what is held.
            if document.processed_key or document.status is DocumentStatus.QUARANTINED:
                return self._context.hold(document, STEP, ReasonCode.OBJECT_GONE)
            return self._context.reject(document, STEP, ReasonCode.OBJECT_GONE)
        if isinstance(found, ReasonCode):
            return self._context.hold(document, STEP, found)
        return self._extract(document, *found)

    def _unfit(self, document: Document) -> ReasonCode | None:
        """What can be said before a byte is read."""
        if document.size > self._settings.maximum_bytes:
            return ReasonCode.TOO_LARGE
        return None if is_safe_name(document.object_key) else ReasonCode.NAME_UNSAFE

    def _read(self, document: Document) -> tuple[bytes, Mapping[str, str]] | ReasonCode:
        """Body and metadata, or why nobody reads them: the bucket refuses what is marked as malware."""
        malware = self._malware_verdict(document)
        if malware is not None:
            return malware
        answer = self._s3.get_object(Bucket=document.bucket, Key=document.object_key, VersionId=document.version_id)
        return answer["Body"].read(self._settings.maximum_bytes + 1), answer["Metadata"]

    def _extract(self, document: Document, body: bytes, said: Mapping[str, str]) -> StepState:
        try:
            metadata = read_metadata(said)
        except MetadataDamagedError:
            return self._context.hold(document, STEP, ReasonCode.METADATA_DAMAGED)
        text = read(body, declared=ContentHint(name=document.object_key), maximum_bytes=self._settings.maximum_bytes)
        return self._keep(document, body, metadata, text)

    def _keep(
        self, document: Document, body: bytes, metadata: DocumentMetadata, text: DocumentText | Unreadable
    ) -> StepState:
        facts: dict[str, str | int | tuple[str, ...]] = {
            "purpose": metadata.purpose,
            "submitter": metadata.submitter,
            "document_type": metadata.document_type,
            "jurisdiction": metadata.jurisdiction,
            "patient": metadata.patient,
            "content_digest": hashlib.sha256(body).hexdigest(),
        }
        if isinstance(text, Unreadable):
            return self._context.hold(document, STEP, text.reason, facts=facts)
        if text.patients > 1:
            return self._context.hold(document, STEP, ReasonCode.PATIENT_SEVERAL, facts=facts)
        if metadata.patient and contradicts(metadata.patient, text.identifiers):
            return self._context.hold(document, STEP, ReasonCode.PATIENT_CONTRADICTED, facts=facts)
        facts["patient"] = metadata.patient or _canonical(text.patient)
        length = sum(len(passage.text) for passage in text.passages)
        self._workspace.put_extraction(document.document_id, text)
        return self._context.passed(
            document,
            STEP,
            details={"format": text.format, "text_length": length, "count": len(text.passages)},
            facts={
                **facts,
                "format": text.format,
                "text_length": length,
                "reasons": (),
            },  # not those of attempts before
        )

    def _malware_verdict(self, document: Document) -> ReasonCode | None:
        if self._settings.malware_protection is not MalwareProtection.GUARDDUTY:
            return None
        status = scan_status(self._s3, document)
        if status == ScanVerdict.CLEAN:
            return None
        if status == ScanVerdict.INFECTED:
            return ReasonCode.MALWARE_FOUND
        waited = self._context.documents.now() - document.received_at
        if status is None and waited < PATIENCE_SECONDS * 1000:
            raise MalwareVerdictPending("the object version has no scan status yet")
        return ReasonCode.MALWARE_UNKNOWN


def is_safe_name(key: str) -> bool:
    """Whether a key is no path out of its place, and shows what it is: no control, no bidirectional character."""
    parts = re.split(r"[/\\]", key)
    return _UNSAFE.search(key) is None and ".." not in parts and not key.startswith("/")


def _canonical(reference: str | None) -> str:
    """The spelling under which consents are kept; empty where a system says too little to know the patient by."""
    try:
        return patient_key(reference or "")
    except PatientReferenceError:
        return ""


def compose(step: StepSettings, settings: ValidationSettings, clients: AwsClients) -> ValidateInput:
    """Wire the function's parts."""
    workspace = Workspace(clients.s3, settings_.bucket(DocumentVariable.WORK_BUCKET))
    return ValidateInput(StepContext.compose(step, clients), clients.s3, workspace, settings)
