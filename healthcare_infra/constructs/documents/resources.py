"""What the document functions work on, and the environment that tells each of them its part."""

from dataclasses import dataclass

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.documents.fraud_endpoint import FraudEndpoint
from healthcare_infra.exports import AlertExports, DatabaseExports, Foundation, KeyExports, LakeExports
from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.contracts.documents import DocumentVariable


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResources:
    """The buckets, tables, keys, topics and the endpoint of one pipeline."""

    foundation: Foundation
    lake: LakeExports
    databases: DatabaseExports
    fraud: FraudEndpoint

    @property
    def config(self) -> StageConfig:
        return self.foundation.config

    @property
    def keys(self) -> KeyExports:
        return self.foundation.keys

    @property
    def alerts(self) -> AlertExports:
        return self.foundation.alerts

    def environment(self, *variables: DocumentVariable) -> dict[str, str]:
        """The named variables, and what every function has: the document table and the audit trail."""
        values = self._values()
        return {
            DocumentVariable.DOCUMENT_TABLE: self.databases.documents.table_name,
            AuditVariable.AUDIT_TABLE: self.databases.audit.table_name,
            AuditVariable.AUDIT_SHARDS: str(self.config.audit.shards),
            **{variable: values[variable] for variable in variables},
        }

    def _values(self) -> dict[DocumentVariable, str]:
        documents = self.config.documents
        return {
            DocumentVariable.RAW_BUCKET: self.lake.raw.bucket_name,
            DocumentVariable.WORK_BUCKET: self.lake.work.bucket_name,
            DocumentVariable.PROCESSED_BUCKET: self.lake.processed.bucket_name,
            DocumentVariable.QUARANTINE_BUCKET: self.lake.quarantine.bucket_name,
            DocumentVariable.MAXIMUM_DOCUMENT_BYTES: str(documents.maximum_document_bytes),
            DocumentVariable.MALWARE_PROTECTION: documents.malware_protection,
            DocumentVariable.COMPREHEND_MEDICAL: str(documents.comprehend_medical).lower(),
            DocumentVariable.MASKING_PROFILE: documents.masking_profile,
            DocumentVariable.MASKING_KEY_ID: self.keys.masking.key_arn,
            DocumentVariable.MASKING_KEY_VERSION: str(documents.masking_key_version),
            DocumentVariable.RECIPIENT: documents.recipient,
            DocumentVariable.PURPOSE_OF_USE: documents.purpose_of_use,
            DocumentVariable.RETENTION_YEARS: str(documents.retention_years),
            DocumentVariable.FRAUD_ENDPOINT_NAME: self.fraud.name,
            DocumentVariable.FRAUD_THRESHOLD: str(documents.fraud_threshold),
            DocumentVariable.CRITICAL_TOPIC_ARN: self.alerts.critical.topic_arn,
            DocumentVariable.HIGH_TOPIC_ARN: self.alerts.high.topic_arn,
            DocumentVariable.MEDIUM_TOPIC_ARN: self.alerts.medium.topic_arn,
            DocumentVariable.SWEEP_MINIMUM_AGE_SECONDS: str(documents.sweep_minimum_age_seconds),
        }
