"""CheckCompliance: rules of law and of data quality.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, WORK_BUCKET, RETENTION_YEARS, MASKING_PROFILE.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import RetentionSettings, StepSettings
from healthcare_runtime.documents.steps.check_compliance import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), RetentionSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.CHECK_COMPLIANCE)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict HIGH or LOW out."""
    return _step.run(event)
