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
    if _OF_NOBODY_BEFORE.search(text[max(0, begin - 28) : begin]):
        return 0.0
    if _COHORT_BEFORE.search(text[max(0, begin - 36) : begin]) or _RANGE_BEHIND.match(text[end : end + 16]):
        return 0.0
    if _RULE_BEHIND.match(text, end):
        return 0.0
    return 1.0 if not digits.isdigit() or int(digits) <= 125 else 0.0


# "varchar(18)", "for 38 yrs", "OBX|5|", "in 14 days"; temperatures, sizes
_OF_NOBODY_BEFORE = re.compile(
    r"(?i)(?:[a-z]\(|(?<![a-z])(?:for|married|past|last|within|every|each|temp(?:erature)?|sats?|score|meld|phq-?9|t =|fridge|freezer|cooler \d reads)[ ]?[:=]?[ ]?|(?-i:[A-Z][A-Z0-9]{2})\|)$"
)


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


_LARGEST_CATHETER: Final = 24  # French
_SCALE_BEFORE = re.compile(
    r"(?i)(?:under|over|above|below|cold|hot|heat|temp(?:erature|s)?|thermostat|reads?|reading|water|fridge|freezer|least|degrees|log|T|ambient|outside|flying|none|pack|meals)[ ,:=(]{0,3}$"
)
_SCALE_BEHIND = re.compile(
    r"[ ]?F(?:/U|[ ](?:for|and|max|min|or|water|ambient)|;[ ]?(?:HACCP|reheat)|[.,][ ]?(?:Temp|you can|EPCR|Trays|Test))|[ ]?M/(?:S|\d)"
)
_LIST_BEHIND = re.compile(r"[ ]?[MF][ ](?:\d|[A-Z]\.)|[ ][MF][),]")
_CATHETER_BEFORE = re.compile(
    r"(?i)(?:radial|femoral|cfa|sheath|jl\d?[\d.]*,?|jr\d?|laser|angio-?seal|access|foley|catheter|french|glide\w*|tube|drain|stent|x)[ ,:x]{0,3}(?:jr4[ ])?$"
)
_CATHETER_BEHIND = re.compile(
    r"(?i)[ ]?F(?:r)?[ ](?:glide|sheath|slender|lot|foley|cath|pig|guid|laser|angio|introducer|multi|jl|jr|ebu|micropunct|terumo|dilat)|[ ]?F,[ ](?:angio|sheath|closed|al)"
)
_AGE_AND_SEX_BEFORE = re.compile(r"(?:\d{1,3}|\?)[yY]?[ ]?[|/][ ]?[MF][ ]?[|/][ ]{0,4}$|\d[ ]?[MF][ ]?/[ ]?$")
_QUANTITY_BEHIND = re.compile(r"[ ]?(?i:kg|cm|mg|lb|mo(?![a-z])|m(?![a-z]))")
_COHORT_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:median|mean|average|adults|participants|patients|women|men|persons|individuals|subjects|ages|cohort|eligible|screening|(?:if|children|infants|babies|kids|those|anyone|people)(?: (?:is|are|aged?))? (?:under|over|older|younger))[a-z ,]{0,24}[(:=]?[ ]?$"
)
_RULE_BEHIND = re.compile(
    r"(?i)[ -]{0,2}(?:years?|y)?[ -]{0,2}(?:old|of age)?[ -]{0,2}(?:\+|(?:and|or|&) (?:more|older|over|above|under|younger|up)|subgroup|cohort|stratum|group)(?![a-z])"
)
_RANGE_BEHIND = re.compile(r"[ ]?(?:-|to|and|±|\+/-)[ ]?\d{1,3}(?:[ ](?:years|months|weeks|days)|[ ]?[),.;]|[ ]?$)")


_KIN: Final = r"(?:mother|mum|mom|father|dad|brother|sister|bro|sis|aunt|uncle|son|daughter|wife|husband|twins?|kids?|child|children|grand(?:son|daughter|child|kids?|children)|nephew|niece|cousin|boy|girl|baby|partner|spouse|donor|minor)s?"

