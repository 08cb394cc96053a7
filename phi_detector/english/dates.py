# ruff: noqa: E501 - a pattern is read best as one line
"""Dates in English: every element below the year (164.514(b)(2)(i)(C)). A year alone may stay, weekdays are no dates."""

import re
from itertools import pairwise
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import words
from phi_detector.english.capitals import NAME_WORD
from phi_detector.pattern_rule import PatternRule

_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![A-Za-z])\.?"
)
_MONTH_ANY_CASE: Final = rf"(?i:{_MONTH})"
_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?(?![\d:A-Za-z])"
_ORDINAL: Final = (
    r"(?i:twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty[- ]first|thirtieth|twentieth|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth)"
)
_YEAR: Final = r"(?:(?:1[89]|20)\d\d|'\d\d)(?!\d)"
_S: Final = r"[ ]{1,4}"
_OPTIONAL: Final = r"[ ]{0,3}"
_TO: Final = r"[ ]{0,2}(?:-|to|through|thru|until|and|&)[ ]{0,2}"
_WEEKDAY: Final = (
    r"(?:(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\.?,?[ ]{1,3})?"
)
_NO_NUMBER_BEFORE: Final = r"(?<![\d/.$-])(?<!\d,)"
_MONTH_NUMBER: Final = r"(?:1[0-2]|0?[1-9])"
_DAY_NUMBER: Final = r"(?:3[01]|[12]\d|0?[1-9])"
_LABEL: Final = (
    r"(?i:(?<![A-Za-z])(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday|b-?day)[ :=(#.-]{0,6})"
)

_DATE = PhiType.DATE
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


_EDITION_BEFORE = re.compile(
    r"(?:(?i:(?<![a-z])(?:rev(?:ised|ision)?|edition|ed\.|ver(?:sion)?|v|use by|best before|bud)\.?[ :]{0,2}(?:date[ :]{1,2})?)|"
    r"(?i:form|leaflet|brochure|booklet|handout)[ ](?:[A-Z]{2,6}[ -]){0,2}(?:(?=[A-Z-]*\d)[A-Z\d][A-Z\d.-]{0,12}|[A-Z]{2,6}),?[ \n]\(?(?:rev\.?[ ]?)?)$"
)
_LEAST_SHORT_YEAR: Final = 20
_DAYLESS_VALUES = re.compile(
    r"(?i)(?<![a-z])(?:labs?|er|pr|tte|bc|tray|set|bx|box|page|p\.|pg|casp|allred|snellen|iddsi|kids?|grade|class|hoh|[ou][ds]|x)[ :#.]{0,2}$"
)
_MORE_NUMBERS = re.compile(r"[ ]?/[ ]?\d")
_VERB_BEHIND = re.compile(r"[ ][a-z]|[ ]Concern")


def is_of_an_edition(text: str, begin: int) -> bool:
    """Whether what stands before says that a date is of a form or of what expires."""
    return bool(_EDITION_BEFORE.search(text[max(0, begin - 34) : begin]))


def _no_edition(text: str, begin: int, end: int) -> float:
    """Month and year behind "rev." or "exp": of a form, a drug, a battery."""
    return 0.0 if is_of_an_edition(text, begin) else 1.0


def _no_verb(text: str, begin: int, end: int) -> float:
    """Small letters make a verb of May; SEP-1 is a measure of sepsis care."""
    value = text[begin:end]
    if value == "SEP-1" or (re.search(r"(?<![A-Za-z])may(?![a-z])", value) and _VERB_BEHIND.match(text, end)):
        return 0.0
    return 1.0


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


def _dotted(text: str, begin: int, end: int) -> float:
    first, second, *_ = (int(part) for part in text[begin:end].split("."))
    return 1.0 if min(first, second) <= 12 and max(first, second) <= 31 else 0.0


def _plausible(text: str, begin: int, end: int) -> float:
    numbers = [int(part) for part in re.findall(r"\d+", text[begin:end])]
    if min(numbers[:2]) == 0 or _MORE_NUMBERS.match(text, end):
        return 0.0
    if " " in text[begin:end] and numbers[-1] < _LEAST_SHORT_YEAR and numbers == sorted(numbers):
        return 0.25  # a scale: "2 / 4 / 7"
    return 1.0 if min(numbers[:2]) <= 12 and max(numbers[:2]) <= 31 else 0.28


