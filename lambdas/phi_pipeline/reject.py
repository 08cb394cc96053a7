"""Reject: ends a document that cannot or must not be used.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, WORK_BUCKET, QUARANTINE_BUCKET.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.reject import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.REJECT)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict REJECT out."""
    return _step.run(event)
