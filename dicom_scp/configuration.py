"""The SCP's configuration: one frozen object, read once from the environment (`ScpVariable`), passed down.

A value that cannot work ends the start with one line, ``NAME=value: must be ... (source)``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from dicom_scp.machine_limits import default_memory_budget, usable_cpus
from dicom_scp.transfer_syntaxes import ENCODINGS
from healthcare_runtime.contracts.dicom_scp import ScpVariable
from healthcare_runtime.object_key import is_uid

MIB: Final = 1 << 20
MAXIMUM_PROCESSES: Final = 64
MEMORY_PER_PROCESS: Final = 16 * MIB  # two receptions of eight chunks; see `dicom_scp.reception.memory_budget`
_MOST_BY_DEFAULT: Final = 4  # processes; beyond that the memory and the store are what an operator should decide by
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_AE_TITLE: Final = re.compile(r"[\x20-\x5b\x5d-\x7e]{1,16}")  # PS3.5 6.2, AE: no backslash, no control characters
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_HOST: Final = re.compile(r"[A-Za-z0-9._:%-]{1,255}")

T = TypeVar("T")


class ConfigurationError(ValueError):
    """A variable of the environment cannot work. The text is the one line to show."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        super().__init__(f"{name}={value}: must be {rule}")


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where instances go, and how much memory they may take on their way."""

    bucket: str | None  # None: a directory
    directory: Path
    instance_table: str | None  # the instance registry that storage commitment asks; None: recently stored ones only
    memory_budget_bytes: int | None  # None: a share of the memory limit of this machine or container


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Files of the server's certificate; with ``ca_file`` every client must show one too (PS3.15 B.12)."""

    cert_file: Path
    key_file: Path
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class AcceptancePolicy:
    """Which associations and presentation contexts are accepted. Empty sets mean: any."""

    ae_title: str
    require_called: bool
    calling: frozenset[str]
    sop_classes: frozenset[str]
    transfer_syntaxes: frozenset[str]
    maximum_pdu_size: int  # advertised and enforced; 0: unlimited (PS3.8 D.1)


