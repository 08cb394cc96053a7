"""Days that have a name of their own, or a number in this month: "Christmas Eve", "on the 14th"."""

from typing import Final

from phi_detector.english.dates.calendar_words import date_behind

_FEAST: Final = (
    r"christmas(?: eve| day)?|thanksgiving(?: day)?|new year'?s?(?: eve| day)|easter(?: sunday)?|"
    r"fourth of july|july 4th|halloween|labor day|memorial day|valentine'?s day|mother'?s day|father'?s day|"
    r"independence day|veterans day|good friday|boxing day"
)

RULES: Final = (
    date_behind(
        "on|by|until|since|from|of",
        r"(?i: the )(?P<v>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))"
        r"(?=[ ]?[.,;)]|[ ]?$|[ ](?:and|to|for|at|with|she|he|when|after|because|due|but|in the)\b)",
        0.65,
    ),
    date_behind(_FEAST, "(?![A-Za-z])", 0.6),
)
