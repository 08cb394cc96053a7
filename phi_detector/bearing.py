"""Whether a text is about somebody at all: a guideline, a price list, an empty form prove no name, number or telephone.

The rules find what a label, a title or a shape proves at several places in every chart, and hardly ever in a text
about nobody. Where they find next to nothing in a long text, what only the model sees there is a term more often than
a person, and has to be seen clearly to count.
"""

from collections.abc import Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate, Source

_PROVEN: Final = 0.93  # rules and word lists from here on
_CLEAR: Final = 0.97  # the model's probability that counts all the same
_SHORTEST: Final = 500  # characters: a shorter text may be a piece of a chart
_LEAST_A_THOUSAND: Final = 1.5  # proofs in a thousand characters; charts have 3.5 to 30
_LEAST_KINDS: Final = 3
_TELLING: Final = frozenset(
    {PhiType.NAME, PhiType.PHONE_OR_FAX, PhiType.EMAIL, PhiType.ID, PhiType.ADDRESS, PhiType.DATE}
)


def credible(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of ``candidates``, found in ``text``, that count: all, or the proven and the clear ones."""
    if len(text) < _SHORTEST or _is_about_somebody(text, candidates):
        return list(candidates)
    return [one for one in candidates if _is_proven(one) or (one.source is Source.MODEL and one.score >= _CLEAR)]


def _is_about_somebody(text: str, candidates: Sequence[Candidate]) -> bool:
    proofs = {(one.begin, one.type) for one in candidates if _is_proven(one) and one.type in _TELLING}
    kinds = {kind for _, kind in proofs}
    return len(kinds) >= _LEAST_KINDS or 1000 * len(proofs) >= _LEAST_A_THOUSAND * len(text)


def _is_proven(one: Candidate) -> bool:
    return one.score >= _PROVEN and one.source in {Source.RULE, Source.GAZETTEER}
