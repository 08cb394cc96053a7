"""DetectPhi: finds what identifies people. Runs in the detector's image.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, WORK_BUCKET, COMPREHEND_MEDICAL.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, DocumentVariable
from healthcare_runtime.documents.comprehend import ComprehendMedical
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import StepSettings, bucket
from healthcare_runtime.documents.steps.detect_phi import DetectPhi, DocumentDetector
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.structured_log import configure
from phi_detector import Detector

configure()
_clients = AwsClients.of_function()
_workspace = Workspace(_clients.s3, bucket(DocumentVariable.WORK_BUCKET))
_step = DetectPhi(
    StepContext.compose(StepSettings.from_environment(), _clients),
    _workspace,
    DocumentDetector(Detector.load(), ComprehendMedical.where_it_is_asked(_clients, _workspace)),
)


@shielded(DocumentState.DETECT_PHI)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict PASS out: what was found is judged by the rules."""
    return _step.run(event)
