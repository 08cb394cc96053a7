"""Masks places smaller than a state: of ZIP codes three digits may stay, of facilities what sort of house it is."""

from __future__ import annotations

import re
from typing import Final

from healthcare_runtime.masking.keyed_choice import KeyedChoice, canonical
from healthcare_runtime.masking.numerals import fold_width
from healthcare_runtime.masking.people import Surnames
from healthcare_runtime.masking.replacement import Action
from healthcare_runtime.phi_entity import PhiKind

SMALL_ZIP3_VERSION: Final = "2026-11"
_SMALL_ZIP3_LIST: Final = "036 059 063 102 203 205 369 556 692 790 821 823 830 831 878 879 884 890 893"
SMALL_ZIP3: Final = frozenset(_SMALL_ZIP3_LIST.split())
"""Areas of 20,000 people or fewer, written 000 (164.514(b)(2)(i)(B)).

The union of the list of HHS's guidance (Census 2000: 17 areas) and of later ones that add 205 and 369: an area that is
masked without need costs little, one that is not masked breaks the rule. Revise with every census.
"""

_ZIP: Final = re.compile(r"\s*(\d{5})(?:[\s-]?\d{4})?\s*")
_PLACEHOLDERS: Final = {
    PhiKind.POSTAL_CODE: "[POSTAL CODE]",
    PhiKind.PLACE: "[PLACE]",
    PhiKind.STREET: "[STREET]",
    PhiKind.FACILITY: "[FACILITY]",
}
_ENGLISH_HOUSE: Final = re.compile(
    r"(?:(?:Regional|General|Community|Memorial|University|Children's|Veterans|County)\s+)?"
    r"(?:Medical Center|Health Center|Health System|Nursing Home|Care Center|Surgery Center|Hospital|Clinic|Hospice|"
    r"Pharmacy|Laboratory|Laboratories|Infirmary|Rehabilitation|School|University|College)\s*$",
    re.IGNORECASE,
)
_JAPANESE_HOUSE: Final = re.compile(
    r"(?:総合病院|中央病院|市民病院|大学病院|記念病院|病院|医療センター|クリニック|診療所|医院|薬局|訪問看護ステーション|老人ホーム|保健所"
    r"|(?:整形外科|皮膚科|眼科|内科|外科|小児科|歯科|耳鼻科)(?:医院|クリニック)?|大学|高校|小学校|中学校)$"
)


def mask_place(choice: KeyedChoice, surnames: Surnames, value: str, kind: PhiKind) -> tuple[str, Action]:
    """What stands in the place of an address, or a part of one."""
    if kind is PhiKind.POSTAL_CODE:
        match = _ZIP.fullmatch(fold_width(value))
        if match:
            return zip3(match[1]), Action.GENERALISED
    if kind in (PhiKind.FACILITY, PhiKind.UNKNOWN):
        house = _facility(choice, surnames, value)
        if house is not None:
            return house, Action.SURROGATE
    return _PLACEHOLDERS.get(kind, "[ADDRESS]"), Action.REMOVED


def zip3(zip5: str) -> str:
    """The first three digits, 000 for areas of few people."""
    return "000" if zip5[:3] in SMALL_ZIP3 else zip5[:3]


def _facility(choice: KeyedChoice, surnames: Surnames, value: str) -> str | None:
    same = canonical(value)
    number = choice.number("facility", same, 2**32)
    japanese = _JAPANESE_HOUSE.search(value.strip())
    if japanese:
        return surnames.kanji(number) + japanese[0]
    english = _ENGLISH_HOUSE.search(value)
    if english and english.start() > 0:
        return f"{surnames.english(number)} {' '.join(english[0].split())}"
    return None
