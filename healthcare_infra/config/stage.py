"""The configuration of one stage: frozen, validated where it is built, passed down whole.

Units are in the field names. A value that cannot work raises :class:`ConfigError`, which names the field and the mend.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from healthcare_infra.config.checks import require
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.imaging import ImagingConfig
from healthcare_infra.config.network import NetworkConfig
from healthcare_infra.config.regions import Capability, require_capabilities
from healthcare_infra.config.retention import RetentionConfig


class StageName(StrEnum):
    """The stages that exist. ``local`` is the same platform on this machine."""

    DEV = "dev"
    STAGING = "staging"
    PRODUCTION = "production"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """Everything that differs between two environments.

    ``account`` None means: the account of the credentials that deploy. Nothing is looked up at synthesis either way.
    """

    stage: StageName
    account: str | None = None
    region: str = "us-east-1"
    network: NetworkConfig = field(default_factory=NetworkConfig)
    dicom: DicomConfig = field(default_factory=DicomConfig)
    imaging: ImagingConfig = field(default_factory=ImagingConfig)
    retention: RetentionConfig = field(default_factory=RetentionConfig)
    capabilities: frozenset[Capability] = frozenset({Capability.HEALTH_IMAGING})
    alert_addresses: tuple[str, ...] = ()
    """E-mail addresses that hear of alarms; each must confirm the subscription once."""
    existing_customer_of: frozenset[str] = frozenset()
    """Names of services that are closed to new accounts but that this account already uses."""

    def __post_init__(self) -> None:
        require(
            self.account is None or (len(self.account) == 12 and self.account.isdigit()),
            "account",
            self.account,
            "twelve digits, such as -c account=111122223333",
        )
        require_capabilities(self.region, self.capabilities)
        for address in self.alert_addresses:
            require(
                address.count("@") == 1 and not address.startswith("@") and not address.endswith("@"),
                "alert_addresses",
                address,
                "an e-mail address, such as on-call@example.org",
            )
        production = self.stage in (StageName.PRODUCTION, StageName.STAGING)
        require(
            not (production and self.retention.destroy_with_stack),
            "retention.destroy_with_stack",
            True,
            f"False in {self.stage}: its data is real (164.310(d)(2)(iv))",
        )

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """Full names, such as us-east-1a."""
        return tuple(f"{self.region}{letter}" for letter in self.network.availability_zones)

    def stack_name(self, capability: str) -> str:
        """The CloudFormation name of one of this stage's stacks: ``healthcare-dev-network``."""
        return f"healthcare-{self.stage}-{capability}"