RULES = (
    # "donor (M, 58", "ENTRY  F 72 SICK", "M 60 y": the sex before the age
    PatternRule(
        re.compile(
            r"(?:(?<=\()|(?<=[ ]{2})|(?<=, )|(?<=\n))[MF],?[ ](?P<v>[1-9]\d?|10\d)(?=[ ]?[,;)]|[ ](?:[A-Z]{3}|y(?:rs?|o)?(?![a-z]))|[ ]{2})"
        ),
        _AGE,
        0.6,
        evidence=_behind_sex,
    ),
    # "IMTIAZ RAO     M   60y": columns
    PatternRule(re.compile(r"(?<=[ ]{2})[MF][ ]{2,6}(?P<v>[1-9]\d?|10\d)[ ]?y(?![a-z])"), _AGE, 0.85),
    # "Father d. 57 heart", "two daughters, 8 and 5", "the grandkids (7 and 9)"
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z]){_KIN}(?:[ ][A-Z][a-z]{{1,14}})?,?[ ](?:d\.?|died|dec'?d|passed)(?:[ ](?:at|age|aged))?[ ])(?P<v>\d{{1,3}})(?![\d/%:]|\.\d|[ ](?i:years ago|yrs ago|weeks?|months?|days?))"
        ),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z]){_KIN}[ ]?[,(][ ]?(?:aged?[ ])?)(?P<v>\d{{1,2}})(?=(?:,[ ]\d{{1,2}})?,?[ ](?:and|&)[ ]\d{{1,2}}(?!\d))"
        ),
        _AGE,
        0.75,
    ),
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z]){_KIN}[ ]?[,(][ ]?(?:aged?[ ])?\d{{1,2}},?[ ](?:and|&)[ ])(?P<v>\d{{1,2}})(?![\d/%:]|\.\d)"
        ),
        _AGE,
        0.75,
    ),
    # "Kids Gwilym 14, Bluma 9", "her nephew, 55"
    PatternRule(
        re.compile(
            rf"(?i:(?<![a-z]){_KIN}[ ])[A-Z][a-z'-]{{1,14}},?[ ]\(?(?P<v>[1-9]\d?)(?=[ ]?[,;.)][ \n]|[ ]and[ ])"
        ),
        _AGE,
        0.65,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(rf"(?i:(?:'s|his|her|their|the|a)[ ]{_KIN}[ ]?[,(][ ]?)(?P<v>[1-9]\d?)(?=[ ]?[),;.])"),
        _AGE,
        0.75,
        evidence=is_of_one_person,
    ),
    # "First drink at 14 behind", "left home at 16,"
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:first|started|began|quit|pregnant|married|divorced|orphaned|arrested|adopted|menarche|menopause|left (?:home|school)|dropped out|graduated|retired|enlisted|emigrated|immigrated)[ a-z]{0,24}[ ]at[ ])(?P<v>[1-9]\d)(?=[ ]?[,.;)](?!\d)|[ ](?!am|pm|h\b|hrs|hours|weeks|wks|months|days|mg|ml|units|percent|o'clock|mph|min)[a-z])"
        ),
        _AGE,
        0.65,
        evidence=is_of_one_person,
    ),
    # "born October 15, 2017, 3 years"
    PatternRule(
        re.compile(
            r"(?i:born[ ][^.;\n]{4,24}(?:19|20)\d\d,?[ ]\(?)(?P<v>\d{1,3})(?=[ ](?i:years|yrs|months|mos|weeks|wks|y\b))"
        ),
        _AGE,
        0.85,
    ),
    # "ages 16 to 44": both ends
    PatternRule(
        re.compile(
            r"(?i:(?:smok\w*|drank|drink\w*|used|abuse|worked|lived|married|foster|care)[^.\n]{0,16}ages? )(?P<v>\d{1,2})(?=[ ]?(?:to|-)[ ]?\d{1,2}(?!\d))"
        ),
        _AGE,
        0.7,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?:smok\w*|drank|drink\w*|used|abuse|worked|lived|married|foster|care)[^.\n]{0,16}ages? \d{1,2}[ ]?(?:to|-)[ ]?)(?P<v>\d{1,2})(?!\d)"
        ),
        _AGE,
        0.7,
    ),
    PatternRule(re.compile(r"(?<=[A-Za-z] )(?P<v>[1-9]\d)[mf](?=[ ]{2})"), _AGE, 0.7),
    PatternRule(
        re.compile(r"(?:(?<=[ ]{2})|(?<=, )|(?<=^)|(?<=\n))(?P<v>[1-9]\d)[mf](?=[ ,]{1,2}[A-Za-z]|,$)"), _AGE, 0.7
    ),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:now|is|was|aged?|just|almost|nearly|(?:walked|crawled|sat|talked|spoke|smiled|weaned|seen|diagnosed|adopted|operated|he|she)[a-z ]{0,12} at)[ ])(?P<v>\d{1,2})(?=[ ](?i:months?|weeks?|wks?)(?:[ ](?i:and)\b|[ ]?[.,;)]))"
        ),
        _AGE,
        0.7,
        evidence=is_of_one_person,
    ),
    PatternRule(
        re.compile(
            r"(?i:(?<![a-z])(?:he's|she's|he is|she is|who is|i am|i'm|is only|turns|turned|turning|turn|when (?:he|she|i) was)[ ])(?P<v>\d{1,3})(?!\.\d)(?=[ ](?i:and|now|but|so|years|with)\b|[ ]?[.,;!]|$)"
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
        evidence=_of_a_person,
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
            rf"[:=|#>~<,]{{0,2}}[ ]{{0,6}}(?i:(?:is|was|about|approximately|around|nearly|almost)[ ])?(?P<v>\d{{1,3}}|{_WORDS})(?![\d/%]|\.\d|[ ]?(?i:mg|kg|cm|-year history))"
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
        evidence=_of_a_person,
    ),
    PatternRule(
        re.compile(r"(?<![A-Za-z])[MF][ ]?/[ ]?(?P<v>\d{1,3})(?![\d/]|\.\d)"), _AGE, 0.85, evidence=_behind_sex
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
        evidence=_behind_sex,
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
