# ruff: noqa: E501 - a pattern is read best as one line
"""Ages that sentences tell: "she's 32 and", "turned 80", "left home at 16", "smoked, ages 16 to 44"."""

from typing import Final

from phi_detector.english.ages.numerals import NO_FRACTION, WORDS, WORDS_OF_TEENS_AND_MORE, age, age_behind

_SPEAKS_OF: Final = r"he's|she's|he is|she is|who is|i am|i'm|is only|turns|turned|turning|turn|when (?:he|she|i) was"
_MILESTONE: Final = (
    r"(?:walked|crawled|sat|talked|spoke|smiled|weaned|seen|diagnosed|adopted|operated|he|she)[a-z ]{0,12} at"
)
_EVENT: Final = (
    r"first|started|began|quit|pregnant|married|divorced|orphaned|arrested|adopted|menarche|menopause|left (?:home|school)|"
    r"dropped out|graduated|retired|enlisted|emigrated|immigrated|"
    r"moved|expelled|raised|widowed|orphaned|onset|append\w+|tonsil\w*|hysterectomy|vasectomy|tubal"
)
_SOMEBODY: Final = "patient|pt|client|resident|caller|man|woman|lady|gentleman|widow|widower|veteran|passenger|driver"
_CLOCK_OR_MEASURE: Final = r"am|pm|h\b|hrs|hours|weeks|wks|months|days|mg|ml|units|percent|o'clock|mph|min"
_STATUS: Final = (
    r"widow|marri|singl|divorc|separat|retire|lives|healthy|alive|deceas|with|was|is|has|who|and|a |an |the |works|"
    r"disabled|unemployed|right|left|female|male"
)
_HIM_OR_HER: Final = r"he's|she's|he is|she is|i am|i'm|he was|she was"
_MEASURE: Final = (
    r"\.\d|,\d|[ -]?(?i:weeks?|wks?|days?|months?|mos?|minutes?|mins?|hours?|hrs?|cm|mm|kg|lbs?|pounds?|percent|mg|mcg|ml|units?|"
    r"feet|ft|inches|degrees|meters|miles|steps|packs?|out|of|in|on|for|at|to|over|systolic|bpm|points?|st|th|nd|rd)(?![a-z])"
)
_SPELL: Final = r"(?:smok\w*|drank|drink\w*|used|abuse|worked|lived|married|foster|care)[^.\n]{0,16}ages? "

RULES: Final = (
    age_behind(_SPEAKS_OF, "[ ]", r"\d{1,3}", r"(?!\.\d)(?=[ ](?i:and|now|but|so|years|with)\b|[ ]?[.,;!]|$)", 0.75),
    # "she's 32 today", but not "she is 34 weeks"
    age_behind(
        _HIM_OR_HER, "[ ](?:(?:only|just|now|almost|nearly)[ ])?", r"[1-9]\d", rf"{NO_FRACTION}(?!{_MEASURE})", 0.65
    ),
    age_behind(
        "is|was|am|he's|she's|i'm|turned|turning|now",
        "[ ]",
        WORDS_OF_TEENS_AND_MORE,
        r"(?=[ ]?[.,;]|[ ]and[ ](?:was|is|has|had|lives|works|right|left|a|in)(?![a-z])|$)",
        0.7,
    ),
    # "raised in Yakima and moved at nineteen.", "from nine on"
    age_behind(
        "at|until|till|by|since",
        "[ ](?:age[ ])?",
        WORDS_OF_TEENS_AND_MORE,
        r"(?=[ ]?[.,;)]|[ ](?:and|with|when|after|she|he)(?![a-z])|$)",
        0.6,
    ),
    age_behind("from", "[ ]", WORDS, r"(?=[ ]on(?:[,.;]|ward|[ ](?:he|she|in|was)))", 0.6),
    age_behind(
        r"turned|turning|is now|celebrated (?:her|his|their)",
        "[ ]",
        r"\d{1,3}",
        rf"{NO_FRACTION}(?=[ ]?[.,;!]|[ ](?:in|on|last|this|years|and)|$)",
        0.75,
    ),
    # "will be 90 in May", "just shy of 70"
    age_behind(
        "(?:she|he|i|who|they) (?:will be|would have been|would be)|shy of|going on",
        "[ ]",
        r"[1-9]\d",
        rf"{NO_FRACTION}(?=[ ]?[.,;)!]|[ ](?:in|next|this|soon)(?![a-z]))",
        0.65,
    ),
    # "the patient, 72, fell", "a woman of 55.", "at 72 she is frail"
    age_behind(_SOMEBODY, r"(?:,[ ]|[ ]\()", r"[1-9]\d", r"(?=[ ]?[,)])", 0.7),
    age_behind(
        "man|woman|lady|boy|girl|child",
        "[ ]of[ ]",
        r"[1-9]\d?",
        r"(?=[ ]?[.,;)](?!\d)|[ ](?:with|who|and)(?![a-z]))",
        0.65,
    ),
    age_behind("at", "[ ]", r"[2-9]\d", r"(?=,?[ ](?:he|she)[ ](?:is|was|has|had|still|lives|works)(?![a-z]))", 0.65),
    # infants: "now 5 months and", "walked at 14 months."; "she is 34 weeks" is of a pregnancy
    age_behind(
        rf"now|is|was|aged?|just|almost|nearly|{_MILESTONE}",
        "[ ]",
        r"\d{1,2}(?=[ ](?i:m))|1?\d",
        r"(?=[ ](?i:months?|weeks?|wks?)(?:[ ](?i:and)\b|[ ]?[.,;)]))",
        0.7,
    ),
    age("", r"[1-9](?:(?<=\bis \d)|(?<=\bwas \d)|(?<=[a-z], \d))\d", rf"(?=,[ ](?:{_STATUS}))", 0.8),
    # "First drink at 14 behind", "left home at 16,"
    age_behind(
        rf"(?:{_EVENT})[ a-zA-Z'&-]{{0,48}}[ ]at",
        "[ ]",
        r"[1-9]\d",
        rf"(?=[ ]?[,.;)](?!\d)|[ ](?!{_CLOCK_OR_MEASURE})[a-z])",
        0.65,
    ),
    # "ages 16 to 44": both ends
    age_behind(_SPELL, "", r"\d{1,2}", r"(?=[ ]?(?:to|-)[ ]?\d{1,2}(?!\d))", 0.7, evidence=None),
    age_behind(rf"{_SPELL}\d{{1,2}}[ ]?(?:to|-)[ ]?", "", r"\d{1,2}", r"(?!\d)", 0.7, evidence=None),
)