@dataclass(frozen=True, slots=True)
class RemoteAe:
    """Where a storage commitment result goes when its requester has left (PS3.4 J.3.3)."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class ScpConfiguration:
    """Everything that ``python -m dicom_scp`` reads from its environment."""

    host: str
    port: int
    processes: int  # 1: this one; more: as many workers behind one listener, and a supervisor
    health_port: int | None
    policy: AcceptancePolicy
    maximum_associations: int
    network_timeout: float  # seconds of silence from a peer, also inside a PDU
    dimse_timeout: float  # seconds that the store may take after the last fragment
    stop_timeout: float  # seconds from SIGTERM to the exit
    commitment_peers: Mapping[str, RemoteAe]
    tls: TlsSettings | None
    storage: StorageSettings
    log_level: str
    task_agent_uri: str | None  # ECS sets it inside a task; see `dicom_scp.task_protection`

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ScpConfiguration":
        """Read and validate the environment.

        Raises
        ------
        ConfigurationError
            Names the variable, its value and the mend.
        """
        read = _Reader(environment)
        storage = _read_storage(read)
        return cls(
            host=read.text(ScpVariable.SCP_HOST, "0.0.0.0", _HOST, "a host name or address to listen on"),  # noqa: S104
            port=read.integer(ScpVariable.SCP_PORT, "11112", 0, 65_535, "a TCP port, 0 to 65535 (0: any free one)"),
            processes=_read_processes(read, storage),
            health_port=read.optional(
                ScpVariable.HEALTH_PORT,
                lambda: read.integer(
                    ScpVariable.HEALTH_PORT, "", 0, 65_535, "a TCP port, 0 to 65535 (0: any free one)"
                ),
            ),
            policy=_read_policy(read),
            maximum_associations=read.integer(
                ScpVariable.MAXIMUM_ASSOCIATIONS, "300", 1, 10_000, "a whole number from 1 to 10000"
            ),
            network_timeout=read.seconds(ScpVariable.NETWORK_TIMEOUT, "90", maximum=86_400),
            dimse_timeout=read.seconds(ScpVariable.DIMSE_TIMEOUT, "60", maximum=86_400),
            stop_timeout=read.seconds(ScpVariable.STOP_TIMEOUT, "110", maximum=86_400),
            commitment_peers=read.remote_aes(ScpVariable.STORAGE_COMMITMENT_PEERS),
            tls=_read_tls(read),
            storage=storage,
            log_level=read.choice(ScpVariable.LOG_LEVEL, "INFO", LOG_LEVELS),
            task_agent_uri=environment.get("ECS_AGENT_URI") or None,
        )


def _read_processes(read: "_Reader", storage: StorageSettings) -> int:
    """One process for each processor: more would only hand each other the same one."""
    most = min(MAXIMUM_PROCESSES, (storage.memory_budget_bytes or default_memory_budget()) // MEMORY_PER_PROCESS)
    default = str(min(usable_cpus(), _MOST_BY_DEFAULT, most))
    rule = f"a whole number from 1 to {most}; each takes at least {MEMORY_PER_PROCESS // MIB} MiB of MEMORY_BUDGET_MIB"
    return read.integer(ScpVariable.SCP_PROCESSES, default, 1, most, rule)


def _read_policy(read: "_Reader") -> AcceptancePolicy:
    size_rule = f"0 or from 4096 to {64 * MIB} (PS3.8 D.1)"
    size = read.integer(ScpVariable.MAXIMUM_PDU_SIZE, "131072", 0, 64 * MIB, size_rule)
    if 0 < size < 4096:
        raise read.wrong(ScpVariable.MAXIMUM_PDU_SIZE, size_rule)
    syntaxes = read.uids(ScpVariable.SUPPORTED_TRANSFER_SYNTAX_UIDS)
    if syntaxes - ENCODINGS.keys():
        raise read.wrong(
            ScpVariable.SUPPORTED_TRANSFER_SYNTAX_UIDS, "comma-separated transfer syntaxes of PS3.6 table A-1"
        )
    return AcceptancePolicy(
        ae_title=read.text(
            ScpVariable.AE_TITLE, "STORESCP", _AE_TITLE, "1 to 16 characters, no backslash (PS3.5 6.2, AE)"
        ).strip(),
        require_called=read.choice(ScpVariable.REQUIRE_CALLED_AE_TITLE, "false", ("true", "false")) == "true",
        calling=read.ae_titles(ScpVariable.REQUIRE_CALLING_AE_TITLE),
        sop_classes=read.uids(ScpVariable.SUPPORTED_SOP_CLASS_UIDS),
        transfer_syntaxes=syntaxes,
        maximum_pdu_size=size,
    )


def _read_tls(read: "_Reader") -> TlsSettings | None:
    cert, key, ca = (
        read.file(name) for name in (ScpVariable.TLS_CERT_FILE, ScpVariable.TLS_KEY_FILE, ScpVariable.TLS_CA_FILE)
    )
    if cert is None and key is None and ca is None:
        return None
    if cert is None:
        raise read.wrong(ScpVariable.TLS_CERT_FILE, "set when TLS_KEY_FILE or TLS_CA_FILE is (PS3.15 B.12)")
    if key is None:
        raise read.wrong(ScpVariable.TLS_KEY_FILE, "set when TLS_CERT_FILE is (PS3.15 B.12)")
    return TlsSettings(cert, key, ca)


def _read_storage(read: "_Reader") -> StorageSettings:
    return StorageSettings(
        bucket=read.optional(
            ScpVariable.DICOM_BUCKET,
            lambda: read.text(ScpVariable.DICOM_BUCKET, "", _BUCKET, "an S3 bucket name, or unset to use STORAGE_DIR"),
        ),
        directory=Path(read.raw(ScpVariable.STORAGE_DIR, "storage")),
        instance_table=read.optional(
            ScpVariable.INSTANCE_TABLE,
            lambda: read.text(
                ScpVariable.INSTANCE_TABLE, "", re.compile(r"[A-Za-z0-9_.-]{3,255}"), "a DynamoDB table name"
            ),
        ),
        memory_budget_bytes=read.optional(
            ScpVariable.MEMORY_BUDGET_MIB,
            lambda: (
                MIB
                * read.integer(
                    ScpVariable.MEMORY_BUDGET_MIB, "", 16, 1 << 20, "a whole number of MiB from 16 to 1048576"
                )
            ),
        ),
    )


class _Reader:
    """Reads single values; an empty variable counts as unset, as container definitions often write it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def raw(self, name: ScpVariable, default: str) -> str:
        return self._environment.get(name, "") or default

    def wrong(self, name: ScpVariable, rule: str) -> ConfigurationError:
        # A value is shown as far as it is printable on one line: it is the operator's own, and short.
        shown = "".join(c if c.isprintable() else "?" for c in self._environment.get(name, "")[:120])
        return ConfigurationError(name, shown, rule)

    def optional(self, name: ScpVariable, read: Callable[[], T]) -> T | None:
        return read() if self.raw(name, "") else None

    def text(self, name: ScpVariable, default: str, pattern: re.Pattern[str], rule: str) -> str:
        value = self.raw(name, default)
        if not pattern.fullmatch(value) or not value.strip():
            raise self.wrong(name, rule)
        return value

    def integer(self, name: ScpVariable, default: str, minimum: int, maximum: int, rule: str) -> int:
        value = self.raw(name, default)
        if not (value.isascii() and value.isdigit() and len(value) <= 12 and minimum <= int(value) <= maximum):
            raise self.wrong(name, rule)
        return int(value)

    def seconds(self, name: ScpVariable, default: str, maximum: int) -> float:
        value = self.raw(name, default)
        if not _NUMBER.fullmatch(value) or not 0 < float(value) <= maximum:
            raise self.wrong(name, f"seconds, more than 0 and at most {maximum}")
        return float(value)

    def choice(self, name: ScpVariable, default: str, choices: tuple[str, ...]) -> str:
        value = self.raw(name, default)
        for choice in choices:
            if value.strip().lower() == choice.lower():
                return choice
        raise self.wrong(name, f"one of {', '.join(choices)}")

    def uids(self, name: ScpVariable) -> frozenset[str]:
        values = frozenset(part.strip() for part in self.raw(name, "").split(",") if part.strip())
        if not all(is_uid(value) for value in values):
            raise self.wrong(name, "comma-separated UIDs of 1 to 64 digits and dots (PS3.5 9.1)")
        return values

    def ae_titles(self, name: ScpVariable) -> frozenset[str]:
        values = frozenset(part.strip() for part in self.raw(name, "").split(",") if part.strip())
        if not all(_AE_TITLE.fullmatch(value) for value in values):
            raise self.wrong(name, "comma-separated AE titles of 1 to 16 characters, no backslash (PS3.5 6.2, AE)")
        return values

    def remote_aes(self, name: ScpVariable) -> Mapping[str, RemoteAe]:
        rule = "comma-separated AE=host:port, for instance PACS=10.0.0.5:104 (PS3.4 J.3.3)"
        peers: dict[str, RemoteAe] = {}
        for part in self.raw(name, "").split(","):
            if not part.strip():
                continue
            title, equals, address = part.strip().partition("=")
            host, colon, port = address.rpartition(":")
            host = host.removeprefix("[").removesuffix("]")
            whole = equals and colon and _AE_TITLE.fullmatch(title) and title.strip() and _HOST.fullmatch(host)
            if not whole or not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65_535):
                raise self.wrong(name, rule)
            peers[title.strip()] = RemoteAe(host, int(port))
        return peers

    def file(self, name: ScpVariable) -> Path | None:
        value = self.raw(name, "")
        if not value:
            return None
        try:
            with Path(value).open("rb"):
                return Path(value)
        except OSError as error:
            raise self.wrong(name, f"a readable PEM file ({error.strerror}) (PS3.15 B.12)") from error
