"""SendToAnalytics: the masked document as a row of the analytics table.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, PROCESSED_BUCKET, QUARANTINE_BUCKET.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.send_to_analytics import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.SEND_TO_ANALYTICS)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict PASS out."""
    return _step.run(event)
