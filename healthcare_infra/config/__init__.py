"""Configuration per stage: ``load_stage("dev")`` is the only door."""

from dataclasses import replace
from typing import Final

from healthcare_infra.config.checks import ConfigError
from healthcare_infra.config.dev import DEV
from healthcare_infra.config.local import LOCAL
from healthcare_infra.config.model import (
    DicomConfig,
    ImagingConfig,
    NetworkConfig,
    RetentionConfig,
    StageConfig,
    StageName,
)
from healthcare_infra.config.production import PRODUCTION
from healthcare_infra.config.regions import Capability
from healthcare_infra.config.staging import STAGING

__all__ = [
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

STAGES: Final[dict[StageName, StageConfig]] = {config.stage: config for config in (DEV, STAGING, PRODUCTION, LOCAL)}


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
    config = STAGES[StageName(name)]
    if account is not None:
        config = replace(config, account=str(account))
    if region is not None:
        config = replace(config, region=str(region))
    return config
