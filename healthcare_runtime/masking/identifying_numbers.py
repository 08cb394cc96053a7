"""Masks identifying numbers by codes of 80 bits, the same wherever the value stands among a patient's documents."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from healthcare_runtime.masking.keyed_choice import KeyedChoice, canonical, canonical_number

_DOCUMENTATION_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_OID: Final = re.compile(r"[0-2](?:\.\d+){3,}")
_UUID: Final = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def identifier_token(choice: KeyedChoice, version: str, value: str) -> str:
    """The code of a number, such as ``ID-v1-7KQ2M9XTB4VDEH3R``.

    It depends on the number alone: what is called a record number in one document and nothing in another is the same.
    Addresses, UUIDs and OIDs keep their form: other systems check it.
    """
    bare = value.strip()
    address = _address(bare)
    if address is not None:
        return _documentation_address(choice, address)
    if _UUID.fullmatch(bare):
        prefix = bare[: len(bare) - 36]
        return prefix + _uuid(choice.digest("id", canonical(bare[-36:])))
    if _OID.fullmatch(bare):
        # 2.25 is the arc of UUIDs as integers (X.667): nobody else's.
        return f"2.25.{int.from_bytes(choice.digest('id', bare)[:16])}"
    return f"ID-{version}-{choice.code('id', canonical_number(value))}"


def _address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(value)
    except ValueError:
        return None


def _documentation_address(choice: KeyedChoice, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if address.version == 4:
        number = choice.number("ip", str(address), 3 * 254)
        return f"{_DOCUMENTATION_NETWORKS[number // 254]}.{1 + number % 254}"
    host = choice.digest("ip", str(address))[:12]
    # RFC 3849
    return str(ipaddress.IPv6Address(bytes.fromhex("20010db8") + host))


def _uuid(digest: bytes) -> str:
    """Version 8 of RFC 9562: bits of the maker's choice."""
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    number = number & ~(0x3 << 62) | 2 << 62
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
