"""What a figure must have to be one: the model sees shapes, and reads 年 月 日 on a blank form as a date."""

import re
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.characters import KANJI_DIGIT
from phi_detector.japanese.dates import stroke_is_date
from phi_detector.recogniser import Candidate

_DIGITS: Final = re.compile(rf"[\d{KANJI_DIGIT}百元]")
_DATE_MARK: Final = re.compile(r"[年月日]|\d\s?[/.\-]\s?\d|\d{4}|[A-Za-z]{3}")
_STROKE: Final = re.compile(r"\d{1,2}/\d{1,2}")
_LIMIT_BEHIND: Final = re.compile(r"\s?(?:歳|才)?\s?(?:以上|未満|以下|超|名|例|人|件|回|分(?!の)|%)")
_FEWEST_DIGITS: Final = {PhiType.DATE: 1, PhiType.AGE: 1, PhiType.ID: 1, PhiType.PHONE_OR_FAX: 3}


def plausible(text: str, one: Candidate) -> bool:
    """Whether a candidate of the model can be what it says; names, places and mail always can."""
    fewest = _FEWEST_DIGITS.get(one.type)
    if fewest is None or one.kind is PhiKind.INSURED_SYMBOL_NUMBER:
        return True
    if len(_DIGITS.findall(text, one.begin, one.end)) < fewest:
        return False
    if one.type is PhiType.AGE:
        return not _LIMIT_BEHIND.match(text, one.end)
    return one.type is not PhiType.DATE or one.end - one.begin > 5 or _short_date(text, one)


def _short_date(text: str, one: Candidate) -> bool:
    """``4/1`` where a date stands; not a piece of 8/10, nor T1/2, L4/5, V1-3."""
    before = text[one.begin - 1 : one.begin]
    if not _DATE_MARK.search(text, one.begin, one.end) or (before.isascii() and before.isalpha()):
        return False
    return not _STROKE.fullmatch(text, one.begin, one.end) or stroke_is_date(text, one.begin, one.end) > 0
