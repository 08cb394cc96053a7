"""Dates that name their month: "March 3, 2019", "3rd of March", "03MAR19", "since March"."""

import re
from typing import Final

from phi_detector.english.dates.calendar_words import MONTH, MONTH_ANY_CASE, TO, YEAR, date, date_behind

_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?(?![\d:A-Za-z])"
_ORDINAL: Final = (
    r"(?:twenty[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty[- ]first|thirtieth|twentieth|"
    r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth)"
)
_S: Final = r"[ ]{1,4}"
_WEEKDAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\.?,?[ ]{1,3}"
)
_BEFORE_MONTH: Final = (
    "in|since|last|until|till|by|early|mid|late|of|this|next|during|"
    "from|through|around|before|after|end of|beginning of"
)
_DAY_OF_MONTH: Final = (
    rf"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?"
    rf"[ -]{{0,3}}(?:day )?(?:of )?{MONTH_ANY_CASE}(?:[ ,/-]{{0,3}}(?:{YEAR}|\d\d(?![\d:])))?"
)
_VERB: Final = re.compile(r"(?<![A-Za-z])may(?![a-z])")
_VERB_BEHIND: Final = re.compile(r"[ ][a-z]|[ ]Concern")


def _no_verb(text: str, begin: int, end: int) -> float:
    """Small letters make a verb of May; SEP-1 is a measure of sepsis care."""
    value = text[begin:end]
    return 0.0 if value == "SEP-1" or (_VERB.search(value) and _VERB_BEHIND.match(text, end)) else 1.0


RULES: Final = (
    # "March 3, 2019", "Monday, March 3rd", "March 3-7, 2019", "March 3 - April 2, 2019"
    date_behind(
        rf"(?:{_WEEKDAY})?{MONTH}",
        rf"[ -]{{0,4}}{_DAY}(?:{TO}(?:{MONTH_ANY_CASE}{_S})?{_DAY})?(?:[ ]?,?[ ]{{0,3}}(?:of[ ])?{YEAR})?",
        0.96,
        _no_verb,
    ),
    date_behind(MONTH, rf"{_S}(?:the )?(?i:{_ORDINAL})(?:,?{_S}{YEAR})?", 0.95),
    # "3rd of March 2019", "3-MAR-2019", "03MAR19", "3 to 7 March"
    date(rf"(?=\d)(?<![\d/.,-])(?:{_DAY}{TO})?{_DAY_OF_MONTH}", 0.95, _no_verb),
    date_behind(_WEEKDAY, rf"(?:{_DAY}{TO})?{_DAY_OF_MONTH}", 0.95, _no_verb),
    date_behind(_ORDINAL, rf"{_S}(?:day )?of{_S}{MONTH_ANY_CASE}(?:,?{_S}{YEAR})?", 0.95),
    # "March 2019", "Mar '19", "Mar/2019"
    date_behind(MONTH, rf"(?:{TO}{MONTH_ANY_CASE})?[ ,/-]{{0,3}}(?:of )?{YEAR}", 0.95),
    # a month alone, behind a word that makes it one: "may" and "march" are verbs
    date_behind(_BEFORE_MONTH, rf"[ -]{{1,3}}(?P<v>{MONTH})", 0.75),
)
