"""ScoreFraudRisk: how unusual this arrival is, and with the rules' findings the risk level.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, WORK_BUCKET, FRAUD_ENDPOINT_NAME, FRAUD_THRESHOLD.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import FraudSettings, StepSettings
from healthcare_runtime.documents.steps.score_fraud_risk import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), FraudSettings.from_environment(), AwsClients.of_function())


@shielded(DocumentState.SCORE_FRAUD_RISK)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict HIGH or LOW out."""
    return _step.run(event)
