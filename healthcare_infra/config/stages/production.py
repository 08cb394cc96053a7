"""Production: three zones, every endpoint private, six years of logs, nothing that deleting a stack can lose."""

from healthcare_infra.config.audit import AuditConfig
from healthcare_infra.config.database import DatabaseConfig
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.documents import DocumentsConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.stage import StageConfig, StageName


def production() -> StageConfig:
    """Three zones, every endpoint, twelve SCP tasks at most, an audit trail that nobody can shorten."""
    return StageConfig(
        stage=StageName.PRODUCTION,
        network=NetworkConfig(availability_zones=("a", "b", "c"), nat_gateways="none", interface_endpoints="all"),
        dicom=DicomConfig(
            task_cpu=2048, task_memory_mib=4096, memory_budget_mib=1024, minimum_tasks=3, maximum_tasks=12
        ),
        documents=DocumentsConfig(fraud_serving="instances", fraud_instances=2),
        audit=AuditConfig(lock_mode="COMPLIANCE", lock_days=2557),  # seven years (seed 004: immutable, 7-yr)
        # From 2 ACU on, Performance Insights takes nothing from the queries (Aurora user guide, Serverless v2).
        database=DatabaseConfig(minimum_capacity=2, maximum_capacity=16),
    )
