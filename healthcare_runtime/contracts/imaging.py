"""Imaging: from objects that arrive to import jobs (seed 002)."""

from enum import StrEnum
from typing import Final


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
