"""The shape of a stage's configuration: frozen, validated where it is built, passed down whole.

Units are in the field names. A value that cannot work raises :class:`ConfigError`, which names the field and the mend.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Final, Literal

from healthcare_infra.config.checks import (
    require,
    require_ae_title,
    require_at_least,
    require_between,
    require_cidr,
    require_port,
    require_remote_ae,
)
from healthcare_infra.config.regions import Capability, require_capabilities

InterfaceEndpoints = Literal["none", "core", "all"]
EndpointZones = Literal["one", "all"]
NatGateways = Literal["none", "one", "per_az"]

# Fargate's own table: CPU units -> memory in MiB, lowest, highest and step.
FARGATE_MEMORY: Final[dict[int, range]] = {
    256: range(512, 2048 + 1, 512),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}


class StageName(StrEnum):
    """The stages that exist. ``local`` is the same platform on this machine."""

    DEV = "dev"
    STAGING = "staging"
    PRODUCTION = "production"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """The VPC (design section 3; seeds 000, 001, 002, 004).

    ``vpc_cidr`` is a /16; the tiers are /24 networks at the design's third octets. ``availability_zones`` are the
    letters behind the region's name: two or three. No lookup ever decides them.
    """

    vpc_cidr: str = "10.0.0.0/16"
    availability_zones: tuple[str, ...] = ("a", "b")
    nat_gateways: NatGateways = "none"
    interface_endpoints: InterfaceEndpoints = "core"
    endpoint_zones: EndpointZones = "all"
    """In how many zones each interface endpoint has an address: ``one`` costs least and fails with its zone."""

    def __post_init__(self) -> None:
        cidr = require_cidr("network.vpc_cidr", self.vpc_cidr)
        require(cidr.prefixlen == 16, "network.vpc_cidr", self.vpc_cidr, "a /16, such as 10.0.0.0/16")
        letters = self.availability_zones
        require(
            len(letters) in (2, 3)
            and len(set(letters)) == len(letters)
            and all(len(letter) == 1 and letter in "abcdef" for letter in letters),
            "network.availability_zones",
            letters,
            "two or three different letters, such as ('a', 'b')",
        )
        require(
            self.nat_gateways in ("none", "one", "per_az"),
            "network.nat_gateways",
            self.nat_gateways,
            "none, one or per_az",
        )
        require(
            self.interface_endpoints in ("none", "core", "all"),
            "network.interface_endpoints",
            self.interface_endpoints,
            "none, core or all",
        )
        require(self.endpoint_zones in ("one", "all"), "network.endpoint_zones", self.endpoint_zones, "one or all")
        require(
            self.nat_gateways != "none" or self.interface_endpoints != "none",
            "network.interface_endpoints",
            self.interface_endpoints,
            "core or all while network.nat_gateways is none: the tasks could reach no AWS service",
        )

    @property
    def network(self) -> IPv4Network:
        return IPv4Network(self.vpc_cidr)


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomConfig:
    """The DICOM Store SCP and its load balancer (seed 002, compute layer)."""

    ae_title: str = "STORESCP"
    require_called_ae_title: bool = True
    calling_ae_titles: tuple[str, ...] = ()
    """Allow-list of senders; empty: any."""
    supported_sop_class_uids: tuple[str, ...] = ()
    """Allow-list of SOP classes; empty: every storage SOP class."""
    storage_commitment_peers: tuple[str, ...] = ()
    """``AE=host:port`` of senders whose N-EVENT-REPORT needs an association of its own."""
    port: int = 11112
    health_port: int = 8080
    client_cidrs: tuple[str, ...] = ()
    """Who may reach the port, besides the VPC itself. Never 0.0.0.0/0 unless it is written here."""
    internet_facing: bool = False
    tls_certificate_arn: str | None = None
    """ACM certificate: the balancer then terminates TLS."""
    mutual_tls_secret_arn: str | None = None
    """Secret with certificate, key and client CA: the SCP then does mutual TLS in process."""
    task_cpu: int = 1024
    task_memory_mib: int = 2048
    minimum_tasks: int = 2
    maximum_tasks: int = 4
    cpu_target_percent: int = 50
    scaling_cooldown_seconds: int = 60
    maximum_pdu_size: int = 131072
    maximum_associations: int = 300
    memory_budget_mib: int = 512
    network_timeout_seconds: int = 90
    dimse_timeout_seconds: int = 60
    stop_timeout_seconds: int = 110
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def __post_init__(self) -> None:
        require_ae_title("dicom.ae_title", self.ae_title)
        for title in self.calling_ae_titles:
            require_ae_title("dicom.calling_ae_titles", title)
        require_port("dicom.port", self.port)
        require_port("dicom.health_port", self.health_port)
        require(self.port != self.health_port, "dicom.health_port", self.health_port, "another port than dicom.port")
        for cidr in self.client_cidrs:
            require_cidr("dicom.client_cidrs", cidr)
        for peer in self.storage_commitment_peers:
            require_remote_ae("dicom.storage_commitment_peers", peer)
        require(
            not (self.tls_certificate_arn and self.mutual_tls_secret_arn),
            "dicom.mutual_tls_secret_arn",
            self.mutual_tls_secret_arn,
            "unset while dicom.tls_certificate_arn is set: TLS ends either at the balancer or in the SCP",
        )
        require(
            not self.internet_facing or bool(self.tls_certificate_arn or self.mutual_tls_secret_arn),
            "dicom.internet_facing",
            self.internet_facing,
            "False without TLS: set dicom.tls_certificate_arn or dicom.mutual_tls_secret_arn (164.312(e)(1))",
        )
        require(self.task_cpu in FARGATE_MEMORY, "dicom.task_cpu", self.task_cpu, f"one of {list(FARGATE_MEMORY)}")
        memory = FARGATE_MEMORY[self.task_cpu]
        require(
            self.task_memory_mib in memory,
            "dicom.task_memory_mib",
            self.task_memory_mib,
            f"{memory.start} to {memory[-1]} in steps of {memory.step} for task_cpu={self.task_cpu} (Fargate)",
        )
        require_between("dicom.memory_budget_mib", self.memory_budget_mib, 64, self.task_memory_mib // 2)
        require_at_least("dicom.minimum_tasks", self.minimum_tasks, 1)
        require_at_least("dicom.maximum_tasks", self.maximum_tasks, self.minimum_tasks)
        require_between("dicom.cpu_target_percent", self.cpu_target_percent, 10, 90)
        require_at_least("dicom.scaling_cooldown_seconds", self.scaling_cooldown_seconds, 0)
        require(
            self.maximum_pdu_size == 0 or self.maximum_pdu_size >= 4096,
            "dicom.maximum_pdu_size",
            self.maximum_pdu_size,
            "0 or at least 4096 (PS3.8 D.1)",
        )
        require_at_least("dicom.maximum_associations", self.maximum_associations, 1)
        require_at_least("dicom.network_timeout_seconds", self.network_timeout_seconds, 1)
        require_at_least("dicom.dimse_timeout_seconds", self.dimse_timeout_seconds, 1)
        # Fargate kills a task at most 120 s after SIGTERM.
        require_between("dicom.stop_timeout_seconds", self.stop_timeout_seconds, 1, 115)

    @property
    def storage_commitment_ports(self) -> tuple[int, ...]:
        """The TCP ports on which senders take the results of storage commitment (PS3.4 J.3.3)."""
        return tuple(sorted({int(peer.rpartition(":")[2]) for peer in self.storage_commitment_peers}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingConfig:
    """The import of closed batches into HealthImaging (docs/decisions/0001)."""

    quiet_period_seconds: int = 60
    maximum_age_seconds: int = 900
    poll_interval_seconds: int = 30
    maximum_files: int = 5_000
    maximum_bytes: int = 10_000_000_000
    start_rate_per_second: float = 1.0
    maximum_concurrent_jobs: int = 100
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


CLOUDWATCH_RETENTION_DAYS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


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
