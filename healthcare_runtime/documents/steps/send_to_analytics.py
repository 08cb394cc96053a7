"""SendToAnalytics: the masked document as a row of the analytics table, in Parquet, where Databricks reads it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import (
    ANALYTICS_PREFIX,
    DOCUMENTS_NAMESPACE,
    DocumentMetric,
    DocumentState,
    DocumentStatus,
    DocumentVariable,
    StepVerdict,
)
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = DocumentState.SEND_TO_ANALYTICS
log = EventLog("healthcare.documents.send_to_analytics")

_COLUMNS: Final[list[pa.Field[Any]]] = [
    pa.field("document_id", pa.string(), nullable=False),
    pa.field("patient_pseudonym", pa.string()),
    pa.field("document_type", pa.string()),
    pa.field("language", pa.string()),
    pa.field("received_at", pa.timestamp("ms", tz="UTC"), nullable=False),
    pa.field("masked_text", pa.string(), nullable=False),
    pa.field("profile", pa.string(), nullable=False),
    pa.field("entities", pa.int32(), nullable=False),
    pa.field("sha256", pa.string(), nullable=False),
]
SCHEMA: Final = pa.schema(_COLUMNS)
"""One row for each document; the Glue table of the same columns is in the PhiPipeline stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedRow:
    """A masked document as analytics sees it."""

    document: Document
    masked_text: str
    profile: str
    sha256: str


class SendToAnalytics:
    """One Parquet file for each document, under a key of its own: a repetition writes the same file again."""

    def __init__(self, context: StepContext, s3: S3Client, *, processed_bucket: str, quarantine_bucket: str) -> None:
        self._context = context
        self._s3 = s3
        self._bucket = processed_bucket
        self._quarantine = quarantine_bucket

    def run(self, state: StepState) -> StepState:
        """Write the row and settle the document as processed."""
        document = self._context.document(state)
        if not document.processed_key:
            raise DocumentStepError("processedKey: MaskAndStore must run first")
        if not document.may_go_on and document.status is not DocumentStatus.PROCESSED:  # a repetition may find that
            raise DocumentStepError("status: the document is rejected, or held and nobody released it")
        stored = self._s3.get_object(Bucket=self._bucket, Key=document.processed_key)
        row = MaskedRow(
            document=document,
            masked_text=stored["Body"].read().decode(),
            profile=stored["Metadata"].get("masking-profile", ""),
            sha256=stored["Metadata"].get("sha256", ""),
        )
        key = analytics_key(document)
        last_event = self._context.trail.record(document, STEP, StepVerdict.PASS, entities=document.entities)
        # Kept before the row is there, so that Quarantine knows what to withdraw.
        self._context.documents.note(document.document_id, analytics_key=key, last_event=last_event)
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=parquet(row))
        if document.quarantine_key:  # a reviewer released it: a document is in one place only
            self._s3.delete_object(Bucket=self._quarantine, Key=document.quarantine_key)
        settled = self._context.documents.settle(
            document.document_id, DocumentStatus.PROCESSED, quarantine_key="", reasons=(), task_token=""
        )
        if not settled:
            raise DocumentStepError("status: the document is rejected, or held and nobody released it")
        emit(DOCUMENTS_NAMESPACE, {DocumentMetric.DOCUMENTS_PROCESSED: 1})
        seconds = (self._context.documents.now() - document.received_at) / 1000
        log.info("document_processed", document_id=document.document_id, seconds=round(seconds, 3))
        return {"documentId": document.document_id, "verdict": StepVerdict.PASS}


def analytics_key(document: Document) -> str:
    """Partitioned by the day of arrival; a late repetition lands in the same partition."""
    day = datetime.fromtimestamp(document.received_at / 1000, UTC).date().isoformat()
    return f"{ANALYTICS_PREFIX}ingest_date={day}/{document.document_id}.parquet"


def parquet(row: MaskedRow) -> bytes:
    """The row as a Parquet file."""
    document = row.document
    table = pa.Table.from_pydict(
        {
            "document_id": [document.document_id],
            "patient_pseudonym": [document.patient_pseudonym],
            "document_type": [document.document_type],
            "language": [",".join(document.languages)],
            "received_at": [datetime.fromtimestamp(document.received_at / 1000, UTC)],
            "masked_text": [row.masked_text],
            "profile": [row.profile],
            "entities": [document.entities],
            "sha256": [row.sha256],
        },
        schema=SCHEMA,
    )
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def compose(step: StepSettings, clients: AwsClients) -> SendToAnalytics:
    """Wire the function's parts."""
    return SendToAnalytics(
        StepContext.compose(step, clients),
        clients.s3,
        processed_bucket=settings_.bucket(DocumentVariable.PROCESSED_BUCKET),
        quarantine_bucket=settings_.bucket(DocumentVariable.QUARANTINE_BUCKET),
    )
