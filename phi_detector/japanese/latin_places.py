"""Places in Latin letters within Japanese: addresses abroad, cabins and rooms, ships.

Their names stand where Japanese ones do: ``place_positions`` knows them by that.
"""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import HAN, HIRAGANA, KATAKANA
from phi_detector.pattern_rule import PatternRule

_WORD: Final = r"(?:(?:St|Mt|Dr|Ft)\.|[A-Z][A-Za-z']{1,16})"
_WAY: Final = r"(?:St|Street|Road|Rd|Ave|Avenue|Blvd|Boulevard|Lane|Ln|Drive|Dr|Way|Court|Ct|Pkwy|Place|Pl)\.?"
_UNIT: Final = r"(?:,?\s(?:#|(?:Apt|Unit|Suite|Ste)\.?\s)[\dA-Z-]{1,6})"
_STATE: Final = r"(?:[A-Z]{2}|[A-Z][a-z]{3,12}(?:\s[A-Z][a-z]{3,10})?)"
LATIN_PLACE: Final = rf"(?=[A-Z][A-Za-z']*[a-z]){_WORD}(?:\s(?:(?:of|and)\s)?{_WORD}){{0,4}}"
"""One to five capitalised words, of which the first is no abbreviation."""


def rules() -> tuple[PatternRule, ...]:
    """Every rule of places in Latin letters."""
    place = PhiType.ADDRESS
    return (
        # "10639 Hwy 27 N Road, Apt 4B, Hackensack, TN 89676"
        PatternRule(
            re.compile(
                rf"(?<![\w-])\d{{1,5}}\s(?:{_WORD}|[NSEW]|\d{{1,3}})(?:\s(?:{_WORD}|[NSEW]|\d{{1,3}})){{0,4}}\s{_WAY}(?![A-Za-z]){_UNIT}?"
                rf"(?:,\s{_WORD}(?:\s{_WORD}){{0,2}})?(?:,\s{_STATE}(?![A-Za-z]))?(?:,?\s\d{{5}}(?:-\d{{4}})?(?!\d))?"
            ),
            place,
            0.95,
            PhiKind.STREET,
        ),
        PatternRule(
            re.compile(
                r"(?<![A-Za-z])(?:[Rr]m|RM|[Cc]abin|CABIN|[Hh]omeroom)\.?\s#?(?P<v>(?:[A-Z]{1,3}-?)?\d{1,4}[A-Z]?(?:-\d{1,2})?)(?![\w.%/-])"
            ),
            place,
            0.8,
        ),
        PatternRule(
            re.compile(rf"第[一二三四五六七八九十\d]{{1,2}}[{HAN}{HIRAGANA}{KATAKANA}]{{1,6}}丸(?![{HAN}])"), place, 0.9
        ),
        PatternRule(re.compile(rf"(?:(?i:vessel|ship)|船名)[\s:]{{1,3}}(?P<v>(?:M[SVT]\s)?{LATIN_PLACE})"), place, 0.8),
    )
