"""ValidateInput: decides by content what arrived, and extracts its text.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, RAW_BUCKET, WORK_BUCKET, MAXIMUM_DOCUMENT_BYTES,
MALWARE_PROTECTION.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings, ValidationSettings
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.documents.steps.validate_input import compose
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), ValidationSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.VALIDATE_INPUT)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict PASS, HOLD or REJECT out."""
    return _step.run(event)
