# ruff: noqa: E501 - a pattern is read best as one line
"""Ages of relatives: "Father d. 57 heart", "two daughters, 8 and 5", "her nephew, 55", "Kids Gwilym 14, Bluma 9"."""

import re
from typing import Final

from phi_detector.english.ages.numerals import NO_FRACTION, WORDS, age_behind
from phi_detector.english.ages.one_person import is_of_one_person

_KIN: Final = r"(?:mother|mum|mom|father|dad|brother|sister|bro|sis|aunt|uncle|son|daughter|wife|husband|twins?|kids?|child|children|grand(?:son|daughter|child|kids?|children)|nephew|niece|cousin|boy|girl|baby|partner|spouse|donor|minor|parent|sibling|grand(?:mother|father|ma|pa)|step(?:son|daughter)|toddler|infant|oldest|eldest|youngest|boyfriend|girlfriend|fianc[eé]e?|in-law)s?"
_HOUSEHOLD: Final = r"son|daughter|brother|sister|child|children|wife|husband|boy|girl|twins?|kids"
_PARENTS: Final = r"(?:mother|father|brother|sister|aunt|uncle|grandmother|grandfather|son|daughter|wife|husband)"
_DIED: Final = r"(?:d\.?|died|dec'?d|passed)(?:[ ](?:at|age|aged))?"
_BESIDE: Final = r"(?:[ ]?[,(:][ ]?(?i:age[sd]?[ ])?|[ ](?i:ages|aged)[ ])"
_SOMEBODYS: Final = r"(?:(?<='s )|(?<=his )|(?<=her )|(?<=their )|(?<=the )|(?<=a ))"
_NAME: Final = r"[ ][A-Z][a-z'-]{1,14},?[ ]?"
_STATE: Final = r"(?:living|alive(?:[ ]and[ ]well)?|a&w|deceased|dec'?d|died|d\.)[ ,]{1,2}(?:(?:at|age|aged)[ ])?"
_OF_PEDIGREE: Final = r"living|alive|died|d\.|dec\."
_TUMOUR: Final = (
    "breast|ovarian|ovary|colon|crc|prostate|endometrial|uterine|pancreatic|gastric|stomach|melanoma|lung|tnbc|dcis"
)
_FAMILY: Final = re.compile(
    r"(?i)(?<![a-z])(?:living|d\.|died|mother|father|sister|brother|aunt|uncle|grand\w+|[mp]g[mf]|fh|family|[mp]aternal|cousin)(?![a-z])"
)

_CHOICE: Final = re.compile(r"(?i)(?<![a-z])[abc][.)][ ]")


def _in_a_family(text: str, begin: int, end: int) -> float:
    """The age at which a relative fell ill: who it was stands before it."""
    return is_of_one_person(text, begin, end) if _FAMILY.search(text, max(0, begin - 120), begin) else 0.0


def _no_choice(text: str, begin: int, end: int) -> float:
    """Not the last answer of a question: "a. 12   b. 16   c. 18   d. 21"."""
    return 0.0 if _CHOICE.search(text, max(0, begin - 40), begin) else is_of_one_person(text, begin, end)


RULES: Final = (
    age_behind(
        rf"{_KIN}(?:[ ][A-Z][a-z]{{1,14}})?,?[ ]{_DIED}",
        "[ ]",
        r"\d{1,3}",
        r"(?![\d/%:]|\.\d|[ ](?i:years ago|yrs ago|weeks?|months?|days?))",
        0.75,
    ),
    age_behind(
        rf"{_PARENTS}(?: \w{{1,12}}){{0,4}} (?:at|died|deceased at|alive at|passed away at)",
        "[ ]",
        r"\d{2,3}",
        NO_FRACTION,
        0.75,
    ),
    age_behind(_KIN, _BESIDE, r"\d{1,2}", r"(?=(?:,[ ]\d{1,2})?,?[ ](?:and|&)[ ]\d{1,2}(?!\d))", 0.75, evidence=None),
    age_behind(
        _KIN, rf"{_BESIDE}\d{{1,2}},[ ]", r"\d{1,2}", r"(?=,?[ ](?:and|&)[ ]\d{1,2}(?!\d))", 0.75, evidence=None
    ),
    age_behind(
        _KIN, rf"{_BESIDE}(?:\d{{1,2}},[ ])?\d{{1,2}},?[ ](?:and|&)[ ]", r"\d{1,2}", NO_FRACTION, 0.75, evidence=None
    ),
    # "Mother 71, DM", "Dad: 68", "sister is 45 and well"
    age_behind(
        _KIN,
        r"(?:[ ]?[:-]|[ ](?:is|was|now|turned))?[ ]",
        r"[2-9]\d",
        r"(?=[ ]?[,;)]|\.(?!\d)|[ ](?:w/|with|has|had|alive|healthy|well|living|died|and|HTN|DM2?|CAD|MI|CVA)(?![A-Za-z])|$)",
        0.65,
    ),
    age_behind(_KIN, r"[ ][A-Z][a-z'-]{1,14},?[ ]\(?", r"[1-9]\d?", r"(?=[ ]?[,;.)][ \n]|[ ]and[ ])", 0.65),
    age_behind(_KIN, r"[ ]?[,(][ ]?", r"[1-9]\d?", r"(?=[ ]?[),;.])", 0.75, before=_SOMEBODYS),
    age_behind(
        _KIN, rf"{_NAME}\(?[1-9]\d?\)?,?(?:[ ](?:and|&))?{_NAME}\(?", r"[1-9]\d?", r"(?=[ ]?[,;.)]|[ ]and[ ])", 0.65
    ),
    age_behind(
        _KIN, rf"(?:{_NAME})?[ ,(]{{1,3}}{_STATE}", r"[1-9]\d", rf"{NO_FRACTION}(?=[ ]?[,;.)]|[ ]{{2}}|$)", 0.75
    ),
    # "FAMILY: Lior Katzenelson, 51, at home"
    age_behind(
        "family|sibs|siblings|children|kids|household",
        rf":(?:[ ][A-Z][\w'-]{{1,14}}){{0,2}}{_NAME}",
        r"[1-9]\d?",
        r"(?=[,;.)])",
        0.7,
    ),
    # "twins, 5 months"
    age_behind(_KIN, ",[ ]", r"\d{1,2}", r"(?=[ ](?:months?|mos?|weeks?|wks?|days)[,;.)])", 0.7),
    # pedigrees: "living 74    breast 66; BSO", "d. 49"
    age_behind(
        _OF_PEDIGREE,
        "[ ]{1,2}(?:age[ ])?",
        r"[1-9]\d?",
        r"(?=[ ]{2}|[,;.]?[ ]?\n|[,;])",
        0.75,
        evidence=_no_choice,
        before="(?<=[ ]{2})",
    ),
    age_behind(
        _TUMOUR, "[ ](?:(?:ca|cancer|dx|at)[ ])?", r"[1-9]\d", r"(?=[;,)]|[ ]?\n|[ ][*])", 0.65, evidence=_in_a_family
    ),
    age_behind(_HOUSEHOLD, _BESIDE, rf"\d{{1,3}}|{WORDS}", r"(?=[ ]?[),;.]| and )", 0.75),
)
