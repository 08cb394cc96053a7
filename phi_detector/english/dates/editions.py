# ruff: noqa: E501 - a pattern is read best as one line
"""Dates that are nobody's: of forms, booklets and versions, and of what expires."""

import re
from typing import Final

_EDITION_BEFORE: Final = re.compile(
    r"(?:(?i:(?<![a-z])(?:rev(?:ised|ision)?|edition|ed\.|ver(?:sion)?|v|use by|best before|bud)\.?[ :]{0,2}(?:date[ :]{1,2})?)|"
    r"(?i:form|leaflet|brochure|booklet|handout)[ ](?:[A-Z]{2,6}[ -]){0,2}(?:(?=[A-Z-]*\d)[A-Z\d][A-Z\d.-]{0,12}|[A-Z]{2,6}),?[ \n]\(?(?:rev\.?[ ]?)?)$"
)


def is_of_an_edition(text: str, begin: int) -> bool:
    """Whether what stands before says that a date is of a form or of what expires."""
    return bool(_EDITION_BEFORE.search(text[max(0, begin - 34) : begin]))
