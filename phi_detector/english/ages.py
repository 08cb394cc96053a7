# ruff: noqa: E501 - a pattern is read best as one line
"""Ages: the number alone, as DetectPHI answers ("48" of "48-year-old"). Durations are none: "for 5 years"."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.pattern_rule import PatternRule

_ONES: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS: Final = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_TEENS: Final = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_WORDS: Final = rf"(?i:(?:one hundred(?: and)?(?:[ -]{_ONES})?|{_TENS}(?:[ -]?{_ONES})?|{_TEENS}|{_ONES}))"
_FEW: Final = r"(?<![\d.,/$-])\d{1,3}"
_NUMBER: Final = rf"(?P<v>{_FEW}(?:[ ]?\d/\d|\.\d)?|(?<![A-Za-z]){_WORDS})"
_UNIT: Final = r"(?:years?|yrs?|months?|mos?|mths?|weeks?|wks?|days?|hours?|y)"
_PERSON: Final = (
    r"(?:male|female|man|woman|gentleman|lady|boy|girl|patient|pt|infant|child|teenager|m|f|wm|wf|bm|bf|hm|hf|"
    r"(?:white|black|caucasian|african|hispanic|asian|latin[oa]|right|left|pleasant|obese|healthy|married|single)[ -])"
)
_AGE = PhiType.AGE


def is_of_one_person(text: str, begin: int, end: int) -> float:
    """An age that people can have, of one person: the median age of a cohort is nobody's."""
    digits = text[begin:end]
    if _COHORT_BEFORE.search(text[max(0, begin - 36) : begin]) or _RANGE_BEHIND.match(text[end : end + 16]):
        return 0.0
    if _RULE_BEHIND.match(text, end):
        return 0.0
    return 1.0 if not digits.isdigit() or int(digits) <= 125 else 0.0


_COHORT_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:median|mean|average|adults|participants|patients|women|men|persons|individuals|subjects|ages|cohort|eligible|screening|(?:if|children|infants|babies|kids|those|anyone|people)(?: (?:is|are|aged?))? (?:under|over|older|younger))[a-z ,]{0,24}[(:=]?[ ]?$"
)
_RULE_BEHIND = re.compile(
    r"(?i)[ -]{0,2}(?:years?|y)?[ -]{0,2}(?:old|of age)?[ -]{0,2}(?:(?:and|or|&) (?:older|over|above|under|younger|up)|subgroup|cohort|stratum|group)(?![a-z])"
)
_RANGE_BEHIND = re.compile(r"[ ]?(?:-|to|and|±|\+/-)[ ]?\d{1,3}(?:[ ](?:years|months|weeks|days)|[ ]?[),.;]|[ ]?$)")


