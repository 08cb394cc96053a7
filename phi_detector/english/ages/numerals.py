"""Numbers of years as they are written, and the rules that find one by what stands before and behind it."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english.ages.one_person import is_of_one_person
from phi_detector.labelled_pattern import LabelledPattern
from phi_detector.pattern_rule import Evidence, PatternRule

_ONES: Final = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS: Final = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]?{_ONES})?"
_TEENS: Final = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_WORDS: Final = rf"one hundred(?: and)?(?:[ -]{_ONES})?|{_TENS}|{_TEENS}|{_ONES}"
WORDS: Final = rf"(?i:{_WORDS})"
WORDS_OF_TEENS_AND_MORE: Final = rf"(?i:{_TENS}|(?:thir|four|fif|six|seven|eigh|nine)teen)"
NO_FRACTION: Final = r"(?![\d/%:]|\.\d)"
_DIGITS: Final = r"\d(?<![\d.,/$-]\d)\d{0,2}(?:[ ]?\d/\d|\.\d)?"


def age(
    before: str, number: str, behind: str, score: float, evidence: Evidence | None = is_of_one_person
) -> PatternRule:
    """A ``number`` between ``before`` and ``behind``, three regular expressions; by default of one person."""
    return PatternRule(re.compile(f"{before}(?P<v>{number}){behind}"), PhiType.AGE, score, evidence=evidence)


def age_behind(
    labels: str,
    between: str,
    number: str,
    behind: str,
    score: float,
    *,
    evidence: Evidence | None = is_of_one_person,
    before: str = "",
) -> PatternRule:
    """The same behind one of the ``labels``; these and ``before`` as ``LabelledPattern`` has them."""
    pattern = LabelledPattern(labels, f"{between}(?P<v>{number}){behind}", before=before)
    return PatternRule(pattern, PhiType.AGE, score, evidence=evidence)


def age_ahead_of(behind: str, score: float) -> tuple[PatternRule, PatternRule]:
    """A number in digits or in words by what stands behind it alone."""
    return age("", _DIGITS, behind, score), PatternRule(
        LabelledPattern(_WORDS, f"(?={behind})"), PhiType.AGE, score, evidence=is_of_one_person
    )
