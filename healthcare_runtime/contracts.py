"""The names that the infrastructure and the running code must agree on, each defined once.

The only module of ``healthcare_runtime`` that ``healthcare_infra`` may import: environment variables, table
attributes, workflow states, metric names. Values are plain strings, so that importing them costs nothing.
"""

from enum import StrEnum
from typing import Final


class ScpVariable(StrEnum):
    """Environment of ``python -m dicom_scp``; the whole of its configuration."""

    DICOM_BUCKET = "DICOM_BUCKET"
    STORAGE_DIR = "STORAGE_DIR"
    INSTANCE_TABLE = "INSTANCE_TABLE"
    SCP_PORT = "SCP_PORT"
    SCP_HOST = "SCP_HOST"
    SCP_PROCESSES = "SCP_PROCESSES"
    AE_TITLE = "AE_TITLE"
    REQUIRE_CALLED_AE_TITLE = "REQUIRE_CALLED_AE_TITLE"
    REQUIRE_CALLING_AE_TITLE = "REQUIRE_CALLING_AE_TITLE"
    MAXIMUM_PDU_SIZE = "MAXIMUM_PDU_SIZE"
    MAXIMUM_ASSOCIATIONS = "MAXIMUM_ASSOCIATIONS"
    MEMORY_BUDGET_MIB = "MEMORY_BUDGET_MIB"
    NETWORK_TIMEOUT = "NETWORK_TIMEOUT"
    DIMSE_TIMEOUT = "DIMSE_TIMEOUT"
    SUPPORTED_SOP_CLASS_UIDS = "SUPPORTED_SOP_CLASS_UIDS"
    SUPPORTED_TRANSFER_SYNTAX_UIDS = "SUPPORTED_TRANSFER_SYNTAX_UIDS"
    STORAGE_COMMITMENT_PEERS = "STORAGE_COMMITMENT_PEERS"
    HEALTH_PORT = "HEALTH_PORT"
    STOP_TIMEOUT = "STOP_TIMEOUT"
    TLS_CERT_FILE = "TLS_CERT_FILE"
    TLS_KEY_FILE = "TLS_KEY_FILE"
    TLS_CA_FILE = "TLS_CA_FILE"
    LOG_LEVEL = "LOG_LEVEL"


class ImportVariable(StrEnum):
    """Environment of the imaging import functions. Durations are in seconds, sizes in bytes."""

    DATASTORE_ID = "DATASTORE_ID"
    DATA_ACCESS_ROLE_ARN = "DATA_ACCESS_ROLE_ARN"
    DICOM_BUCKET = "DICOM_BUCKET"
    RESULTS_BUCKET = "RESULTS_BUCKET"
    JOB_TABLE = "JOB_TABLE"
    BATCH_TABLE = "BATCH_TABLE"
    INSTANCE_TABLE = "INSTANCE_TABLE"
    OBJECT_EVENT_QUEUE_URL = "OBJECT_EVENT_QUEUE_URL"
    STATE_MACHINE_ARN = "STATE_MACHINE_ARN"
    QUIET_PERIOD_SECONDS = "QUIET_PERIOD_SECONDS"
    MAXIMUM_AGE_SECONDS = "MAXIMUM_AGE_SECONDS"
    MAXIMUM_FILES = "MAXIMUM_FILES"
    MAXIMUM_BYTES = "MAXIMUM_BYTES"
    START_RATE_PER_SECOND = "START_RATE_PER_SECOND"
    MAXIMUM_CONCURRENT_JOBS = "MAXIMUM_CONCURRENT_JOBS"
    MAXIMUM_ATTEMPTS = "MAXIMUM_ATTEMPTS"
    SWEEP_MINIMUM_AGE_SECONDS = "SWEEP_MINIMUM_AGE_SECONDS"


class ImportState(StrEnum):
    """States of the import state machine (seed 002, Step Functions)."""

    TRIGGER_IMPORT = "TriggerImport"
    START_IMPORT_JOB = "StartImportJob"
    WAIT_FOR_COMPLETION = "WaitForCompletion"
    CHECK_STATUS = "CheckStatus"
    IS_COMPLETE = "IsComplete"
    SUCCESS = "Success"
    FAILURE = "Failure"


class ImportFault(StrEnum):
    """Exception class names that the state machine retries by name."""

    START_THROTTLED = "StartThrottled"
    TRANSIENT = "TransientImportError"


