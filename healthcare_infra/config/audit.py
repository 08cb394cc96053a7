"""The audit trail of a stage: how it is spread, how often it is sealed, how long nobody can change it."""

from dataclasses import dataclass
from typing import Literal, get_args

from healthcare_infra.config.checks import require, require_between

LockMode = Literal["COMPLIANCE", "GOVERNANCE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditConfig:
    """The hash chains in the audit table and the locked bucket that proves them (164.312(b), 164.312(c)).

    ``lock_mode`` COMPLIANCE: nobody, the account's root user included, deletes a checkpoint before its time is over.
    That cannot be undone, so it is for production alone.
    """

    shards: int = 8
    """Chains side by side. Never lower it: what was written to a higher shard would no longer be checked."""
    checkpoint_interval_minutes: int = 5
    lock_mode: LockMode = "GOVERNANCE"
    lock_days: int = 1

    def __post_init__(self) -> None:
        # healthcare_runtime.audit.settings.MAXIMUM_SHARDS
        require_between("audit.shards", self.shards, 1, 64)
        require_between("audit.checkpoint_interval_minutes", self.checkpoint_interval_minutes, 1, 60)
        modes = get_args(LockMode)
        require(self.lock_mode in modes, "audit.lock_mode", self.lock_mode, " or ".join(modes))
        require_between("audit.lock_days", self.lock_days, 1, 36_500)
