"""Configuration per stage: ``load_stage("dev")`` is the only door."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from healthcare_infra.config.checks import ConfigError
from healthcare_infra.config.dev import dev
from healthcare_infra.config.local import local
from healthcare_infra.config.model import (
    DicomConfig,
    ImagingConfig,
    NetworkConfig,
    RetentionConfig,
    StageConfig,
    StageName,
)
from healthcare_infra.config.production import production
from healthcare_infra.config.regions import Capability
from healthcare_infra.config.staging import staging

__all__ = [
    "STAGES",
    "Capability",
    "ConfigError",
    "DicomConfig",
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


def load_stage(name: object, *, account: object = None, region: object = None) -> StageConfig:
    """The configuration of one stage, with the account and region of the command line where they are given.

    Parameters
    ----------
    name, account, region
        Values of ``-c stage=``, ``-c account=`` and ``-c region=``; anything that is not text is refused.

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
    return config
