"""Staging: production's shape on two zones, so that a release meets the same templates before patients do."""

from healthcare_infra.config.audit import AuditConfig
from healthcare_infra.config.database import DatabaseConfig
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.documents import DocumentsConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.retention import RetentionConfig
from healthcare_infra.config.stage import StageConfig, StageName


def staging() -> StageConfig:
    """Two zones, every endpoint, logs for a year."""
    return StageConfig(
        stage=StageName.STAGING,
        network=NetworkConfig(availability_zones=("a", "b"), nat_gateways="none", interface_endpoints="all"),
        dicom=DicomConfig(minimum_tasks=2, maximum_tasks=4),
        documents=DocumentsConfig(fraud_serving="instances"),
        audit=AuditConfig(lock_mode="GOVERNANCE", lock_days=30),
        database=DatabaseConfig(minimum_capacity=0.5, maximum_capacity=4, backup_days=14),
        retention=RetentionConfig(log_days=365, access_log_days=365),
    )
