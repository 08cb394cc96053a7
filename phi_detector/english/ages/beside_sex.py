# ruff: noqa: E501 - a pattern is read best as one line
"""Ages beside the sex: "72F", "F/72", "|41|M|", "M   60y". Temperatures, catheters and triage categories are none."""

import re
from typing import Final

from phi_detector.english.ages.numerals import age
from phi_detector.english.ages.one_person import is_of_one_person

_LARGEST_CATHETER: Final = 24  # French
_SCALE_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:under|over|above|below|cold|hot|heat|temp(?:erature|s)?|thermostat|reads?|reading|water|fridge|freezer|least|degrees|log|(?-i:(?<![A-Za-z] )T)|ambient|outside|flying|none|pack|meals)[ ,:=(]{0,3}$"
)
_SCALE_BEHIND = re.compile(
    r"[ ]?F(?:/U|[ ](?:for|and|max|min|or|water|ambient)|;[ ]?(?:HACCP|reheat)|[.,][ ]?(?:Temp|you can|EPCR|Trays|Test))|[ ]?M/(?:S|mL|\d)"
)
_LIST_BEHIND = re.compile(r"[ ]?[MF][ ](?:\d|[A-Z]\.)|[ ][MF][),]")
_CATHETER_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:radial|femoral|cfa|sheath|jl\d?[\d.]*,?|jr\d?|laser|angio-?seal|access|foley|catheter|french|glide\w*|tube|drain|stent|x)[ ,:x]{0,3}(?:jr4[ ])?$"
)
_CATHETER_BEHIND = re.compile(
    r"(?i)[ ]?F(?:r)?[ ](?:glide|sheath|slender|lot|foley|cath|pig|guid|laser|angio|introducer|multi|jl|jr|ebu|micropunct|terumo|dilat)|[ ]?F,[ ](?:angio|sheath|closed|al)"
)
_AGE_AND_SEX_BEFORE = re.compile(r"(?:\d{1,3}|\?)[yY]?[ ]?[|/][ ]?[MF][ ]?[|/][ ]{0,4}$|\d[ ]?[MF][ ]?/[ ]?$")
_QUANTITY_BEHIND = re.compile(r"[ ]?(?i:kg|cm|mg|lb|mo(?![a-z])|m(?![a-z]))")


def _of_a_person(text: str, begin: int, end: int) -> float:
    """A number with M or F behind it: no temperature, no catheter, no sheet of paper, not the maker 3M."""
    value, behind = text[begin:end], text[end : end + 24]
    before = text[max(0, begin - 28) : begin]
    if _SCALE_BEFORE.search(before) or _SCALE_BEHIND.match(behind):
        return 0.0
    if len(value) == 1 and ((value == "3" and behind.startswith("M ")) or _LIST_BEHIND.match(behind)):
        return 0.0
    if int(value) <= _LARGEST_CATHETER and (_CATHETER_BEFORE.search(before) or _CATHETER_BEHIND.match(behind)):
        return 0.0
    return is_of_one_person(text, begin, end)


def _behind_sex(text: str, begin: int, end: int) -> float:
    """Behind the sex stands the age, unless it stands before it already: "|41|M|4|" is a triage category."""
    if _AGE_AND_SEX_BEFORE.search(text[max(0, begin - 14) : begin]):
        return 0.0
    if _QUANTITY_BEHIND.match(text, end):
        return 0.0
    return is_of_one_person(text, begin, end)


_YEARS: Final = r"[1-9]\d?|10\d"
_MORE_YEARS: Final = r"[1-9]\d?|1[01]\d"
_NEW_NUMBER: Final = r"[1-9](?<![\w.,/$¥€£-]\d)(?:\d?|(?<=1)[01]\d)"
_SEX: Final = r"(?:[MF]|Male|Female|MALE|FEMALE)"

RULES: Final = (
    age(
        "",
        _NEW_NUMBER,
        r"[ ]?[ /|-]?[ ]?(?:[MF]|YM|YF|y[MF]|yM|yF|[MF]/[MF]|AA[MF]|W[MF]|[HB]F)(?![A-Za-z0-9'-]|\.\d|\.[ ]?[A-Z]\.)",
        0.75,
        _of_a_person,
    ),
    age(
        "",
        _NEW_NUMBER,
        r"[ ]?(?i:y|yr|yrs)[ ]{1,3}(?:[MF](?![A-Za-z])|(?i:(?:fe)?male|man|woman))",
        0.95,
    ),
    # "49, female, works"
    age("", _NEW_NUMBER, r",?[ ]{1,3}(?i:(?:fe)?male)(?=[,;.)]|[ ](?:in|with|who|s/p|presents)(?![a-z])|[ ]{2})", 0.8),
    age(r"(?<![A-Za-z])[MF][ ]?/[ ]?", r"\d{1,3}", r"(?![\d/]|\.\d)", 0.85, _behind_sex),
    # "donor (M, 58", "ENTRY  F 72 SICK", "M 60 y"
    age(
        r"(?:(?<=\()|(?<=[ ]{2})|(?<=, )|(?<=\n))[MF],?[ ]",
        _YEARS,
        r"(?=[ ]?[,;)]|[ ](?:[A-Z]{3}|y(?:rs?|o)?(?![a-z]))|[ ]{2})",
        0.6,
        _behind_sex,
    ),
    # columns: "IMTIAZ RAO     M   60y"
    age(r"(?<=[ ]{2})[MF][ ]{2,6}", _YEARS, r"[ ]?y(?![a-z])", 0.85),
    age(r"(?<=[A-Za-z] )", r"[1-9]\d", r"[mf](?=[ ]{2})", 0.7),
    age("", r"[1-9](?:(?<=[ ]{2}\d)|(?<=, \d)|(?<=^\d)|(?<=\n\d))\d", r"[mf](?=[ ,]{1,2}[A-Za-z]|,$)", 0.7),
    age(r"\|[ ]{0,6}", r"\d{1,3}", rf"[ ]{{0,6}}(?=\|[ ]{{0,4}}{_SEX}[ ]{{0,4}}(?:\||$|\n))", 0.85),
    age(rf"\|[ ]{{0,4}}{_SEX}[ ]{{0,4}}\|[ ]{{0,6}}", r"\d{1,3}", r"(?=[ ]{0,6}(?:\||$|\n))", 0.85, _behind_sex),
    # "Reyes (34, lives alone", "Reyes (34 M"
    age(
        r"[a-z][ ]?\(",
        _MORE_YEARS,
        r"(?=,[ ][a-zA-Z]|\)[ ](?:is|was|has|who|and|lives|with)|[ ]?[MF]\b)",
        0.7,
        _of_a_person,
    ),
)
