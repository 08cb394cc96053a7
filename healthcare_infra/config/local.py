"""On this machine: the development stage in the emulator's account, with waits short enough to watch."""

from dataclasses import replace
from typing import Final

from healthcare_infra.config.dev import DEV
from healthcare_infra.config.model import StageName

LOCAL: Final = replace(
    DEV,
    stage=StageName.LOCAL,
    account="000000000000",
    imaging=replace(DEV.imaging, quiet_period_seconds=5, poll_interval_seconds=2),
)
