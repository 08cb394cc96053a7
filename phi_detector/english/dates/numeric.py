"""Dates in figures that tell their year: "03/04/2019", "2019-03-04", "20190304", "03/2019"."""

import re
from typing import Final

from phi_detector.english.dates.calendar_words import DAY_NUMBER, MONTH_NUMBER, NO_NUMBER_BEFORE, date, date_behind
from phi_detector.english.dates.editions import is_of_an_edition

_LEAST_SHORT_YEAR: Final = 20
_SHORT_OR_LONG_YEAR: Final = r"(?:(?:1[89]|20)\d\d|\d\d)"
_TWO_DIGITS_EACH: Final = r"(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])"  # month and day
_MORE_NUMBERS: Final = re.compile(r"[ ]?/[ ]?\d")
_NUMBER: Final = re.compile(r"\d+")


def _plausible(text: str, begin: int, end: int) -> float:
    numbers = [int(part) for part in _NUMBER.findall(text[begin:end])]
    if min(numbers[:2]) == 0 or _MORE_NUMBERS.match(text, end):
        return 0.0
    if " " in text[begin:end] and numbers[-1] < _LEAST_SHORT_YEAR and numbers == sorted(numbers):
        return 0.25  # a scale: "2 / 4 / 7"
    return 1.0 if _in_a_calendar(numbers[:2]) else 0.28


def _dotted(text: str, begin: int, end: int) -> float:
    first, second, *_ = (int(part) for part in text[begin:end].split("."))
    return 1.0 if _in_a_calendar((first, second)) else 0.0


def _in_a_calendar(day_and_month: tuple[int, int] | list[int]) -> bool:
    return min(day_and_month) <= 12 and max(day_and_month) <= 31


def _no_edition(text: str, begin: int, _: int) -> float:
    """Month and year behind "rev." or "exp": of a form, a drug, a battery."""
    return 0.0 if is_of_an_edition(text, begin) else 1.0


RULES: Final = (
    date(
        rf"{NO_NUMBER_BEFORE}\d{{1,2}}[ ]?/[ ]?\d{{1,2}}[ ]?/[ ]?(?:(?:1[89]|20)\d\d|'?\d\d)(?![\d/]|\.\d)",
        0.97,
        _plausible,
    ),
    date(rf"{NO_NUMBER_BEFORE}\d{{1,2}}-\d{{1,2}}-{_SHORT_OR_LONG_YEAR}(?![\d-])", 0.95, _plausible),
    date(rf"{NO_NUMBER_BEFORE}\d{{1,2}}\.\d{{1,2}}\.{_SHORT_OR_LONG_YEAR}(?![\d]|\.\d)", 0.9, _dotted),
    date(
        r"(?=\d)(?<![\d/.-])(?:1[89]|20)\d\d"
        rf"[ ]?[-/.][ ]?{MONTH_NUMBER}[ ]?[-/.][ ]?{DAY_NUMBER}(?![\d]|\.\d)",
        0.97,
    ),
    date(
        rf"(?=\d)(?<![\d/.A-Za-z-])(?:19[2-9]|20[0-3])\d{_TWO_DIGITS_EACH}(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![\dA-Za-z-])",
        0.8,
    ),
    date(rf"{NO_NUMBER_BEFORE}{MONTH_NUMBER}[ ]?[/-][ ]?(?:19|20)\d\d(?![\d/]|-\d)", 0.93, _no_edition),
    # "Timestamp 20190314"
    date_behind("timestamp|dated?|as of|on", rf"[ ]?[:=]?[ ]?(?P<v>(?:19|20)\d\d{_TWO_DIGITS_EACH})(?![\d.-])", 0.98),
)
