"""Masks ages: those above 89 are one category, 90 or older (164.514(b)(2)(i)(C))."""

from __future__ import annotations

import re
from typing import Final

from healthcare_runtime.masking.dates import OLDEST_AGE
from healthcare_runtime.masking.numerals import KANJI_DIGITS, fold_width, read_number, read_words
from healthcare_runtime.masking.replacement import Action

OLDEST: Final = "90+"
PLACEHOLDER: Final = "[AGE]"
_NUMBER: Final = re.compile(rf"\d+|[{KANJI_DIGITS}]+")
_GREAT_AGE: Final = re.compile(
    r"nonagenarian|centenarian|nineties|卒寿|白寿|百寿|米寿を過ぎ|ninetieth|hundredth", re.IGNORECASE
)
_SHORT_UNIT: Final = re.compile(
    r"[\s-]*(?<![a-z])(?:days?|d/o|weeks?|wks?|w/o|months?|mos?|m/o|hours?|hrs?|日|週|[かカケヶヵ箇]月|ヵ月|月)(?![a-z])",
    re.IGNORECASE,
)
_AFTER: Final = 12


def mask_age(text: str, begin: int, end: int) -> tuple[str, Action]:
    """What stands in the place of the age ``text[begin:end]``: the same, ``90+``, or a placeholder if it is unread."""
    value = text[begin:end]
    if _GREAT_AGE.search(value):
        return OLDEST, Action.GENERALISED
    folded = fold_width(value)
    numbers = [read_number(match[0]) for match in _NUMBER.finditer(folded)]
    if not numbers:
        words = read_words(folded)
        numbers = [] if words is None else [words]
    if not numbers:
        return PLACEHOLDER, Action.REMOVED
    if max(numbers) <= OLDEST_AGE or _SHORT_UNIT.search(folded[-8:]) or _SHORT_UNIT.match(text, end, end + _AFTER):
        return value, Action.KEPT
    return OLDEST, Action.GENERALISED
