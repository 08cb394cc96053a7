"""Ages that say that they are: "48-year-old", "48 y/o", "age 48", "48th birthday"."""

from typing import Final

from phi_detector.english.ages.numerals import WORDS, age, age_ahead_of, age_behind

_UNIT: Final = r"(?i:years?|yrs?|months?|mos?|mths?|weeks?|wks?|days?|hours?|y)"
_UNIT_OF_PERSON: Final = r"(?i:year|yr|month|mo|week|wk|day)s?"
_PERSON: Final = (
    r"(?i:male|female|man|woman|gentleman|lady|boy|girl|patient|pt|infant|child|teenager|m|f|wm|wf|bm|bf|hm|hf|"
    r"(?:white|black|caucasian|african|hispanic|asian|latin[oa]|right|left|pleasant|obese|healthy|married|single)[ -])"
)
_LABEL: Final = r"aged?(?:[ ]of)?|age[ ]?(?:\((?:y|yrs?|years)\)|(?:at|on|when) [a-z]{2,12})?|ages"
_BEHIND_LABEL: Final = r"[ ]{0,3}[:=|#>~<,]{0,2}[ ]{0,6}(?i:(?:is|was|about|approximately|around|nearly|almost)[ ])?"
_VERY_OLD: Final = r"9\d|1[01]\d"
_YEARS_BEHIND: Final = r"(?=[ ](?i:years|yrs|y))"

RULES: Final = (
    *age_ahead_of(rf"[ -]{{0,3}}{_UNIT}\.?[ -]{{0,3}}(?i:old|of[ ]age)(?![a-z])", 0.98),
    *age_ahead_of(r"[ -]{0,3}(?i:y[./-]{0,2}[ ]?/?o|yr[./]?[ ]?o|y[.]o|yow?[mf]?)(?![a-z])\.?", 0.96),
    # "4-month male", "62 year obese woman"
    *age_ahead_of(rf"[ -]{{1,3}}{_UNIT_OF_PERSON}[ -]{{1,3}}{_PERSON}(?![a-z])", 0.9),
    age_behind(_LABEL, _BEHIND_LABEL, rf"\d{{1,3}}|{WORDS}", r"(?![\d/%]|\.\d|[ ]?(?i:mg|kg|cm|-year history))", 0.93),
    age_behind(r"age[ ]?/[ ]?(?:sex|gender)", r"[ :|]{1,4}", r"\d{1,3}", r"(?!\d)", 0.98),
    age_behind(r"(?:sex|gender)[ ]?/[ ]?age[ :|]{1,4}[mf]", r"[ /|]{1,3}", r"\d{1,3}", r"(?!\d)", 0.98),
    age("", r"\d(?<![\d.]\d)\d{0,2}(?:st|nd|rd|th)", r"[ ](?i:birthday)", 0.9),
    # "born October 15, 2017, 3 years"
    age_behind(
        r"born[ ][^.;\n]{4,24}(?:19|20)\d\d",
        r",?[ ]\(?",
        r"\d{1,3}",
        r"(?=[ ](?i:years|yrs|months|mos|weeks|wks|y\b))",
        0.85,
    ),
    # children: "2y 3m", "18mo F"
    age(
        "",
        r"\d(?<![\w.,/$-]\d)\d?",
        r"(?=y[ ]?\d{1,2}mo?(?![a-z]))",
        0.85,
    ),
    age("", r"\d(?<![\w.,/$-]\d)\d?", r"(?=[ ]?(?:mo|mos|wk|wks)[ ]?(?:[MF](?![A-Za-z])|(?:fe)?male))", 0.85),
    # columns: "Szeto, Hyun-ah     62 y     074 931"; DICOM's age string (PS3.5 6.2): "AS 065Y"
    age("", r"[1-9](?<=[ ]{2}\d)\d{0,2}", r"(?=[ ]?[yY](?:[ ]{2}|[ ]?\n))", 0.8),
    age(r"AS[ ]{1,4}\[?0", r"[1-9]\d", r"(?=Y(?!\w))", 0.8),
    # over 89: 164.514(b)(2)(i)(C)
    age_behind("over|above|older than|greater than", "[ ]?(?:the age of )?", _VERY_OLD, _YEARS_BEHIND, 0.8),
    age(">[ ]?", _VERY_OLD, _YEARS_BEHIND, 0.8),
)