def _old_enough(text: str, begin: int, end: int) -> float:
    return 1.0 if int(text[begin:end]) <= 1937 else 0.0  # reveals an age over 89


RULES = (
    PatternRule(
        re.compile(rf"{_LABEL}(?P<v>\d{{1,4}}[ ]?[/. -][ ]?\d{{1,2}}[ ]?[/. -][ ]?\d{{1,4}})(?!\d)"),
        _DATE,
        0.99,
        PhiKind.BIRTH_DATE,
    ),
    PatternRule(
        re.compile(rf"{_LABEL}(?P<v>\d{{1,2}}[ /.-]?{_MONTH_ANY_CASE}[ ,/.-]{{0,3}}\d{{2,4}})(?!\d)"),
        _DATE,
        0.99,
        PhiKind.BIRTH_DATE,
    ),
    PatternRule(
        re.compile(rf"{_LABEL}(?P<v>{_MONTH_ANY_CASE}[ ]{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?,?[ ]{{1,3}}\d{{2,4}})(?!\d)"),
        _DATE,
        0.99,
        PhiKind.BIRTH_DATE,
    ),
    PatternRule(re.compile(rf"{_LABEL}(?P<v>\d{{6,8}})(?!\d)"), _DATE, 0.95, PhiKind.BIRTH_DATE),
    PatternRule(
        re.compile(
            rf"{_NO_NUMBER_BEFORE}\d{{1,2}}[ ]?/[ ]?\d{{1,2}}[ ]?/[ ]?(?:(?:1[89]|20)\d\d|'?\d\d)(?![\d/]|\.\d)"
        ),
        _DATE,
        0.97,
        evidence=_plausible,
    ),
    PatternRule(
        re.compile(rf"{_NO_NUMBER_BEFORE}\d{{1,2}}-\d{{1,2}}-(?:(?:1[89]|20)\d\d|\d\d)(?![\d-])"),
        _DATE,
        0.95,
        evidence=_plausible,
    ),
    PatternRule(
        re.compile(rf"{_NO_NUMBER_BEFORE}\d{{1,2}}\.\d{{1,2}}\.(?:(?:1[89]|20)\d\d|\d\d)(?![\d]|\.\d)"),
        _DATE,
        0.9,
        evidence=_dotted,
    ),
    PatternRule(
        re.compile(rf"(?<![\d/.-])(?:1[89]|20)\d\d[ ]?[-/.][ ]?{_MONTH_NUMBER}[ ]?[-/.][ ]?{_DAY_NUMBER}(?![\d]|\.\d)"),
        _DATE,
        0.97,
    ),
    PatternRule(
        re.compile(
            r"(?<![\d/.A-Za-z-])(?:19[2-9]|20[0-3])\d(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![\dA-Za-z-])"
        ),
        _DATE,
        0.8,
    ),
    # "March 3, 2019", "Monday, March 3rd", "March 3-7, 2019", "March 3 - April 2, 2019"
    PatternRule(
        re.compile(
            rf"(?<![A-Za-z]){_WEEKDAY}{_MONTH_ANY_CASE}[ -]{{0,4}}{_DAY}(?:{_TO}(?:{_MONTH_ANY_CASE}{_S})?{_DAY})?"
            rf"(?:[ ]?,?{_OPTIONAL}(?:of[ ])?{_YEAR})?"
        ),
        _DATE,
        0.96,
        evidence=_no_verb,
    ),
    PatternRule(re.compile(rf"(?<![A-Za-z]){_MONTH_ANY_CASE}{_S}(?:the )?{_ORDINAL}(?:,?{_S}{_YEAR})?"), _DATE, 0.95),
    # "3rd of March 2019", "3-MAR-2019", "03MAR19", "3 to 7 March"
    PatternRule(
        re.compile(
            rf"(?<![\d/.,-]){_WEEKDAY}(?:{_DAY}{_TO})?(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?"
            rf"[ -]{{0,3}}(?:day )?(?:of )?{_MONTH_ANY_CASE}(?:[ ,/-]{{0,3}}(?:{_YEAR}|\d\d(?![\d:])))?"
        ),
        _DATE,
        0.95,
        evidence=_no_verb,
    ),
    PatternRule(
        re.compile(rf"(?<![A-Za-z]){_ORDINAL}{_S}(?:day )?of{_S}{_MONTH_ANY_CASE}(?:,?{_S}{_YEAR})?"), _DATE, 0.95
    ),
    # "March 2019", "Mar '19", "Mar/2019"
    PatternRule(
        re.compile(rf"(?<![A-Za-z]){_MONTH_ANY_CASE}(?:{_TO}{_MONTH_ANY_CASE})?[ ,/-]{{0,3}}(?:of )?{_YEAR}"),
        _DATE,
        0.95,
    ),
    # a month alone, behind a word that makes it one: "may" and "march" are verbs
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z])(?:in|since|last|until|till|by|early|mid|late|of|this|next|during|from|through|around|before|"
            rf"after|end of|beginning of)[ -]{{1,3}})(?P<v>{_MONTH})"
        ),
        _DATE,
        0.75,
    ),
    # "03/2019"
    PatternRule(
        re.compile(rf"{_NO_NUMBER_BEFORE}{_MONTH_NUMBER}[ ]?[/-][ ]?(?:19|20)\d\d(?![\d/]|-\d)"),
        _DATE,
        0.93,
        evidence=_no_edition,
    ),
    PatternRule(
        re.compile(
            rf"{_NO_NUMBER_BEFORE}(?<![A-Za-z]){_MONTH_NUMBER}/{_DAY_NUMBER}(?:/(?:\d{{4}}|\d\d))?[ ]?(?:-|to|through|thru)[ ]?{_MONTH_NUMBER}/{_DAY_NUMBER}(?:/(?:\d{{4}}|\d\d))?(?![\d/%A-Za-z]|\.\d)"
        ),
        _DATE,
        0.9,
        evidence=_range,
    ),
    PatternRule(
        re.compile(
            rf"{_NO_NUMBER_BEFORE}(?<![A-Za-z]){_MONTH_NUMBER}/{_DAY_NUMBER}(?:(?:,|;|,? and|,? &)[ ]{{1,2}}{_MONTH_NUMBER}/{_DAY_NUMBER}){{1,6}}(?![\d/%A-Za-z]|\.\d)"
        ),
        _DATE,
        0.85,
        evidence=_in_order,
    ),
    # "Timestamp 20190314"
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:timestamp|dated?|as of|on)[ ]?[:=]?[ ]?)"
            r"(?P<v>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\d.-])"
        ),
        _DATE,
        0.98,
    ),
    # "03/04", "3/4"
    PatternRule(
        re.compile(rf"{_NO_NUMBER_BEFORE}(?<![A-Za-z]){_MONTH_NUMBER}/{_DAY_NUMBER}(?![\d/%A-Za-z]|\.\d)"),
        _DATE,
        0.85,
        evidence=_two_numbers,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z])(?:on|dated|since|until)[ ])(?P<v>{_MONTH_NUMBER}-{_DAY_NUMBER})(?![\d/%A-Za-z-]|\.\d)"
        ),
        _DATE,
        0.7,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:on|by|until|since|from|of) the )(?P<v>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))"
            r"(?=[ ]?[.,;)]|[ ]?$|[ ](?:and|to|for|at|with|she|he|when|after|because|due|but|in the)\b)"
        ),
        _DATE,
        0.65,
    ),
    PatternRule(
        re.compile(
            r"(?<![A-Za-z])(?i:christmas(?: eve| day)?|thanksgiving(?: day)?|new year'?s?(?: eve| day)|easter(?: sunday)?|"
            r"fourth of july|july 4th|halloween|labor day|memorial day|valentine'?s day|mother'?s day|father'?s day|"
            r"independence day|veterans day|good friday|boxing day)(?![A-Za-z])"
        ),
        _DATE,
        0.6,
    ),
    PatternRule(
        re.compile(r"(?i:born in(?: the year)? )(?P<v>1[89]\d\d)(?!\d)"),
        _DATE,
        0.8,
        PhiKind.BIRTH_DATE,
        evidence=_old_enough,
    ),
)