RULES = (
    PatternRule(re.compile(r"(?<=[A-Za-z] )(?P<v>[1-9]\d)[mf](?=[ ]{2})"), _AGE, 0.7),
    PatternRule(re.compile(r"(?:(?<=[ ]{2})|(?<=, )|(?<=^)|(?<=\n))(?P<v>[1-9]\d)[mf](?=[ ,]|$)"), _AGE, 0.7),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:now|is|was|at|aged?|just|almost|nearly)[ ])(?P<v>\d{1,2})(?=[ ](?i:months?|weeks?|wks?)(?:[ ](?i:and)\b|[ ]?[.,;)]))"
        ),
        _AGE,
        0.7,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:he's|she's|he is|she is|who is|i am|i'm|is only|turns|turned|turning|turn|when (?:he|she|i) was)[ ])(?P<v>\d{1,3})(?=[ ](?i:and|now|but|so|years|with)\b|[ ]?[.,;!]|$)"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(rf"{_NUMBER}[ -]{{0,3}}(?i:{_UNIT})\.?[ -]{{0,3}}(?i:old|of[ ]age)(?![a-z])"),
        _AGE,
        0.98,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(rf"{_NUMBER}[ -]{{0,3}}(?i:y[./]{{0,2}}[ ]?/?o|yr[./]?[ ]?o|y[.]o|yow?[mf]?)(?![a-z])\.?"),
        _AGE,
        0.96,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(rf"{_NUMBER}[ -]{{1,3}}(?i:year|yr|month|mo|week|wk|day)s?[ -]{{1,3}}(?i:{_PERSON})(?![a-z])"),
        _AGE,
        0.9,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"[a-z][ ]?\((?P<v>[1-9]\d?|1[01]\d)(?=,[ ][a-zA-Z]|\)[ ](?:is|was|has|who|and|lives|with)|[ ]?[MF]\b)"
        ),
        _AGE,
        0.7,
    ),
    PatternRule(
        re.compile(
            r"(?<![\w.,/-])(?P<v>[1-9]\d?|1[01]\d)[ ]?(?:y|yr|yrs)[ ](?:[MF](?![A-Za-z])|(?:fe)?male|man|woman)"
        ),
        _AGE,
        0.95,
    ),
    PatternRule(
        re.compile(
            r"(?:(?<=\bis )|(?<=\bwas )|(?<=[a-z], ))(?P<v>[1-9]\d)(?=,[ ](?:widow|marri|singl|divorc|separat|retire|lives|healthy|alive|deceas|with|was|is|has|who|and|a |an |the |works|disabled|unemployed|right|left))"
        ),
        _AGE,
        0.8,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z])(?:aged?(?:[ ]of)?|age[ ]?(?:\(y\)|\(years\)|at (?:death|onset|diagnosis|visit|exam))?|ages))[ ]{{0,3}}"
            rf"[:=|#>~<,]{{0,2}}[ ]{{0,6}}(?i:(?:is|was|about|approximately|over|under|around|nearly|almost)[ ])?(?P<v>\d{{1,3}}|{_WORDS})(?![\d/%]|\.\d|[ ]?(?i:mg|kg|cm|-year history))"
        ),
        _AGE,
        0.93,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(r"(?i:age[ ]?/[ ]?(?:sex|gender)[ :|]{1,4})(?P<v>\d{1,3})(?!\d)"),
        _AGE,
        0.98,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(r"(?i:(?:sex|gender)[ ]?/[ ]?age[ :|]{1,4}[mf][ /|]{1,3})(?P<v>\d{1,3})(?!\d)"),
        _AGE,
        0.98,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"(?<![\w.,/-])(?P<v>[1-9]\d?|1[01]\d)[ ]?[ /|-]?[ ]?(?:[MF]|YM|YF|y[MF]|yM|yF|[MF]/[MF])(?![A-Za-z0-9'-]|\.\d)"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(r"(?<![A-Za-z])[MF][ ]?/[ ]?(?P<v>\d{1,3})(?![\d/])"), _AGE, 0.85, evidence=is_of_one_person
    ),
    PatternRule(
        re.compile(
            r"(?i:(?:turned|turning|is now|celebrated (?:her|his|their)) )(?P<v>\d{1,3})(?![\d/%:]|\.\d)(?=[ ]?[.,;!]|[ ](?:in|on|last|this|years|and)|$)"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    PatternRule(re.compile(r"(?P<v>(?<![\d.])\d{1,3}(?:st|nd|rd|th))[ ](?i:birthday)"), _AGE, 0.9),
    PatternRule(re.compile(r"(?i:(?:in|into) (?:his|her|their) (?:early |mid |late |mid-)?)(?P<v>\d0'?s)"), _AGE, 0.7),
    PatternRule(
        re.compile(
            r"(?i:(?:over|above|older than|greater than|>)[ ]?(?:the age of )?)(?P<v>9\d|1[01]\d)(?=[ ](?i:years|yrs|y))"
        ),
        _AGE,
        0.8,
    ),
    PatternRule(
        re.compile(
            r"\|[ ]{0,6}(?P<v>\d{1,3})[ ]{0,6}(?=\|[ ]{0,4}(?:[MF]|Male|Female|MALE|FEMALE)[ ]{0,4}(?:\||$|\n))"
        ),
        _AGE,
        0.85,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"\|[ ]{0,4}(?:[MF]|Male|Female|MALE|FEMALE)[ ]{0,4}\|[ ]{0,6}(?P<v>\d{1,3})(?=[ ]{0,6}(?:\||$|\n))"
        ),
        _AGE,
        0.85,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?:son|daughter|brother|sister|child|children|wife|husband|boy|girl|twins?|kids)[ ]?[,(][ ]?(?:aged? )?)(?P<v>\d{{1,3}}|{_WORDS})(?=[ ]?[),;.]| and )"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?:mother|father|brother|sister|aunt|uncle|grandmother|grandfather|son|daughter|wife|husband)(?: \w{1,12}){0,4} (?:at|died|deceased at|alive at|passed away at) )(?P<v>\d{2,3})(?![\d/%:]|\.\d)"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
)
