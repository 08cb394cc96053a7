"""Months, days and years as they are written, and the rules that dates are stated with."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.labelled_pattern import LabelledPattern
from phi_detector.pattern_rule import Evidence, PatternRule

MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![A-Za-z])\.?"
)
MONTH_ANY_CASE: Final = rf"(?i:{MONTH})"
YEAR: Final = r"(?:(?:1[89]|20)\d\d|'\d\d)(?!\d)"
TO: Final = r"[ ]{0,2}(?:-|to|through|thru|until|and|&)[ ]{0,2}"
NO_NUMBER_BEFORE: Final = r"(?=\d)(?<![\d/.$-])(?<!\d,)"
MONTH_NUMBER: Final = r"(?:1[0-2]|0?[1-9])"
DAY_NUMBER: Final = r"(?:3[01]|[12]\d|0?[1-9])"


def date(
    pattern: str, score: float, evidence: Evidence | None = None, *, kind: PhiKind = PhiKind.UNKNOWN
) -> PatternRule:
    """A date by one regular expression."""
    return PatternRule(re.compile(pattern), PhiType.DATE, score, kind, evidence)


def date_behind(
    labels: str, behind: str, score: float, evidence: Evidence | None = None, *, kind: PhiKind = PhiKind.UNKNOWN
) -> PatternRule:
    """A date that begins with, or stands behind, one of the ``labels`` (``LabelledPattern``)."""
    return PatternRule(LabelledPattern(labels, behind), PhiType.DATE, score, kind, evidence)
