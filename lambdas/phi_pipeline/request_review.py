"""ManualReview: keeps the task token until a reviewer decides.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.request_review import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.MANUAL_REVIEW)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId", "taskToken"}`` in; the answer is not used, the token is."""
    return _step.run(event)
