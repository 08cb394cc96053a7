"""In a long text in which nothing proves PHI, only what is seen clearly counts."""

import pytest

from healthcare_runtime.phi_entity import PhiType
from phi_detector.bearing import credible
from phi_detector.recogniser import Candidate, Source

_DOUBTFUL = Candidate(10, 12, PhiType.NAME, 0.6, source=Source.MODEL)
_CLEAR = Candidate(20, 22, PhiType.NAME, 0.99, source=Source.MODEL)
_LONG = "本" * 2000


def _proofs(count: int) -> list[Candidate]:
    return [Candidate(100 + 10 * i, 104 + 10 * i, PhiType.NAME, 0.97) for i in range(count)]


def test_given_a_long_text_without_proof_when_weighed_then_only_the_clear_counts() -> None:
    assert credible(_LONG, [_DOUBTFUL, _CLEAR]) == [_CLEAR]


@pytest.mark.parametrize("text", ["本" * 400, _LONG])
def test_given_a_short_text_or_one_with_proofs_when_weighed_then_everything_counts(text: str) -> None:
    candidates = [_DOUBTFUL, *(_proofs(4) if len(text) > 500 else [])]
    assert credible(text, candidates) == candidates


def test_given_one_proof_in_a_long_text_when_weighed_then_the_proof_stays() -> None:
    proof = _proofs(1)
    assert credible(_LONG, [*proof, _DOUBTFUL]) == proof
