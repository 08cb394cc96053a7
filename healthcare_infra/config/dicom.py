"""The DICOM Store SCP of a stage: who may send, over what, to how large a service."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from healthcare_infra.config.checks import (
    require,
    require_ae_title,
    require_at_least,
    require_between,
    require_certificate_arn,
    require_cidr,
    require_port,
    require_remote_ae,
    require_secret_arn,
    require_uid,
)

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

MAXIMUM_PDU_SIZE: Final = 64 << 20  # the SCP takes no larger one

MEMORY_PER_PROCESS_MIB: Final = 16  # of the budget; the SCP starts no process with less

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
    log_level: LogLevel = "INFO"

    def __post_init__(self) -> None:
        require_ae_title("dicom.ae_title", self.ae_title)
        for title in self.calling_ae_titles:
            require_ae_title("dicom.calling_ae_titles", title)
        for uid in self.supported_sop_class_uids:
            require_uid("dicom.supported_sop_class_uids", uid)
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
        if self.tls_certificate_arn is not None:
            require_certificate_arn("dicom.tls_certificate_arn", self.tls_certificate_arn)
        if self.mutual_tls_secret_arn is not None:
            require_secret_arn("dicom.mutual_tls_secret_arn", self.mutual_tls_secret_arn)
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
        least = max(64, MEMORY_PER_PROCESS_MIB * self.processes)
        require_between("dicom.memory_budget_mib", self.memory_budget_mib, least, self.task_memory_mib // 2)
        require_at_least("dicom.minimum_tasks", self.minimum_tasks, 1)
        require_at_least("dicom.maximum_tasks", self.maximum_tasks, self.minimum_tasks)
        require_between("dicom.cpu_target_percent", self.cpu_target_percent, 10, 90)
        require_at_least("dicom.scaling_cooldown_seconds", self.scaling_cooldown_seconds, 0)
        require(
            self.maximum_pdu_size == 0 or 4096 <= self.maximum_pdu_size <= MAXIMUM_PDU_SIZE,
            "dicom.maximum_pdu_size",
            self.maximum_pdu_size,
            f"0 or from 4096 to {MAXIMUM_PDU_SIZE} (PS3.8 D.1)",
        )
        require_between("dicom.maximum_associations", self.maximum_associations, 1, 10_000)
        require_between("dicom.network_timeout_seconds", self.network_timeout_seconds, 1, 86_400)
        require_between("dicom.dimse_timeout_seconds", self.dimse_timeout_seconds, 1, 86_400)
        # Fargate kills a task at most 120 s after SIGTERM.
        require_between("dicom.stop_timeout_seconds", self.stop_timeout_seconds, 1, 115)
        levels = get_args(LogLevel)
        require(self.log_level in levels, "dicom.log_level", self.log_level, f"one of {', '.join(levels)}")

    @property
    def processes(self) -> int:
        """Processes of one task: one for each vCPU, begun ones too; more would only share it."""
        return -(-self.task_cpu // 1024)

    @property
    def storage_commitment_ports(self) -> tuple[int, ...]:
        """The TCP ports on which senders take the results of storage commitment (PS3.4 J.3.3)."""
        return tuple(sorted({int(peer.rpartition(":")[2]) for peer in self.storage_commitment_peers}))
