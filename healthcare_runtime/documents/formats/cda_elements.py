"""What the elements and attributes of a C-CDA document hold (HL7 CDA R2; C-CDA R2.1). The rest is free text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.documents.passage import PassageRole
from healthcare_runtime.phi_entity import PhiKind, PhiType


@dataclass(frozen=True, slots=True)
class Content:
    """What a text or an attribute's value is."""

    role: PassageRole
    phi_type: PhiType | None = None
    kind: PhiKind = PhiKind.UNKNOWN


COPY: Final = Content(PassageRole.COPY)
FREE: Final = Content(PassageRole.FREE_TEXT)
DROP: Final = Content(PassageRole.DROP)
_DATE: Final = Content(PassageRole.IDENTIFIER, PhiType.DATE)
_BIRTH: Final = Content(PassageRole.IDENTIFIER, PhiType.DATE, PhiKind.BIRTH_DATE)
_ID: Final = Content(PassageRole.IDENTIFIER, PhiType.ID)
_PHONE: Final = Content(PassageRole.IDENTIFIER, PhiType.PHONE_OR_FAX)
_NAME: Final = Content(PassageRole.IDENTIFIER, PhiType.NAME, PhiKind.PERSON)
_FACILITY: Final = Content(PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.FACILITY)
_ADDRESS: Final = Content(PassageRole.IDENTIFIER, PhiType.ADDRESS)

_COPIED_WORDS: Final = (
    "code codeSystem codeSystemName codeSystemVersion unit classCode moodCode typeCode nullFlavor negationInd use "
    "inversionInd contextControlCode contextConductionInd determinerCode operator institutionSpecified xmlns "
    "schemaLocation type ID IDREF styleCode colspan rowspan align valign width border cellpadding cellspacing "
    "listType mediaType language representation inclusive independentInd qualifier partType "
    "assigningAuthorityName displayable compression integrityCheckAlgorithm lang space rules frame summary scope "
    "abbr numerator denominator "
)
_COPIED: Final = frozenset(_COPIED_WORDS.split())
_TIMES: Final = frozenset(
    {"time", "effectiveTime", "activityTime", "availabilityTime", "signatureTime", "deceasedTime"}
)
_TIME_PARTS: Final = frozenset({"low", "high", "center"})
_PARTS_OF_NAME: Final = {"prefix": COPY, "suffix": COPY, "delimiter": COPY}
_PARTS_OF_ADDRESS: Final = {
    "streetAddressLine": Content(PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.STREET),
    "city": Content(PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.PLACE),
    "county": Content(PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.PLACE),
    "postalCode": Content(PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.POSTAL_CODE),
    "state": COPY,
    "country": COPY,
}
_ORGANISATIONS: Final = re.compile(
    r"(?:organization|custodianorganization|place|healthcarefacility|location)$", re.IGNORECASE
)
_PERSONS: Final = re.compile(r"(?:person|patient|subject|recipient|guardian)$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def attribute_content(path: Sequence[str], name: str, attributes: Mapping[str, str]) -> Content:
    """What the attribute ``name`` of the element at ``path`` is."""
    element = path[-1]
    if name in _COPIED:
        return COPY
    if element in ("templateId", "typeId", "realmCode"):
        return COPY
    if element in ("id", "setId"):
        return _identity(name, attributes)
    if name == "value":
        return _value(path, attributes)
    return FREE


def text_content(path: Sequence[str], attributes: Mapping[str, str]) -> Content:
    """What the text inside the element at ``path`` is."""
    element = path[-1]
    if attributes.get("representation") == "B64":
        return DROP
    if "addr" in path[-2:]:
        return _PARTS_OF_ADDRESS.get(element, _ADDRESS)
    if "name" in path[-2:]:
        if element in _PARTS_OF_NAME:
            return _PARTS_OF_NAME[element]
        owner = path[-2] if element == "name" else path[-3] if len(path) > 2 else ""
        return _whose(owner)
    return FREE


def is_image(element: str, attributes: Mapping[str, str]) -> bool:
    return element in ("value", "text") and attributes.get("mediaType", "").startswith("image/")


def _identity(name: str, attributes: Mapping[str, str]) -> Content:
    if name == "extension":
        return _ID
    if name == "root":  # beside an extension it is the authority; alone it is the thing itself
        alone = "extension" not in attributes
        return _ID if alone or _UUID.fullmatch(attributes["root"]) else COPY
    return FREE


def _value(path: Sequence[str], attributes: Mapping[str, str]) -> Content:
    element = path[-1]
    if element == "telecom":
        return _PHONE
    if element == "birthTime":
        return _BIRTH
    if element == "reference" and attributes.get("value", "").startswith("#"):
        return COPY
    is_time = element in _TIMES or (element in _TIME_PARTS and any(above in _TIMES for above in path[-3:-1]))
    if is_time or attributes.get("type", "").rpartition(":")[2] in ("TS", "IVL_TS"):
        return _DATE
    if (
        "unit" in attributes
        or _NUMBER.fullmatch(attributes.get("value", ""))
        or attributes.get("value") in ("true", "false")
    ):
        return COPY if len(attributes.get("value", "")) <= 15 else FREE
    return FREE


def _whose(owner: str) -> Content:
    if _ORGANISATIONS.search(owner):
        return _FACILITY
    return _NAME if _PERSONS.search(owner) else FREE
