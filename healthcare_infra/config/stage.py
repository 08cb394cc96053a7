"""The configuration of one stage: frozen, validated where it is built, passed down whole.

Units are in the field names. A value that cannot work raises :class:`ConfigError`, which names the field and the mend.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from healthcare_infra.config.audit import AuditConfig
from healthcare_infra.config.checks import require
from healthcare_infra.config.database import ConsentConfig, DatabaseConfig
from healthcare_infra.config.dicom import DicomConfig
from healthcare_infra.config.documents import DocumentsConfig
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
class DocumentAlertAddresses:
    """E-mail addresses that hear of documents held back, by severity (seed 004: security team)."""

    critical: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for severity in ("critical", "high", "medium"):
            for address in getattr(self, severity):
                _require_address(f"document_alert_addresses.{severity}", address)


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
    documents: DocumentsConfig = field(default_factory=DocumentsConfig)
    audit: AuditConfig = field(default_factory=AuditConfig)
    database: DatabaseConfig = field(default_factory=DatabaseConfig)
    consent: ConsentConfig = field(default_factory=ConsentConfig)
    retention: RetentionConfig = field(default_factory=RetentionConfig)
    capabilities: frozenset[Capability] = frozenset({Capability.HEALTH_IMAGING})
    alert_addresses: tuple[str, ...] = ()
    """E-mail addresses that hear of alarms; each must confirm the subscription once."""
    document_alert_addresses: DocumentAlertAddresses = field(default_factory=DocumentAlertAddresses)
    existing_customer_of: frozenset[str] = frozenset()
    """Names of services that are closed to new accounts but that this account already uses."""

    def __post_init__(self) -> None:
        require(
            self.account is None or (len(self.account) == 12 and self.account.isdigit()),
            "account",
            self.account,
            "twelve digits, such as -c account=111122223333",
        )
        require_capabilities(self.region, self._needed)
        for address in self.alert_addresses:
            _require_address("alert_addresses", address)
        production = self.stage in (StageName.PRODUCTION, StageName.STAGING)
        require(
            not (production and self.retention.destroy_with_stack),
            "retention.destroy_with_stack",
            True,
            f"False in {self.stage}: its data is real (164.310(d)(2)(iv))",
        )
        require(
            self.database.authentication == "iam" or self.stage is StageName.LOCAL,
            "database.authentication",
            self.database.authentication,
            f"iam in {self.stage}: only the local cloud's database trusts who connects (164.312(d))",
        )
        require(
            self.audit.lock_mode == "COMPLIANCE" or self.stage is not StageName.PRODUCTION,
            "audit.lock_mode",
            self.audit.lock_mode,
            "COMPLIANCE in production: whoever may bypass the lock may rewrite history (164.312(c)(1))",
        )

    @property
    def _needed(self) -> frozenset[Capability]:
        comprehend = {Capability.COMPREHEND_MEDICAL} if self.documents.comprehend_medical else set()
        return self.capabilities | comprehend

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """Full names, such as us-east-1a."""
        return tuple(f"{self.region}{letter}" for letter in self.network.availability_zones)

    def stack_name(self, capability: str) -> str:
        """The CloudFormation name of one of this stage's stacks: ``healthcare-dev-network``."""
        return f"healthcare-{self.stage}-{capability}"


def _require_address(field_name: str, address: str) -> None:
    holds = address.count("@") == 1 and not address.startswith("@") and not address.endswith("@")
    require(holds, field_name, address, "an e-mail address, such as on-call@example.org")
