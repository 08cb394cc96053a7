"""Development: synthetic data, the smallest running cost, deleted as easily as it is deployed."""

from healthcare_infra.config.database import DatabaseConfig
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.retention import RetentionConfig
from healthcare_infra.config.stage import StageConfig, StageName


def dev() -> StageConfig:
    """Two zones, no NAT, one SCP task, a database that pauses, everything deletable but the audit trail."""
    return StageConfig(
        stage=StageName.DEV,
        network=NetworkConfig(
            availability_zones=("a", "b"), nat_gateways="none", interface_endpoints="core", endpoint_zones="one"
        ),
        dicom=DicomConfig(minimum_tasks=1, maximum_tasks=2),
        database=DatabaseConfig(minimum_capacity=0, maximum_capacity=1, readers=0, backup_days=1),
        retention=RetentionConfig(destroy_with_stack=True, log_days=30, access_log_days=30, noncurrent_version_days=7),
    )
