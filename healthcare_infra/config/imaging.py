"""The import of a stage: when a batch closes, how large it may be, how fast jobs start."""

from dataclasses import dataclass

from healthcare_infra.config.checks import require, require_at_least, require_between


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingConfig:
    """The import of closed batches into HealthImaging (docs/decisions/0001).

    HealthImaging's quotas are 5,000 files and 10 GB per job, 1 start per second, 100 jobs at once. The defaults stay
    below them: a job that imports a prefix in place may meet a file that came after its batch closed.
    """

    quiet_period_seconds: int = 60
    maximum_age_seconds: int = 900
    poll_interval_seconds: int = 30
    maximum_files: int = 4_500
    maximum_bytes: int = 9_000_000_000
    start_rate_per_second: float = 0.8
    maximum_concurrent_jobs: int = 90
    maximum_attempts: int = 3
    sweep_interval_minutes: int = 5
    sweep_minimum_age_seconds: int = 900

    def __post_init__(self) -> None:
        # SQS delays a message by 900 s at most, and the closing check is a delayed message.
        require_between("imaging.quiet_period_seconds", self.quiet_period_seconds, 1, 900)
        require_at_least("imaging.maximum_age_seconds", self.maximum_age_seconds, self.quiet_period_seconds)
        require_between("imaging.poll_interval_seconds", self.poll_interval_seconds, 1, 3600)
        require_between("imaging.maximum_files", self.maximum_files, 1, 5_000)
        require_between("imaging.maximum_bytes", self.maximum_bytes, 1, 10_737_418_240)
        require(
            self.start_rate_per_second > 0, "imaging.start_rate_per_second", self.start_rate_per_second, "above zero"
        )
        require_between("imaging.maximum_concurrent_jobs", self.maximum_concurrent_jobs, 1, 100)
        require_between("imaging.maximum_attempts", self.maximum_attempts, 1, 10)
        require_between("imaging.sweep_interval_minutes", self.sweep_interval_minutes, 1, 60)
        require_at_least("imaging.sweep_minimum_age_seconds", self.sweep_minimum_age_seconds, 1)
