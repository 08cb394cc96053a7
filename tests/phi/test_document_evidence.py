"""What is doubtful counts less in a document that speaks of nobody, and as before everywhere else."""

import pytest

from healthcare_runtime.phi_entity import PhiType
from phi_detector.document_evidence import weighed
from phi_detector.recogniser import Candidate, Source

PAGE = "Warm the plate and cover it with the lid, then serve it hot. " * 40
NOTE = " ".join(f"0{month}/1{day}/2019" for month in range(1, 8) for day in range(5)) + PAGE
DOUBTFUL = Candidate(0, 4, PhiType.NAME, 0.8, source=Source.MODEL)


def _dates(text: str) -> list[Candidate]:
    return [Candidate(i * 11, i * 11 + 10, PhiType.DATE, 0.95) for i in range(35)] if text is NOTE else []


def test_given_a_page_without_evidence_when_weighed_then_doubt_counts_less() -> None:
    (one,) = weighed(PAGE, [DOUBTFUL])
    assert one.score < 0.3


def test_given_a_note_with_dates_when_weighed_then_doubt_counts_as_before() -> None:
    assert DOUBTFUL in weighed(NOTE, [DOUBTFUL, *_dates(NOTE)])


@pytest.mark.parametrize("length", [0, 4, 40, 120])
def test_given_a_snippet_when_weighed_then_its_length_proves_nothing(length: int) -> None:
    (one,) = weighed(PAGE[:length], [DOUBTFUL])
    assert one.score == pytest.approx(DOUBTFUL.score, abs=0.01)


@pytest.mark.parametrize(
    "sure",
    [
        Candidate(0, 4, PhiType.NAME, 0.97),
        Candidate(0, 4, PhiType.ID, 0.85),
        Candidate(0, 4, PhiType.NAME, 0.95, source=Source.KNOWN),
    ],
)
def test_given_a_page_without_evidence_when_a_rule_is_sure_then_it_stays(sure: Candidate) -> None:
    assert weighed(PAGE, [sure]) == [sure]


def test_given_more_evidence_when_weighed_then_trust_never_falls() -> None:
    dates = [Candidate(i * 11, i * 11 + 10, PhiType.DATE, 0.95) for i in range(35)]
    scores = [weighed(NOTE, [DOUBTFUL, *dates[:count]])[0].score for count in range(36)]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1] == DOUBTFUL.score