class JobAttribute(StrEnum):
    """Attributes of DicomImportJobTable (seed 002, DynamoDB). Partition key: ``jobId``."""

    JOB_ID = "jobId"
    JOB_STATUS = "jobStatus"
    SUBMITTED_AT = "submittedAt"
    ENDED_AT = "endedAt"
    INPUT_S3_URI = "inputS3Uri"
    OUTPUT_S3_URI = "outputS3Uri"
    DATASTORE_ID = "datastoreId"
    DATA_ACCESS_ROLE_ARN = "dataAccessRoleArn"
    STUDY_DATE = "studyDate"
    STUDY_INSTANCE_UID = "studyInstanceUID"
    SERIES_INSTANCE_UID = "seriesInstanceUID"
    SOP_INSTANCE_UID = "sopInstanceUID"
    MESSAGE = "message"


class BatchAttribute(StrEnum):
    """Keys of the batch table: one item per batch, and the open batch of each prefix.

    Index ``byState``: partition ``batchState``, sort ``dueAt`` (number, epoch seconds); sparse, only live batches.
    """

    BATCH_ID = "batchId"
    STATE = "batchState"
    DUE_AT = "dueAt"


class InstanceAttribute(StrEnum):
    """Keys of the instance registry: one item per object version, strongly consistent by prefix.

    Partition ``prefix`` (``YYYY/MM/DD/timestamp/StudyInstanceUID/``), sort ``object``
    (``SeriesInstanceUID/SOPInstanceUID.dcm#versionId``). Index ``bySopInstance``: partition ``sopInstanceUID``.
    """

    PREFIX = "prefix"
    OBJECT = "object"
    SOP_INSTANCE_UID = "sopInstanceUID"
    SIZE = "size"
    ETAG = "etag"
    BATCH_ID = "batchId"
    REGISTERED_AT = "registeredAt"
    OUTCOME = "outcome"
    REASON = "reason"
    DETAIL = "detail"
    IMAGE_SET_ID = "imageSetId"
    JOB_ID = "jobId"
    SETTLED_AT = "settledAt"


class ImportOutcome(StrEnum):
    """What became of an instance; an instance without one is still on its way."""

    IMPORTED = "IMPORTED"
    WARNING = "WARNING"
    FAILED = "FAILED"


class BatchState(StrEnum):
    """Life of a batch: OPEN, CLOSED (or SPLIT into closed parts), SUBMITTED, then COMPLETED or FAILED."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    SPLIT = "SPLIT"
    SUBMITTED = "SUBMITTED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


REJECTED_PREFIX: Final = "rejected/"
"""Partition of the registry that lists objects whose key is not an instance's; sort key: digest#versionId."""

BATCH_STATE_INDEX: Final = "byState"
SOP_INSTANCE_INDEX: Final = "bySopInstance"

STAGING_PREFIX: Final = "staging/"
DEAD_LETTER_PREFIX: Final = "dead-letter/"

IMAGING_NAMESPACE: Final = "HealthcarePlatform/Imaging"


class ImagingMetric(StrEnum):
    """CloudWatch metrics of the imaging flow (embedded metric format; dimension: none)."""

    INSTANCES_REFUSED = "InstancesRefused"  # by the SCP: a metric filter counts its log lines
    INSTANCES_IMPORTED = "InstancesImported"
    INSTANCES_WARNING = "InstancesWarning"
    INSTANCES_FAILED = "InstancesFailed"
    INSTANCES_REJECTED = "InstancesRejected"
    NON_PRIMARY_IMAGE_SETS = "NonPrimaryImageSets"
    BATCHES_STARTED = "BatchesStarted"
    STARTS_THROTTLED = "StartsThrottled"
    OLDEST_UNIMPORTED_SECONDS = "OldestUnimportedSeconds"
    MANIFESTS_MISSING = "ManifestsMissing"


