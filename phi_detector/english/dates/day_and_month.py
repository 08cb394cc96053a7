# ruff: noqa: E501 - a pattern is read best as one line
"""Month and day without a year: "3/4" is a date, a strength, a murmur or a fraction; what stands around tells."""

import re
from itertools import pairwise
from typing import Final

from phi_detector.english import words
from phi_detector.english.capitals import NAME_WORD
from phi_detector.english.dates.calendar_words import DAY_NUMBER, MONTH_NUMBER, NO_NUMBER_BEFORE, date, date_behind
from phi_detector.english.dates.editions import is_of_an_edition

_CUE = re.compile(
    r"(?i)(?:\b(?:on|since|until|till|dated?|seen|admitted|discharged|before|after|given|done|due|starting|started|beginning|ending|ended|visit|appt|labs?|"
    r"update|addendum|note|surgery|x-?ray|ct|mri|echo|ekg|study|collected|received|reported|filled|refill|dos|doa|dod|adm|d/c|lmp|edd|edc|week of|"
    r"comparison|compared (?:to|with)|from|through|thru|yesterday|today|tomorrow|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})[,]?[ :(]{1,3})$"
)
_WEAK_CUE = re.compile(
    r"(?i)(?:\b(?:by|of|for|to|and|last|as|at|around|approximately|about|exam|vitals?|next|prior|previous)[ :(]{1,3}|[-&(\[|][ ]?|^[ ]*|\n[ *#-]*|[ ]{2})$"
)
_WHO_BEFORE = re.compile(rf"(?i:by|with|per|dr\.?|rn|to)[ ](?P<who>{NAME_WORD})[ ]$")
_FRACTION_BEFORE = re.compile(
    r"(?i)(?:apgars?|murmur|strength|reflex(?:es)?|pain|scor(?:e|es|ed|ing)|pulses|acuity|grade|severity|power|motor|dtrs?|rated?|intensity|vision|"
    r"mmse|moca|phq-?9|gad-?7|borg|edema|ppd|level|mood|anxiety|depression|lobes?|weeks?|a&o|aox|bp|doses?|dose|takes?|give|taking|tablets?|about|half|"
    r"\d{1,2}/\d{1,2}(?:,| and| to|-))[ :=(]{0,3}(?:is |was |of |at |a |now |from |scale |remains )?$"
)
_FRACTION = re.compile(
    r"(?i)[ ]{0,2}(?:strength|power|murmur|systolic|diastolic|motor|in all|bilateral|throughout|pain|mmhg|reflex|pulses?|"
    r"throughout|tablets?|tabs?|of |ns\b|normal|saline|doses?|positive|negative|\+|%|mg|ml|cup|pack|ppd|vision|lobes?|"
    r"upper|lower|symmetric|intact|hours?|hrs?|weeks?|blood|edema|apgar|intensity|severity|correct|recall|points?|vi\b|"
    r"holosystolic|ejection|SEM|dtr|grip|deltoid|biceps|quads?|hip|knee|ankle|on |at |with |inch)"
)
_DAYLESS_VALUES = re.compile(
    r"(?i)(?<![a-z])(?:labs?|er|pr|tte|bc|tray|set|bx|box|page|p\.|pg|casp|allred|snellen|iddsi|kids?|grade|class|hoh|[ou][ds]|x)[ :#.]{0,2}$"
)
_MORE_NUMBERS = re.compile(r"[ ]?/[ ]?\d")


def _two_numbers(text: str, begin: int, end: int) -> float:
    """Month and day without a year: "3/4" is a date, a strength, a murmur or a fraction; what stands around tells."""
    if is_of_an_edition(text, begin) or _MORE_NUMBERS.match(text, end):
        return 0.0
    return _month_and_day(text, begin, end)


def _month_and_day(text: str, begin: int, end: int) -> float:
    before = text[max(0, begin - 16) : begin]
    first, second = (int(part) for part in re.split(r"[/-]", text[begin:end]))
    fraction = first == second or (first < second <= 6) or second == 10
    if (
        _FRACTION.match(text[end : end + 16])
        or _FRACTION_BEFORE.search(text[max(0, begin - 28) : begin])
        or _DAYLESS_VALUES.search(before)
    ):
        return 0.2
    if _CUE.search(before):
        return 1.0 if not fraction or text[begin] == "0" else 0.75
    if text[begin] == "0":
        return 0.9
    who = _WHO_BEFORE.search(text[max(0, begin - 28) : begin])
    if who and words.folded(who.group("who")) not in words.everyday_words():
        return 0.8  # "given by Zelphine 2/10"
    if _WEAK_CUE.search(before):
        return 0.3 if fraction else 0.85
    return 0.25 if fraction else 0.55


def _in_order(text: str, begin: int, end: int) -> float:
    """Days in a row: "10/10, 10/11 and 10/13" go on in one month, "4/5, 5/5" is a strength."""
    days = [tuple(int(part) for part in day.split("/")[:2]) for day in _DAY_OF_LIST.findall(text[begin:end])]
    if _FRACTION.match(text[end : end + 16]) or _FRACTION_BEFORE.search(text[max(0, begin - 28) : begin]):
        return 0.0
    rising = all(one < two for one, two in pairwise(days)) or all(one > two for one, two in pairwise(days))
    return 1.0 if rising and (max(day for _, day in days) > 6 or len({month for month, _ in days}) == 1) else 0.0


_DAY_OF_LIST = re.compile(r"\d{1,2}/\d{1,2}")


def _range(text: str, begin: int, end: int) -> float:
    return 0.3 if _FRACTION.match(text[end : end + 16]) else 1.0


_NOT_GLUED: Final = rf"{NO_NUMBER_BEFORE}(?<![A-Za-z])"
_DAY: Final = rf"{MONTH_NUMBER}/{DAY_NUMBER}"
_YEAR: Final = r"(?:/(?:\d{4}|\d\d))?"
_ENDS: Final = r"(?![\d/%A-Za-z]|\.\d)"

RULES: Final = (
    date(rf"{_NOT_GLUED}{_DAY}{_YEAR}[ ]?(?:-|to|through|thru)[ ]?{_DAY}{_YEAR}{_ENDS}", 0.9, _range),
    date(rf"{_NOT_GLUED}{_DAY}(?:(?:,|;|,? and|,? &)[ ]{{1,2}}{_DAY}){{1,6}}{_ENDS}", 0.85, _in_order),
    date(rf"{_NOT_GLUED}{_DAY}{_ENDS}", 0.85, _two_numbers),
    date_behind("on|dated|since|until", rf"[ ](?P<v>{MONTH_NUMBER}-{DAY_NUMBER})(?![\d/%A-Za-z-]|\.\d)", 0.7),
)
