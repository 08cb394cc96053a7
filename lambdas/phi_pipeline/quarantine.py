"""Quarantine: keeps what cannot go on, and withdraws what had gone on.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, RAW_BUCKET, QUARANTINE_BUCKET, PROCESSED_BUCKET.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.quarantine import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.QUARANTINE)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}``, with ``fault`` where a step failed; verdict HOLD out."""
    return _step.run(event)
