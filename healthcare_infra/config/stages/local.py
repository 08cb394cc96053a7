"""On this machine: the development stage in the emulator's account, with waits short enough to watch."""

from dataclasses import replace

from healthcare_infra.config.stage import StageConfig, StageName
from healthcare_infra.config.stages.dev import dev


def local() -> StageConfig:
    """As dev, but with short waits, a raised quota of import starts, and nothing that only AWS itself has.

    GuardDuty and Comprehend Medical look at no document here, and the database, on loopback, trusts who connects.
    """
    base = dev()
    return replace(
        base,
        stage=StageName.LOCAL,
        account="000000000000",
        imaging=replace(base.imaging, quiet_period_seconds=5, poll_interval_seconds=2, start_rate_per_second=4.0),
        documents=replace(
            base.documents,
            malware_protection="content",
            comprehend_medical=False,
            review_timeout_days=1,
            sweep_interval_minutes=1,
            sweep_minimum_age_seconds=120,
        ),
        audit=replace(base.audit, checkpoint_interval_minutes=1),
        database=replace(base.database, authentication="trust"),
    )
