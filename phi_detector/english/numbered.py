# ruff: noqa: E501 - a pattern is read best as one line
"""What the model takes for a number of somebody must look like one: a date, an age, a telephone, an identifier."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import ages, dates
from phi_detector.english.identifying_numbers import is_code, is_publication
from phi_detector.recogniser import Candidate

TYPES: Final = frozenset({PhiType.AGE, PhiType.DATE, PhiType.ID, PhiType.PHONE_OR_FAX})
_SURE: Final = 0.9
_LIKELY: Final = 0.6
_MONTH = re.compile(
    r"(?i)(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}(?![a-z])|\d(?:st|nd|rd|th)(?![a-z])|"
    r"(?<![a-z])(?:spring|summer|fall|autumn|winter|christmas|easter|thanksgiving|first|second|third|fourth|fifth|day)(?![a-z])"
)
_NUMERIC_DATE = re.compile(r"'?\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?")
_RANK_BEHIND = re.compile(
    r"[ ](?:percentile|edition|ed\.|generation|floor|rib|toe|digit|grade|cranial|ventricle|metatarsal)"
)
_AGE = re.compile(r"\d{1,3}(?:[ -]?\d/\d|\.5)?|(?i:[a-z]{3,9}(?:[ -][a-z]{3,5})?)")
_UNIT_BEHIND = re.compile(
    r"(?i)[ ]?(?:%|mg|mcg|ug|g\b|kg|ml|cc\b|l\b|units?\b|iu\b|mm|cm|meq|mmol|k/|bpm|hours?|hrs?\b|minutes?|min\b|weeks?|times|x\b|points?|degrees?|doses?|cycles?|beats|"
    r"percent|patients|participants|cases|copies|cells|cfu|\+|-\d|\.\d|,\d)"
)
_PER_BEHIND = re.compile(r"/")  # "120/80", "40/min"; "4131961 / 11/18/50" are two numbers
_PART_OF_NUMBER_BEFORE = re.compile(r"[\d.,/<>=+~^-]$")
_LETTER_OF_NUMBER = re.compile(r"(?i)(?<![a-z])(?!(?:x|ext|extension|opt|option)(?![a-z]))[a-z]")
_SHORT_PHONE_LABEL = re.compile(
    r"(?i)(?:x|ext\.?|extn\.?|pager?|pgr|beeper|bleep|call(?: back)?|dial|ring|rang|buzz|line|internal|mailbox|mail|desk|#|phones?|vocera|number|at|on|is)[ :#(]{0,2}x?$"
)


def numbered(flat: str, one: Candidate) -> Iterator[Candidate]:
    """The candidate, widened to whole numbers, if it looks like what the model takes it for."""
    begin, end = _whole(flat, one.begin, one.end)
    value = flat[begin:end]
    digits = sum(c.isdigit() for c in value)
    if is_code(flat, begin) or is_publication(flat, begin) or len(value) > 3 * (one.end - one.begin) + 8:
        return
    if one.type is PhiType.PHONE_OR_FAX and (_LETTER_OF_NUMBER.search(value) or value.startswith("#")):
        one = replace(one, type=PhiType.ID)
    if one.type is PhiType.DATE:
        fits = _is_date(flat, begin, end, digits)
    elif one.type is PhiType.AGE:
        fits = _is_age(flat, begin, end) and one.score > 0.8
    elif one.type is PhiType.PHONE_OR_FAX:
        labelled = bool(_SHORT_PHONE_LABEL.search(flat[max(0, begin - 12) : begin]))
        fits = _is_telephone(value, digits, one.score, labelled=labelled)
    else:
        fits = _identifies(value, digits, one.score) and not _UNIT_BEHIND.match(flat, end)
        fits = fits and not (_PER_BEHIND.match(flat, end) and digits < 5)
    if fits:
        yield replace(one, begin=begin, end=end)


def _whole(flat: str, begin: int, end: int) -> tuple[int, int]:
    """The span widened to whole words and numbers: half a number is worse than none."""
    while begin > 0 and _glued(flat, begin):
        begin -= 1
    while end < len(flat) and _glued(flat, end):
        end += 1
    return begin, end


def _glued(flat: str, position: int) -> bool:
    """Whether a number goes on over an offset: "7.36", "12-34", "A1"."""
    before, behind = flat[position - 1], flat[position]
    if before.isalnum() and behind.isalnum():
        return True
    marks = "./-"
    if behind in marks:
        return before.isdigit() and position + 1 < len(flat) and flat[position + 1].isdigit()
    return before in marks and behind.isdigit() and position > 1 and flat[position - 2].isdigit()


def _is_date(flat: str, begin: int, end: int, digits: int) -> bool:
    value = flat[begin:end]
    if _RANK_BEHIND.match(flat, end) or _MORE_NUMBERS.match(flat, end):
        return False
    if digits <= _MONTH_AND_YEAR and dates.is_of_an_edition(flat, begin):
        return False
    if _VERSION.fullmatch(value) and not _calendar(value):
        return False
    if value == "SEP-1" or (_ONE_TO_THIRTY_ONE.fullmatch(value) and is_range(value)):
        return False
    return bool(_MONTH.search(value) or (_NUMERIC_DATE.search(value) and _calendar(value)) or digits in {6, 8})


_MORE_NUMBERS = re.compile(r"/\d")
_MONTH_AND_YEAR = 6
_VERSION = re.compile(r"\d+(?:\.\d+){2,3}")
_ONE_TO_THIRTY_ONE = re.compile(r"\d{1,2}-\d{1,2}")


def _calendar(value: str) -> bool:
    numbers = [int(part) for part in re.findall(r"\d+", value)][:3]
    small = [number for number in numbers if number <= 31]
    return len(small) >= 2 and min(small) <= 12 and 0 not in numbers[:2]


def _is_age(flat: str, begin: int, end: int) -> bool:
    value = flat[begin:end]
    if not _AGE.fullmatch(value) or (value.isdigit() and int(value) > 125):
        return False
    if _UNIT_BEHIND.match(flat, end) or _PER_BEHIND.match(flat, end):
        return False
    if _PART_OF_NUMBER_BEFORE.search(flat[max(0, begin - 1) : begin]):
        return False
    return ages.is_of_one_person(flat, begin, end) > 0


_SHORT_DIAL = re.compile(r"\d{1,2}-\d{4}")  # of a house's own exchange: "6-7087"


def _is_telephone(value: str, digits: int, score: float, *, labelled: bool) -> bool:
    if is_range(value) or is_clock(value):
        return False
    if _SHORT_DIAL.fullmatch(value):
        return score > _LIKELY or labelled
    if 7 <= digits <= 17:
        return True
    if labelled and digits >= 4:
        return True
    return score > _SURE and value.isdigit() and 4 <= digits < 7


_VARIANT = re.compile(r"[A-Z]\d{1,4}[A-Z]?")  # of a protein or a drug: "L858R", "E210"
_VALUE = re.compile(r"[<>~]?\d{1,4}(?:[./-]\d{1,4})?%?")  # a time, a year, a value, a range
_TWO_GROUPS = re.compile(r"(\d{1,6})-(\d{3,6})")
_YEAR = re.compile(r"(?:19|20)\d\d")


def _identifies(value: str, digits: int, score: float) -> bool:
    if is_range(value) or is_clock(value):
        return False
    if _TWO_GROUPS.fullmatch(value):
        return digits >= 5 and score > _LIKELY
    if _VALUE.fullmatch(value):
        return value.isdigit() and digits == 4 and score > 0.95 and not _YEAR.fullmatch(value)
    letters = sum(c.isalpha() for c in value)
    if _VARIANT.fullmatch(value):
        return False
    return digits >= 4 or (digits >= 2 and letters >= 1 and len(value) >= 4)


_SPAN = re.compile(r"(\d{1,6})[ ]?(?:-|to)[ ]?(\d{1,6})")
_LONG = 4  # digits of a number of which a range is round, a span of years, or short
_CLOSE = 100
_CLOCKS = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d(?:[ ,/-]{1,3}(?:[01]\d|2[0-4])[0-5]\d)*")


def is_range(value: str) -> bool:
    """Whether a value is from one number to a greater one that is written as long: "500-1000", "12-17"."""
    span = _SPAN.fullmatch(value)
    if not span:
        return False
    low, high = span.groups()
    if low.startswith("0") or len(high) - len(low) > 1:
        return False
    if len(low) >= _LONG and int(high) - int(low) >= _CLOSE and not (_round(low) or _round(high)):
        return False
    return int(low) < int(high) <= 4 * int(low) + 10


def _round(number: str) -> bool:
    return number.endswith("0") or bool(_YEAR.fullmatch(number))


def is_clock(value: str) -> bool:
    """Whether a value is two or more times of the day and nothing else: "0700-1900", "0900 1300 1700"."""
    return len(value) > 4 and bool(_CLOCKS.fullmatch(value))
