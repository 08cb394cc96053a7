"""MaskAndStore: asks for consent once more, masks, looks at its own output. Runs in the detector's image.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, WORK_BUCKET, PROCESSED_BUCKET, COMPREHEND_MEDICAL,
PURPOSE_OF_USE, RECIPIENT, MASKING_PROFILE, MASKING_KEY_ID, MASKING_KEY_VERSION and the consent database.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, DocumentVariable
from healthcare_runtime.documents.comprehend import ComprehendMedical
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import Disclosure, MaskingSettings, StepSettings, bucket
from healthcare_runtime.documents.steps.check_consent import connect
from healthcare_runtime.documents.steps.detect_phi import DocumentDetector
from healthcare_runtime.documents.steps.mask_and_store import MaskAndStore, Recipient
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.masking.subkeys import KmsSubkeys, PatientSalts
from healthcare_runtime.structured_log import configure
from phi_detector import Detector

configure()
_clients = AwsClients.of_function()
_settings = StepSettings.from_environment()
_disclosure = Disclosure.from_environment()
_masking = MaskingSettings.from_environment()
_workspace = Workspace(_clients.s3, bucket(DocumentVariable.WORK_BUCKET))
_step = MaskAndStore(
    StepContext.compose(_settings, _clients),
    s3=_clients.s3,
    workspace=_workspace,
    consent=connect(_disclosure, _clients),
    detector=DocumentDetector(Detector.load(), ComprehendMedical.where_it_is_asked(_clients, _workspace)),
    recipient=Recipient(
        _disclosure.recipient,
        _masking,
        KmsSubkeys(_clients.kms, _masking.key_id),
        PatientSalts(_clients.dynamodb, _settings.document_table),
    ),
    processed_bucket=bucket(DocumentVariable.PROCESSED_BUCKET),
)


@shielded(DocumentState.MASK_AND_STORE)
def handler(event: StepState, context: object) -> StepState:
    """``{"documentId"}`` in; verdict PASS or HOLD out."""
    return _step.run(event)
