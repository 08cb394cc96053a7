"""The fields of HL7 v2 segments (``hl7_fields.toml``) and the components of their data types (HL7 2.5.1, 2.A)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Final

from healthcare_runtime.documents.passage import PassageRole
from healthcare_runtime.phi_entity import PhiKind, PhiType


class DataType(StrEnum):
    """Data types of HL7 v2.5.1 chapter 2.A, and what fields of simple types hold here."""

    COPY = "="  # codes, numbers, flags
    DROP = "-"
    ST = "ST"  # any text
    CE = "CE"  # coded element: CE, CWE, CNE
    CX = "CX"  # identifier of a person
    DR = "DR"  # from and to
    ED = "ED"  # encapsulated data
    EI = "EI"  # identifier of a thing
    HD = "HD"  # an organisation's system
    PL = "PL"  # place of a patient
    TS = "TS"  # a date, with or without time
    BD = "BD"  # a date of birth
    XAD = "XAD"
    XCN = "XCN"
    XON = "XON"
    XPN = "XPN"
    XTN = "XTN"
    ID = "ID!"  # a number that identifies
    SSN = "SSN"
    PLACE = "PLACE"


@dataclass(frozen=True, slots=True)
class Content:
    """What a component is."""

    role: PassageRole
    phi_type: PhiType | None = None
    kind: PhiKind = PhiKind.UNKNOWN


COPY: Final = Content(PassageRole.COPY)
DROP: Final = Content(PassageRole.DROP)
FREE: Final = Content(PassageRole.FREE_TEXT)


def _identifier(phi_type: PhiType, kind: PhiKind = PhiKind.UNKNOWN) -> Content:
    return Content(PassageRole.IDENTIFIER, phi_type, kind)


_ID: Final = _identifier(PhiType.ID)
_MRN: Final = _identifier(PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER)
_NAME: Final = _identifier(PhiType.NAME, PhiKind.PERSON)
_DATE: Final = _identifier(PhiType.DATE)
_PHONE: Final = _identifier(PhiType.PHONE_OR_FAX)
_FACILITY: Final = _identifier(PhiType.ADDRESS, PhiKind.FACILITY)
_STREET: Final = _identifier(PhiType.ADDRESS, PhiKind.STREET)
_CITY: Final = _identifier(PhiType.ADDRESS, PhiKind.PLACE)
_WARD: Final = _identifier(PhiType.ADDRESS)

_COMPONENTS: Final[dict[DataType, tuple[Content, ...]]] = {
    DataType.COPY: (COPY,),
    DataType.DROP: (DROP,),
    DataType.ED: (DROP,),
    DataType.ST: (FREE,),
    DataType.CE: (COPY, FREE, COPY, COPY, FREE, COPY, COPY, COPY, FREE),
    DataType.CX: (_MRN, COPY, COPY, _FACILITY, COPY, _FACILITY, _DATE, _DATE, _FACILITY, _FACILITY),
    DataType.DR: (_DATE, _DATE),
    DataType.EI: (_ID, _FACILITY, COPY, COPY),
    DataType.HD: (_FACILITY, COPY, COPY),
    DataType.PL: (_WARD, _WARD, _WARD, _FACILITY, COPY, COPY, _WARD, _WARD, FREE),
    DataType.TS: (_DATE, COPY),
    DataType.BD: (_identifier(PhiType.DATE, PhiKind.BIRTH_DATE), COPY),
    DataType.XAD: (
        *(_STREET, _STREET, _CITY, COPY, _identifier(PhiType.ADDRESS, PhiKind.POSTAL_CODE), COPY, COPY),
        *(_CITY, _CITY, _ID, COPY, _DATE, _DATE, _DATE),
    ),
    DataType.XCN: (
        *(_ID, _NAME, _NAME, _NAME, COPY, COPY, COPY, COPY, _FACILITY, COPY, COPY, COPY, COPY, _FACILITY, COPY),
        *(COPY, _DATE, COPY, _DATE, _DATE, COPY, _FACILITY, _FACILITY),
    ),
    DataType.XON: (_FACILITY, COPY, _ID, COPY, COPY, _FACILITY, COPY, _FACILITY, COPY, _ID),
    DataType.XPN: (_NAME, _NAME, _NAME, COPY, COPY, COPY, COPY, COPY, COPY, _DATE, COPY, _DATE, _DATE, COPY),
    DataType.XTN: (
        *(_PHONE, COPY, COPY, _identifier(PhiType.EMAIL), _PHONE, _PHONE, _PHONE, _PHONE, FREE, _PHONE),
        *(COPY, _PHONE),
    ),
    DataType.ID: (_ID,),
    DataType.SSN: (_identifier(PhiType.ID, PhiKind.SSN),),
    DataType.PLACE: (_CITY,),
}

# Values of OBX-5 by the type that OBX-2 names.
_OBSERVED: Final = {
    **dict.fromkeys(("NM", "SI", "SN", "TM", "IS", "ID"), DataType.COPY),
    **dict.fromkeys(("CE", "CWE", "CNE", "CF"), DataType.CE),
    **dict.fromkeys(("TS", "DT", "DTM"), DataType.TS),
    **dict.fromkeys(("ED", "RP"), DataType.DROP),
    **{name: DataType(name) for name in ("CX", "DR", "EI", "HD", "XAD", "XCN", "XON", "XPN", "XTN")},
}


def _fields() -> dict[str, dict[int, DataType]]:
    table: dict[str, dict[int, DataType]] = {}
    read = tomllib.loads((files(__package__) / "hl7_fields.toml").read_text("utf-8"))
    for name, described in read.items():
        for field in described.split():
            number = "".join(character for character in field[:2] if character.isdigit())
            table.setdefault(name, {})[int(number)] = DataType(field[len(number) :])
    return table


_FIELDS: Final = _fields()


def field_type(segment: str, field: int, observed: str = "") -> DataType:
    """The data type of a field; ``observed`` is OBX-2 for OBX-5."""
    if segment == "OBX" and field == 5:
        return _OBSERVED.get(observed, DataType.ST)
    return _FIELDS.get(segment, {}).get(field, DataType.ST)


def component(data_type: DataType, number: int) -> Content:
    """What the component of that number is, counted from 1; those behind the last listed are read as free text."""
    contents = _COMPONENTS[data_type]
    if number <= len(contents):
        return contents[number - 1]
    return contents[0] if data_type in (DataType.COPY, DataType.DROP, DataType.ED) else FREE
