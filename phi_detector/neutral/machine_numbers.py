"""Numbers whose form alone tells what they are: vehicles, devices, network cards, US social security."""

import re

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.pattern_rule import PatternRule

_TRANSLITERATION = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vehicle_check(number: str) -> bool:
    """Whether the ninth character of a VIN is its check digit (49 CFR 565.15(c))."""
    values = (int(_TRANSLITERATION.get(c, c)) for c in number)
    rest = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11
    return number[8] == "0123456789X"[rest]


def _vehicle(text: str, begin: int, end: int) -> float:
    number = text[begin:end]
    if sum(c.isdigit() for c in number) < 4 or number.isdigit():
        return 0
    return 1.0 if vehicle_check(number) else 0.7


def _social_security(text: str, begin: int, end: int) -> float:
    return 1.0 if "-" in text[begin:end] else 0.75


RULES = (
    PatternRule(re.compile(r"(?<![A-Za-z0-9])[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9])"), PhiType.ID, 0.97, evidence=_vehicle),
    PatternRule(
        re.compile(r"(?<![\d-])\d{3}([-. ])\d{2}\1\d{4}(?![\d-])"),
        PhiType.ID,
        0.97,
        PhiKind.SSN,
        evidence=_social_security,
    ),
    PatternRule(
        re.compile(r"(?<![\d-])(?:\*{3}|[Xx]{3})-(?:\*{2}|[Xx]{2})-(?P<v>\d{4})(?!\d)"), PhiType.ID, 0.9, PhiKind.SSN
    ),
    PatternRule(
        re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"),
        PhiType.ID,
        0.95,
    ),
    # UDI in the form of GS1, application identifier 01 and what follows (21 CFR 830)
    PatternRule(re.compile(r"\(01\) ?\d{14}(?: ?\((?:10|11|17|21)\) ?[\w/.-]{1,20}){0,4}"), PhiType.ID, 0.98),
    PatternRule(re.compile(r"(?<!\d)01\d{14}(?:1[17]\d{6})(?:(?:10|21)[\w-]{1,20})?(?!\w)"), PhiType.ID, 0.9),
    PatternRule(re.compile(r"\+[A-Z]\d{3}[A-Z0-9]{5,20}/[\w$+]{3,30}"), PhiType.ID, 0.9),  # HIBCC
)
