"""How long a stage keeps things, and whether deleting it may delete data."""

from dataclasses import dataclass
from typing import Final

from aws_cdk import RemovalPolicy

from healthcare_infra.config.checks import require, require_at_least

# CloudWatch Logs offers these and no others.
CLOUDWATCH_RETENTION_DAYS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionConfig:
    """How long things stay, and whether deleting a stack may delete data."""

    destroy_with_stack: bool = False
    """True only where the data is synthetic: buckets are then emptied and deleted with their stack."""
    log_days: int = 2192
    """Log groups. HIPAA keeps documentation six years (164.316(b)(2)(i)); CloudWatch offers it as 2192 days."""
    access_log_days: int = 2192
    noncurrent_version_days: int = 90
    incomplete_upload_days: int = 1
    staging_days: int = 7
    """Copies that exist only as an import job's input."""
    dicom_infrequent_access_days: int | None = 30
    """After which received instances move to a cheaper class: HealthImaging holds them by then."""
    results_days: int | None = None
    """Import results; None: kept."""

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What deleting a stack does with what holds data, or the keys and logs of it."""
        return RemovalPolicy.DESTROY if self.destroy_with_stack else RemovalPolicy.RETAIN

    def __post_init__(self) -> None:
        for name in ("noncurrent_version_days", "incomplete_upload_days", "staging_days", "access_log_days"):
            require_at_least(f"retention.{name}", getattr(self, name), 1)
        require(
            self.log_days in CLOUDWATCH_RETENTION_DAYS,
            "retention.log_days",
            self.log_days,
            f"one that CloudWatch Logs offers: {sorted(CLOUDWATCH_RETENTION_DAYS)}",
        )
        if self.dicom_infrequent_access_days is not None:
            # S3 refuses a transition to STANDARD_IA before 30 days.
            require_at_least("retention.dicom_infrequent_access_days", self.dicom_infrequent_access_days, 30)
        if self.results_days is not None:
            require_at_least("retention.results_days", self.results_days, 1)
