"""On this machine: the development stage in the emulator's account, with waits short enough to watch."""

from dataclasses import replace

from healthcare_infra.config.dev import dev
from healthcare_infra.config.stage import StageConfig, StageName


def local() -> StageConfig:
    """As dev, but a quiet period of 5 s, a poll every 2 s, and an account whose quota of import starts was raised."""
    base = dev()
    return replace(
        base,
        stage=StageName.LOCAL,
        account="000000000000",
        imaging=replace(base.imaging, quiet_period_seconds=5, poll_interval_seconds=2, start_rate_per_second=4.0),
    )
