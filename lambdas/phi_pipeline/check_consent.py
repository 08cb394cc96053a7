"""CheckConsent: whether the patient's consents permit this use.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, PURPOSE_OF_USE, RECIPIENT and the consent database.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import Disclosure, StepSettings
from healthcare_runtime.documents.steps.check_consent import compose
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_step = compose(StepSettings.from_environment(), Disclosure.from_environment(), AwsClients.of_function())


@shielded(DocumentState.CHECK_CONSENT)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict PASS or HOLD out."""
    return _step.run(event)
