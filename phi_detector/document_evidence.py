"""How much a document itself says that it is about somebody.

A note about a patient has dates, numbers behind labels, people behind titles: here the tagger is believed where it is
in doubt. A manual, a menu or a price list has none of these on many lines, and its capitalised words are brands,
headings and terms. Only doubt is weighed so: what a rule is sure of stays as it is.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate, Source

_EXPECTED: Final = 4 / 1000  # pieces of evidence per Latin letter or digit; notes about people have five and more
_OTHER_SCRIPTS: Final = 2.5  # a Japanese character tells as much as so many Latin ones
_UNLIKELY: Final = 0.2
_LEAST_TRUST: Final = 0.36
_CERTAIN: Final = 0.8
_CERTAIN_NAME: Final = 0.9
_TELLING: Final = {PhiType.DATE, PhiType.PHONE_OR_FAX, PhiType.EMAIL, PhiType.URL, PhiType.ID, PhiType.NAME}
_PROVEN: Final = {Source.RULE, Source.KNOWN}


def weighed(text: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of one whole text, the doubtful ones with less score where little speaks for people in it."""
    found = list(candidates)
    trust = _trust(text, found)
    return found if trust == 1.0 else [one if _is_sure(one) else replace(one, score=one.score * trust) for one in found]


def _is_sure(one: Candidate) -> bool:
    return one.source in _PROVEN and one.score >= (_CERTAIN_NAME if one.type is PhiType.NAME else _CERTAIN)


def _trust(text: str, found: Iterable[Candidate]) -> float:
    """1 where the evidence is what notes have; down to ``_LEAST_TRUST`` where so little would be a rare chance."""
    evidence = len({text[one.begin : one.end] for one in found if one.type in _TELLING and _is_sure(one)})
    expected = _EXPECTED * sum(1.0 if c.isascii() else _OTHER_SCRIPTS for c in text if c.isalnum())
    if evidence >= expected:
        return 1.0
    chance = math.exp(-expected) * sum(expected**count / math.factorial(count) for count in range(evidence + 1))
    return _LEAST_TRUST + (1.0 - _LEAST_TRUST) * min(1.0, chance / _UNLIKELY)
