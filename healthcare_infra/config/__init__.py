"""Configuration per stage: ``load_stage("dev")`` is the only door."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from healthcare_infra.config.audit import AuditConfig
from healthcare_infra.config.checks import ConfigError
from healthcare_infra.config.database import ConsentConfig, DatabaseConfig
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.documents import DocumentsConfig
from healthcare_infra.config.imaging import ImagingConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.regions import Capability
from healthcare_infra.config.retention import RetentionConfig
from healthcare_infra.config.stage import DocumentAlertAddresses, StageConfig, StageName
from healthcare_infra.config.stages.dev import dev
from healthcare_infra.config.stages.local import local
from healthcare_infra.config.stages.production import production
from healthcare_infra.config.stages.staging import staging

__all__ = [
    "STAGES",
    "AuditConfig",
    "Capability",
    "ConfigError",
    "ConsentConfig",
    "DatabaseConfig",
    "DicomConfig",
    "DocumentAlertAddresses",
    "DocumentsConfig",
    "ImagingConfig",
    "NetworkConfig",
    "RetentionConfig",
    "StageConfig",
    "StageName",
    "load_stage",
]

# Built when asked for, so that a value that cannot work is reported by load_stage and not by an import.
STAGES: Final[dict[StageName, Callable[[], StageConfig]]] = {
    StageName.DEV: dev,
    StageName.STAGING: staging,
    StageName.PRODUCTION: production,
    StageName.LOCAL: local,
}


def load_stage(
    name: object,
    *,
    account: object = None,
    region: object = None,
    task_cpu: object = None,
    task_memory_limit_mib: object = None,
) -> StageConfig:
    """The configuration of one stage, with what the command line overrides.

    Parameters
    ----------
    name, account, region
        Values of ``-c stage=``, ``-c account=`` and ``-c region=``; anything that is not text is refused.
    task_cpu, task_memory_limit_mib
        Values of ``-c TASK_CPU=`` and ``-c TASK_MEMORY_LIMIT_MIB=``, the parameters of seed 002: CPU units and MiB of
        one task of the DICOM service.

    Raises
    ------
    ConfigError
        The stage does not exist, or a value cannot work.
    """
    known = ", ".join(STAGES)
    if not isinstance(name, str) or name not in {*StageName}:
        raise ConfigError(f"stage={name!r}: must be one of {known} (cdk deploy -c stage=dev)")
    config = STAGES[StageName(name)]()
    if account is not None:
        config = replace(config, account=str(account))
    if region is not None:
        config = replace(config, region=str(region))
    if task_cpu is None and task_memory_limit_mib is None:
        return config
    dicom = config.dicom
    cpu = dicom.task_cpu if task_cpu is None else _whole("TASK_CPU", task_cpu)
    memory = (
        dicom.task_memory_mib
        if task_memory_limit_mib is None
        else _whole("TASK_MEMORY_LIMIT_MIB", task_memory_limit_mib)
    )
    # Both at once: Fargate pairs them, and it is the pair that gets validated.
    return replace(config, dicom=replace(dicom, task_cpu=cpu, task_memory_mib=memory))


def _whole(name: str, value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise ConfigError(f"{name}={value!r}: must be a whole number")
    return int(text)
