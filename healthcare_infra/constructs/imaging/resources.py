"""What the import functions work on, and the environment that tells them."""

from dataclasses import dataclass

from aws_cdk import aws_sqs as sqs

from healthcare_infra.constructs.imaging.datastore import DataAccessRole, ImagingDatastore
from healthcare_infra.constructs.imaging.tables import ImportTables
from healthcare_infra.exports import Foundation, KeyExports, LakeExports
from healthcare_runtime.contracts.imaging import ImportVariable


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResources:
    """The data store, the tables, the buckets and the queue of one import."""

    foundation: Foundation
    lake: LakeExports
    tables: ImportTables
    datastore: ImagingDatastore
    data_access: DataAccessRole
    queue: sqs.IQueue

    @property
    def keys(self) -> KeyExports:
        return self.foundation.keys

    def environment(self) -> dict[str, str]:
        """Every variable but the state machine's ARN, which only the functions that start executions are told."""
        limits = self.foundation.config.imaging
        return {
            ImportVariable.DATASTORE_ID: self.datastore.datastore_id,
            ImportVariable.DATA_ACCESS_ROLE_ARN: self.data_access.arn,
            ImportVariable.DICOM_BUCKET: self.lake.dicom.bucket_name,
            ImportVariable.RESULTS_BUCKET: self.lake.results.bucket_name,
            ImportVariable.JOB_TABLE: self.tables.jobs.table_name,
            ImportVariable.BATCH_TABLE: self.tables.batches.table_name,
            ImportVariable.INSTANCE_TABLE: self.tables.instances.table_name,
            ImportVariable.OBJECT_EVENT_QUEUE_URL: self.queue.queue_url,
            ImportVariable.QUIET_PERIOD_SECONDS: str(limits.quiet_period_seconds),
            ImportVariable.MAXIMUM_AGE_SECONDS: str(limits.maximum_age_seconds),
            ImportVariable.MAXIMUM_FILES: str(limits.maximum_files),
            ImportVariable.MAXIMUM_BYTES: str(limits.maximum_bytes),
            ImportVariable.START_RATE_PER_SECOND: str(limits.start_rate_per_second),
            ImportVariable.MAXIMUM_CONCURRENT_JOBS: str(limits.maximum_concurrent_jobs),
            ImportVariable.MAXIMUM_ATTEMPTS: str(limits.maximum_attempts),
            ImportVariable.SWEEP_MINIMUM_AGE_SECONDS: str(limits.sweep_minimum_age_seconds),
        }
