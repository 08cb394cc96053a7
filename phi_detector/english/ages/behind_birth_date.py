# ruff: noqa: E501 - a pattern is read best as one line
"""Ages behind the birth date: "06/01/1964 (57)", "Diallo, 07/07/1979, 39:", "DOB 10/15/77, 36 yrs"."""

import re
from typing import Final

from phi_detector.english.ages.numerals import age
from phi_detector.english.ages.one_person import is_of_one_person

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE: Final = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]|{_MONTH}[ ]\d{{1,2}},?[ ]|\d{{1,2}}[ -]?{_MONTH}[ ,-]{{1,2}})(?:19[0-9]{{2}}|20[0-2][0-9]|[0-9]{{2}})"
_YEAR_BEFORE: Final = re.compile(r"(?<!\d)((?:19|20)?\d\d)\D{1,12}\Z")
_LABEL_BEFORE: Final = re.compile(r"(?i)(?<![a-z])(?:d\.?o\.?b|born|birth\w*|b\.)[^\n]{0,30}\Z")
_LAST_YEAR_OF_GROWN: Final = 1994  # a date of that year or before it, in a note, is a birth date
_NOTES: Final = range(1995, 2036)  # years in which notes are written
_CENTURY: Final = 100


def _agrees(text: str, begin: int, end: int) -> float:
    """Whether year and age add up to a year in which notes are written, and the year is one of birth."""
    before = text[max(0, begin - 60) : begin]
    year_before = _YEAR_BEFORE.search(before)
    if year_before is None:
        return 0.0
    year = int(year_before[1])
    years = (year,) if year >= _CENTURY else (1900 + year, 2000 + year)
    born = [one for one in years if one <= _LAST_YEAR_OF_GROWN or _LABEL_BEFORE.search(before)]
    agrees = any(one + int(text[begin:end]) in _NOTES for one in born)
    return is_of_one_person(text, begin, end) if agrees else 0.0


RULES: Final = (
    age(
        rf"(?=[\dJFMASOND])(?<![\w/.-]){_DATE}(?:[ ]?[,.;(][ (]{{0,2}}|[ ]{{2,6}}\(?)",
        r"[1-9]\d?|10\d",
        r"(?=[ ]?(?:[),;|]|[.:](?!\d)|[yY](?![a-z])|(?i:yrs?|years|yo)(?![a-z])|[MF](?![A-Za-z]))|[ ]{2}|[ ]?\n|$)",
        0.75,
        _agrees,
    ),
)
