"""Clinical documents: from arrival to their outcome (seed 004)."""

from enum import StrEnum
from typing import Final


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
    READ_AGAIN = "ReadAgain"
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
    READ_AGAIN = "READ_AGAIN"  # the same, and what ValidateInput had extracted is not there (any more)


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


SCAN_TAG: Final = "GuardDutyMalwareScanStatus"
"""The tag in which GuardDuty leaves its verdict on an object version; nobody else may write it."""


class ScanVerdict(StrEnum):
    """The verdicts that are told apart; any other says that GuardDuty could not look."""

    CLEAN = "NO_THREATS_FOUND"
    INFECTED = "THREATS_FOUND"


ANALYTICS_PREFIX: Final = "analytics/documents/"
"""Below it in the processed bucket: Parquet, partitioned by ``ingest_date=YYYY-MM-DD``."""
ANSWERS_PREFIX: Final = "answers/"
"""Below it in the work bucket: what Comprehend Medical answered, by the digest of what it was asked."""
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