class DocumentVariable(StrEnum):
    """Environment of the document pipeline's functions. Durations are in seconds, sizes in bytes."""

    RAW_BUCKET = "RAW_BUCKET"
    WORK_BUCKET = "WORK_BUCKET"
    PROCESSED_BUCKET = "PROCESSED_BUCKET"
    QUARANTINE_BUCKET = "QUARANTINE_BUCKET"
    DOCUMENT_TABLE = "DOCUMENT_TABLE"
    STATE_MACHINE_ARN = "STATE_MACHINE_ARN"
    MAXIMUM_DOCUMENT_BYTES = "MAXIMUM_DOCUMENT_BYTES"
    MALWARE_PROTECTION = "MALWARE_PROTECTION"  # "guardduty": wait for its tag; "content": only what we find ourselves
    COMPREHEND_MEDICAL = "COMPREHEND_MEDICAL"  # "true": English is sent to Comprehend Medical too
    MASKING_PROFILE = "MASKING_PROFILE"
    MASKING_KEY_ID = "MASKING_KEY_ID"  # KMS HMAC key
    MASKING_KEY_VERSION = "MASKING_KEY_VERSION"
    RECIPIENT = "RECIPIENT"  # who gets masked documents; pseudonyms differ for another recipient
    PURPOSE_OF_USE = "PURPOSE_OF_USE"  # of documents that name none (HL7 v3 PurposeOfUse)
    RETENTION_YEARS = "RETENTION_YEARS"
    FRAUD_ENDPOINT_NAME = "FRAUD_ENDPOINT_NAME"
    FRAUD_THRESHOLD = "FRAUD_THRESHOLD"
    CRITICAL_TOPIC_ARN = "CRITICAL_TOPIC_ARN"
    HIGH_TOPIC_ARN = "HIGH_TOPIC_ARN"
    MEDIUM_TOPIC_ARN = "MEDIUM_TOPIC_ARN"
    SWEEP_MINIMUM_AGE_SECONDS = "SWEEP_MINIMUM_AGE_SECONDS"


class AuditVariable(StrEnum):
    """Environment of everything that writes or signs the audit trail."""

    AUDIT_TABLE = "AUDIT_TABLE"
    AUDIT_BUCKET = "AUDIT_BUCKET"
    AUDIT_SHARDS = "AUDIT_SHARDS"
    AUDIT_SIGNING_KEY_ID = "AUDIT_SIGNING_KEY_ID"  # KMS, ECC_NIST_P256, SIGN_VERIFY


class ConsentVariable(StrEnum):
    """Environment of everything that reads or writes consent records."""

    CONSENT_DB_HOST = "CONSENT_DB_HOST"
    CONSENT_DB_PORT = "CONSENT_DB_PORT"
    CONSENT_DB_NAME = "CONSENT_DB_NAME"
    CONSENT_DB_USER = "CONSENT_DB_USER"
    CONSENT_DB_AUTHENTICATION = "CONSENT_DB_AUTHENTICATION"  # "iam": token and TLS verify-full; "trust": local only
    CONSENT_DB_CA_FILE = "CONSENT_DB_CA_FILE"  # PEM bundle of the RDS authorities; unset: where the image has it
    CONSENT_DB_ADMIN_SECRET = "CONSENT_DB_ADMIN_SECRET"  # ARN; migrations only  # noqa: S105
    CONSENT_CARE_ROLES = "CONSENT_CARE_ROLES"  # IAM role names (CSV) that may say that they treat; empty: nobody
    CONSENT_EMERGENCY_ROLES = "CONSENT_EMERGENCY_ROLES"  # IAM role names (CSV) that may break the glass; empty: nobody


CONSENT_NAMESPACE: Final = "HealthcarePlatform/Consent"


class ConsentMetric(StrEnum):
    """CloudWatch metrics of the Consent API; a metric filter counts its log lines (dimension: none)."""

    GLASS_ALERTS_FAILED = "GlassAlertsFailed"


class DocumentState(StrEnum):
    """States of the document state machine (seed 004, processing flow)."""

    VALIDATE_INPUT = "ValidateInput"
    IS_READABLE = "IsReadable"
    CHECK_CONSENT = "CheckConsent"
    IS_PERMITTED = "IsPermitted"
    DETECT_PHI = "DetectPhi"
    CHECK_COMPLIANCE = "CheckCompliance"
    SCORE_FRAUD_RISK = "ScoreFraudRisk"
    RISK_LEVEL = "RiskLevel"
    MASK_AND_STORE = "MaskAndStore"
    IS_MASKED = "IsMasked"
    SEND_TO_ANALYTICS = "SendToAnalytics"
    HOLD_ON_FAULT = "HoldOnFault"
    QUARANTINE = "Quarantine"
    SEND_ALERT = "SendAlert"
    MANUAL_REVIEW = "ManualReview"
    REVIEW_DECISION = "ReviewDecision"
    REJECT = "Reject"
    ESCALATE = "Escalate"
    PROCESSED = "Processed"
    QUARANTINED = "Quarantined"
    REJECTED = "Rejected"
    FAILED = "Failed"


class StepVerdict(StrEnum):
    """What a step hands to the Choice behind it: the whole of what steers the state machine."""

    PASS = "PASS"  # noqa: S105
    HOLD = "HOLD"  # to quarantine; the document table says why
    REJECT = "REJECT"
    HIGH = "HIGH"
    LOW = "LOW"
    APPROVE = "APPROVE"  # a reviewer: mask and store
    MASK_MORE = "MASK_MORE"  # a reviewer: mask these spans too, and store
    AGAIN = "AGAIN"  # a reviewer released what a fault had held: the steps after ValidateInput are done again


