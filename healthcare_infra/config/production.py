"""Production: three zones, every endpoint private, six years of logs, nothing that deleting a stack can lose."""

from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.stage import StageConfig, StageName


def production() -> StageConfig:
    """Three zones, every endpoint, twelve SCP tasks at most."""
    return StageConfig(
        stage=StageName.PRODUCTION,
        network=NetworkConfig(availability_zones=("a", "b", "c"), nat_gateways="none", interface_endpoints="all"),
        dicom=DicomConfig(
            task_cpu=2048, task_memory_mib=4096, memory_budget_mib=1024, minimum_tasks=3, maximum_tasks=12
        ),
    )
