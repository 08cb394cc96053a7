# ruff: noqa: E501 - a pattern is read best as one line
"""Ages that sentences tell: "she's 32 and", "turned 80", "left home at 16", "smoked, ages 16 to 44"."""

from typing import Final

from phi_detector.english.ages.numerals import NO_FRACTION, age, age_behind

_SPEAKS_OF: Final = r"he's|she's|he is|she is|who is|i am|i'm|is only|turns|turned|turning|turn|when (?:he|she|i) was"
_MILESTONE: Final = (
    r"(?:walked|crawled|sat|talked|spoke|smiled|weaned|seen|diagnosed|adopted|operated|he|she)[a-z ]{0,12} at"
)
_EVENT: Final = (
    r"first|started|began|quit|pregnant|married|divorced|orphaned|arrested|adopted|menarche|menopause|left (?:home|school)|"
    r"dropped out|graduated|retired|enlisted|emigrated|immigrated"
)
_CLOCK_OR_MEASURE: Final = r"am|pm|h\b|hrs|hours|weeks|wks|months|days|mg|ml|units|percent|o'clock|mph|min"
_STATUS: Final = (
    r"widow|marri|singl|divorc|separat|retire|lives|healthy|alive|deceas|with|was|is|has|who|and|a |an |the |works|"
    r"disabled|unemployed|right|left"
)
_SPELL: Final = r"(?:smok\w*|drank|drink\w*|used|abuse|worked|lived|married|foster|care)[^.\n]{0,16}ages? "

RULES: Final = (
    age_behind(_SPEAKS_OF, "[ ]", r"\d{1,3}", r"(?!\.\d)(?=[ ](?i:and|now|but|so|years|with)\b|[ ]?[.,;!]|$)", 0.75),
    age_behind(
        r"turned|turning|is now|celebrated (?:her|his|their)",
        "[ ]",
        r"\d{1,3}",
        rf"{NO_FRACTION}(?=[ ]?[.,;!]|[ ](?:in|on|last|this|years|and)|$)",
        0.75,
    ),
    # infants: "now 5 months and", "walked at 14 months."
    age_behind(
        rf"now|is|was|aged?|just|almost|nearly|{_MILESTONE}",
        "[ ]",
        r"\d{1,2}",
        r"(?=[ ](?i:months?|weeks?|wks?)(?:[ ](?i:and)\b|[ ]?[.,;)]))",
        0.7,
    ),
    age("", r"[1-9](?:(?<=\bis \d)|(?<=\bwas \d)|(?<=[a-z], \d))\d", rf"(?=,[ ](?:{_STATUS}))", 0.8),
    # "First drink at 14 behind", "left home at 16,"
    age_behind(
        rf"(?:{_EVENT})[ a-z]{{0,24}}[ ]at",
        "[ ]",
        r"[1-9]\d",
        rf"(?=[ ]?[,.;)](?!\d)|[ ](?!{_CLOCK_OR_MEASURE})[a-z])",
        0.65,
    ),
    # "ages 16 to 44": both ends
    age_behind(_SPELL, "", r"\d{1,2}", r"(?=[ ]?(?:to|-)[ ]?\d{1,2}(?!\d))", 0.7, evidence=None),
    age_behind(rf"{_SPELL}\d{{1,2}}[ ]?(?:to|-)[ ]?", "", r"\d{1,2}", r"(?!\d)", 0.7, evidence=None),
)
