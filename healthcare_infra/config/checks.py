"""The checks that configuration values pass; each failure names the field, the value and the mend."""

import re
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Final

_UID: Final = re.compile(r"[0-9]+(\.[0-9]+)*")
_CERTIFICATE: Final = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+")
_SECRET: Final = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
)
_HOST: Final = re.compile(r"[A-Za-z0-9._:%-]{1,255}")


class ConfigError(ValueError):
    """A configuration value cannot work. The message names the field and the mend."""


def require(holds: bool, field: str, value: object, mend: str) -> None:
    if not holds:
        raise ConfigError(f"{field}={value!r}: must be {mend}")


def require_at_least(field: str, value: int, lowest: int) -> None:
    require(value >= lowest, field, value, f"at least {lowest}")


def require_between(field: str, value: int, lowest: int, highest: int) -> None:
    require(lowest <= value <= highest, field, value, f"from {lowest} to {highest}")


def require_port(field: str, value: int) -> None:
    # Below 1024 a process that is not root cannot listen, and the containers run without root.
    require_between(field, value, 1024, 65535)


def require_cidr(field: str, value: str) -> IPv4Network:
    try:
        return IPv4Network(value)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        mend = "an IPv4 network with its host bits zero, such as 10.20.0.0/16"
        raise ConfigError(f"{field}={value!r}: must be {mend}") from error


def require_ae_title(field: str, value: str) -> None:
    """PS3.5 6.2, VR AE: at most 16 characters of the default repertoire, no backslash, not only spaces."""
    printable = value.isascii() and value.isprintable() and "\\" not in value and "," not in value
    require(
        0 < len(value) <= 16 and printable and value.strip() == value,
        field,
        value,
        "1 to 16 printable ASCII characters without backslash, comma or outer spaces (PS3.5 6.2)",
    )


def require_certificate_arn(field: str, value: str) -> None:
    mend = "an ACM certificate's ARN, such as arn:aws:acm:us-east-1:111122223333:certificate/12345678-90ab"
    require(_CERTIFICATE.fullmatch(value) is not None, field, value, mend)


def require_secret_arn(field: str, value: str) -> None:
    mend = "a secret's whole ARN with its six last characters: aws secretsmanager describe-secret shows it"
    require(_SECRET.fullmatch(value) is not None, field, value, mend)


def require_uid(field: str, value: str) -> None:
    holds = len(value) <= 64 and _UID.fullmatch(value) is not None
    require(holds, field, value, "1 to 64 digits and dots, such as 1.2.840.10008.5.1.4.1.1.2 (PS3.5 9.1)")


def require_remote_ae(field: str, value: str) -> None:
    """A remote AE and where it listens: ``AE=host:port``."""
    title, equals, address = value.partition("=")
    host, colon, port = address.rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    mend = "AE=host:port, such as PACS=10.20.0.5:104"
    host = host.removeprefix("[").removesuffix("]")
    require(bool(equals and colon and _HOST.fullmatch(host)) and 0 < number <= 65535, field, value, mend)
    require_ae_title(field, title)
