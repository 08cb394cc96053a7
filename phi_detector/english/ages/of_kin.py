# ruff: noqa: E501 - a pattern is read best as one line
"""Ages of relatives: "Father d. 57 heart", "two daughters, 8 and 5", "her nephew, 55", "Kids Gwilym 14, Bluma 9"."""

from typing import Final

from phi_detector.english.ages.numerals import NO_FRACTION, WORDS, age_behind

_KIN: Final = r"(?:mother|mum|mom|father|dad|brother|sister|bro|sis|aunt|uncle|son|daughter|wife|husband|twins?|kids?|child|children|grand(?:son|daughter|child|kids?|children)|nephew|niece|cousin|boy|girl|baby|partner|spouse|donor|minor)s?"
_HOUSEHOLD: Final = r"son|daughter|brother|sister|child|children|wife|husband|boy|girl|twins?|kids"
_PARENTS: Final = r"(?:mother|father|brother|sister|aunt|uncle|grandmother|grandfather|son|daughter|wife|husband)"
_DIED: Final = r"(?:d\.?|died|dec'?d|passed)(?:[ ](?:at|age|aged))?"
_BESIDE: Final = r"[ ]?[,(][ ]?(?i:aged?[ ])?"
_SOMEBODYS: Final = r"(?:(?<='s )|(?<=his )|(?<=her )|(?<=their )|(?<=the )|(?<=a ))"

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
    age_behind(_KIN, rf"{_BESIDE}\d{{1,2}},?[ ](?:and|&)[ ]", r"\d{1,2}", NO_FRACTION, 0.75, evidence=None),
    age_behind(_KIN, r"[ ][A-Z][a-z'-]{1,14},?[ ]\(?", r"[1-9]\d?", r"(?=[ ]?[,;.)][ \n]|[ ]and[ ])", 0.65),
    age_behind(_KIN, r"[ ]?[,(][ ]?", r"[1-9]\d?", r"(?=[ ]?[),;.])", 0.75, before=_SOMEBODYS),
    age_behind(_HOUSEHOLD, _BESIDE, rf"\d{{1,3}}|{WORDS}", r"(?=[ ]?[),;.]| and )", 0.75),
)
