"""SendAlert: tells the topic of the document's severity; also Escalate, when a review was not held in time.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, CRITICAL_TOPIC_ARN, HIGH_TOPIC_ARN, MEDIUM_TOPIC_ARN.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import AlertSettings, StepSettings
from healthcare_runtime.documents.steps.send_alert import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), AlertSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.SEND_ALERT)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}``, with ``escalation`` true at Escalate; verdict HOLD out."""
    return _step.run(event)
