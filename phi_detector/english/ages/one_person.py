# ruff: noqa: E501 - a pattern is read best as one line
"""Whose age a number is: one person's, and not that of a cohort, a rule or a thing."""

import re
from typing import Final

_OLDEST: Final = 125

# "varchar(18)", "for 38 yrs", "OBX|5|", "in 14 days"; temperatures, sizes
_OF_NOBODY_BEFORE = re.compile(
    r"(?i)(?:[a-z]\(|(?<![a-z])(?:for|married|past|last|within|every|each|temp(?:erature)?|sats?|score|meld|phq-?9|t =|fridge|freezer|cooler \d reads)[ ]?[:=]?[ ]?|(?-i:[A-Z][A-Z0-9]{2})\|)$"
)
_COHORT_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:median|mean|average|adults|participants|patients|women|men|persons|individuals|subjects|ages|cohort|eligible|screening|(?:if|children|infants|babies|kids|those|anyone|people)(?: (?:is|are|aged?))? (?:under|over|older|younger))(?![a-z])[a-z ,]{0,24}[(:=]?[ ]?$"
)
_RULE_BEHIND = re.compile(
    r"(?i)[ -]{0,2}(?:years?|y)?[ -]{0,2}(?:old|of age)?[ -]{0,2}(?:\+|(?:and|or|&) (?:more|older|over|above|under|younger|up)|subgroup|cohort|stratum|group)(?![a-z])"
)
_RANGE_BEHIND = re.compile(r"[ ]?(?:-|to|and|±|\+/-)[ ]?\d{1,3}(?:[ ](?:years|months|weeks|days)|[ ]?[),.;]|[ ]?$)")


def is_of_one_person(text: str, begin: int, end: int) -> float:
    """An age that people can have, of one person: the median age of a cohort is nobody's."""
    digits = text[begin:end]
    if _OF_NOBODY_BEFORE.search(text[max(0, begin - 28) : begin]):
        return 0.0
    if _COHORT_BEFORE.search(text[max(0, begin - 36) : begin]) or _RANGE_BEHIND.match(text[end : end + 16]):
        return 0.0
    if _RULE_BEHIND.match(text, end):
        return 0.0
    return 1.0 if not digits.isdigit() or int(digits) <= _OLDEST else 0.0
