"""The relational database of a stage: how large, how redundant, how it knows who connects."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from healthcare_infra.config.checks import require, require_at_least, require_between

Authentication = Literal["iam", "trust"]
ManagedRules = Literal["block", "count"]

_ROLE: Final = re.compile(r"[A-Za-z0-9_+=.@-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseConfig:
    """Aurora PostgreSQL Serverless v2 (seed 004: consent records). Capacities are in ACU of 2 GiB each."""

    minimum_capacity: float = 0.5
    """0: the instances pause when nobody connects, and the next connection waits about 15 seconds."""
    maximum_capacity: float = 4.0
    pause_after_minutes: int = 10
    """Only where ``minimum_capacity`` is 0."""
    readers: int = 1
    """Each in another zone than the writer; the first one takes over when the writer's zone fails."""
    backup_days: int = 35
    enhanced_monitoring_seconds: int = 60
    authentication: Authentication = "iam"
    """``iam``: short-lived tokens over verified TLS. ``trust``: the database of the local cloud, on loopback."""

    def __post_init__(self) -> None:
        steps = self.minimum_capacity * 2
        require(
            0 <= self.minimum_capacity <= 128 and steps == int(steps),
            "database.minimum_capacity",
            self.minimum_capacity,
            "from 0 to 128 in steps of 0.5",
        )
        steps = self.maximum_capacity * 2
        require(
            max(1.0, self.minimum_capacity) <= self.maximum_capacity <= 256 and steps == int(steps),
            "database.maximum_capacity",
            self.maximum_capacity,
            "from 1 to 256 in steps of 0.5, and not below database.minimum_capacity",
        )
        require_between("database.pause_after_minutes", self.pause_after_minutes, 5, 1440)
        require_between("database.readers", self.readers, 0, 15)
        require_between("database.backup_days", self.backup_days, 1, 35)
        require(
            self.enhanced_monitoring_seconds in (1, 5, 10, 15, 30, 60),
            "database.enhanced_monitoring_seconds",
            self.enhanced_monitoring_seconds,
            "one that RDS offers: 1, 5, 10, 15, 30, 60",
        )
        kinds = get_args(Authentication)
        require(self.authentication in kinds, "database.authentication", self.authentication, " or ".join(kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentConfig:
    """The Consent API: what one stage lets through, all callers together, and whose word counts for more."""

    requests_per_second: int = 50
    burst: int = 100
    requests_per_address: int = 5_000
    """In five minutes, counted by the web ACL before anybody looks at a signature."""
    managed_rules: ManagedRules = "block"
    """``count``: the web ACL's managed rules only say what they would block, for a stage that meets new callers."""
    care_roles: tuple[str, ...] = ()
    """Names, without path, of IAM roles of the stage's account that may ask as the treating team. Empty: nobody."""
    emergency_roles: tuple[str, ...] = ()
    """Names of IAM roles that may break the glass. Whoever may assume one may see what consent denies."""

    def __post_init__(self) -> None:
        require_at_least("consent.requests_per_second", self.requests_per_second, 1)
        require_at_least("consent.burst", self.burst, self.requests_per_second)
        # AWS WAF API reference, RateBasedStatement.
        require_between("consent.requests_per_address", self.requests_per_address, 10, 2_000_000_000)
        kinds = get_args(ManagedRules)
        require(self.managed_rules in kinds, "consent.managed_rules", self.managed_rules, " or ".join(kinds))
        for field, roles in (("care_roles", self.care_roles), ("emergency_roles", self.emergency_roles)):
            for role in roles:
                mend = "the name of an IAM role, without path or comma: 1 to 64 letters, digits and _+=.@-"
                require(_ROLE.fullmatch(role) is not None, f"consent.{field}", role, mend)