class DocumentFault(StrEnum):
    """Exception class names that the document state machine retries by name."""

    TRANSIENT = "TransientDocumentError"
    MALWARE_VERDICT_PENDING = "MalwareVerdictPending"
    AUDIT_UNAVAILABLE = "AuditUnavailable"


class DocumentAttribute(StrEnum):
    """Attributes of the document table: one item per object version that arrived. Partition key: ``documentId``.

    Index ``byStatus``: partition ``status``, sort ``updatedAt`` (number, epoch milliseconds).
    """

    DOCUMENT_ID = "documentId"
    STATUS = "status"
    UPDATED_AT = "updatedAt"
    EXPIRES_AT = "expiresAt"  # time to live of counters; documents have none


DOCUMENT_STATUS_INDEX: Final = "byStatus"


class DocumentStatus(StrEnum):
    """Life of a document; the last three are the outcomes, of which every document ends in exactly one."""

    RECEIVED = "RECEIVED"
    PROCESSED = "PROCESSED"
    QUARANTINED = "QUARANTINED"
    REJECTED = "REJECTED"


class AuditAttribute(StrEnum):
    """Keys of the audit table: partition ``shard`` (text), sort ``position`` (number)."""

    SHARD = "shard"
    POSITION = "position"


ANALYTICS_PREFIX: Final = "analytics/documents/"
"""Below it in the processed bucket: Parquet, partitioned by ``ingest_date=YYYY-MM-DD``."""

DOCUMENTS_NAMESPACE: Final = "HealthcarePlatform/Documents"


class DocumentMetric(StrEnum):
    """CloudWatch metrics of the document flow (embedded metric format; dimension: none)."""

    DOCUMENTS_RECEIVED = "DocumentsReceived"
    DOCUMENTS_PROCESSED = "DocumentsProcessed"
    DOCUMENTS_QUARANTINED = "DocumentsQuarantined"
    DOCUMENTS_REJECTED = "DocumentsRejected"
    CONSENTS_DENIED = "ConsentsDenied"
    ENTITIES_MASKED = "EntitiesMasked"
    RESIDUAL_PHI = "ResidualPhi"
    OLDEST_UNSETTLED_SECONDS = "OldestUnsettledSeconds"
    REVIEWS_WAITING = "ReviewsWaiting"
    AUDIT_EVENTS = "AuditEvents"
    AUDIT_CHECKPOINT_AGE_SECONDS = "AuditCheckpointAgeSeconds"


class StackOutput(StrEnum):
    """CloudFormation outputs that operators, tests and the local cloud read; each is unique within a stage."""

    DICOM_BUCKET_NAME = "DicomBucketName"
    RESULTS_BUCKET_NAME = "ResultsBucketName"
    DATASTORE_ID = "DatastoreId"
    IMPORT_JOB_TABLE_NAME = "ImportJobTableName"
    BATCH_TABLE_NAME = "BatchTableName"
    INSTANCE_TABLE_NAME = "InstanceTableName"
    OBJECT_EVENT_QUEUE_URL = "ObjectEventQueueUrl"
    IMAGING_IMPORT_STATE_MACHINE_ARN = "ImagingImportStateMachineArn"
    DICOM_ENDPOINT = "DicomEndpoint"
    DICOM_PORT = "DicomPort"
    DICOM_AE_TITLE = "DicomAeTitle"
    DICOM_CLUSTER_NAME = "DicomClusterName"
    DICOM_SERVICE_NAME = "DicomServiceName"
    RAW_BUCKET_NAME = "RawBucketName"
    WORK_BUCKET_NAME = "WorkBucketName"
    PROCESSED_BUCKET_NAME = "ProcessedBucketName"
    QUARANTINE_BUCKET_NAME = "QuarantineBucketName"
    AUDIT_BUCKET_NAME = "AuditBucketName"
    DOCUMENT_TABLE_NAME = "DocumentTableName"
    AUDIT_TABLE_NAME = "AuditTableName"
    AUDIT_SIGNING_KEY_ID = "AuditSigningKeyId"
    PHI_PIPELINE_STATE_MACHINE_ARN = "PhiPipelineStateMachineArn"
    CONSENT_API_URL = "ConsentApiUrl"
    CONSENT_DB_HOST = "ConsentDbHost"
    CONSENT_DB_PORT = "ConsentDbPort"
    FRAUD_ENDPOINT_NAME = "FraudEndpointName"
    ANALYTICS_TABLE_NAME = "AnalyticsTableName"
