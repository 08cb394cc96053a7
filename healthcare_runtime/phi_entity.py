"""Protected health information found in a text, in the types and conventions of Amazon Comprehend Medical.

Offsets are 0-based code points of the original text (indices of a Python ``str``), end exclusive, so that
``text[entity.begin:entity.end]`` is the entity: docs.aws.amazon.com/comprehend-medical, DetectPHI.
"""

from dataclasses import dataclass
from enum import StrEnum


class PhiType(StrEnum):
    """The types that DetectPHI answers with; together they cover the 18 identifiers of 45 CFR 164.514(b)(2)."""

    NAME = "NAME"  # people, providers and relatives included, without titles
    AGE = "AGE"  # the number alone: "48" of "48-year-old"
    DATE = "DATE"
    PHONE_OR_FAX = "PHONE_OR_FAX"
    EMAIL = "EMAIL"
    ID = "ID"  # of patients, providers, devices, vehicles, accounts; IP addresses
    URL = "URL"
    ADDRESS = "ADDRESS"  # places smaller than a state, facilities and wards included
    PROFESSION = "PROFESSION"


class PhiKind(StrEnum):
    """What masking must know beyond the type. Empty where nothing is known."""

    UNKNOWN = ""
    PERSON = "PERSON"
    KANA = "KANA"  # the reading of a Japanese name
    POSTAL_CODE = "POSTAL_CODE"  # ZIP, ZIP+4, 〒
    FACILITY = "FACILITY"
    PLACE = "PLACE"
    STREET = "STREET"
    IP_ADDRESS = "IP_ADDRESS"
    SSN = "SSN"
    MEDICAL_RECORD_NUMBER = "MEDICAL_RECORD_NUMBER"
    INDIVIDUAL_NUMBER = "INDIVIDUAL_NUMBER"  # マイナンバー
    INSURER_NUMBER = "INSURER_NUMBER"  # 保険者番号
    INSURED_SYMBOL_NUMBER = "INSURED_SYMBOL_NUMBER"  # 被保険者記号・番号
    BIRTH_DATE = "BIRTH_DATE"
    FAX = "FAX"


@dataclass(frozen=True, slots=True, order=True)
class PhiEntity:
    """One span of a text. Holds no copy of the text: what does not exist cannot leak.

    Parameters
    ----------
    begin, end
        Code points of the original text, end exclusive; ``0 <= begin < end``.
    score
        0 to 1. De-identification masks at low scores; review looks at the grey zone.
    """

    begin: int
    end: int
    type: PhiType
    score: float
    kind: PhiKind = PhiKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class KnownIdentifier:
    """A value that is known to identify this document's patient, from the record: sweep the text for it.

    ``repr`` would show the value, so it must never be printed or logged.
    """

    value: str
    type: PhiType
    kind: PhiKind = PhiKind.UNKNOWN

    def __repr__(self) -> str:
        return f"KnownIdentifier({self.type})"
