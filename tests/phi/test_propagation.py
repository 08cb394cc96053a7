"""What a document names once it names again: short forms of facilities, initials of people."""

import pytest

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english.short_forms import english_short_forms
from phi_detector.japanese.short_forms import japanese_short_forms
from phi_detector.propagation import propagate
from phi_detector.recogniser import Candidate


@pytest.mark.parametrize(
    ("name", "short"),
    [("Mercy Regional Medical Center", "MRMC"), ("Tamarack Mental Health Center", "Tamarack")],
)
def test_given_an_english_facility_then_insiders_forms_are_among_its_short_ones(name: str, short: str) -> None:
    assert short in list(english_short_forms(name))


def test_given_initials_that_are_a_term_of_medicine_then_they_are_no_short_form() -> None:
    assert "MRI" not in list(english_short_forms("Mercy Regional Infirmary"))


@pytest.mark.parametrize(
    ("name", "short"),
    [("いちご薬局", "いちご"), ("労災東部病院", "労災東部"), ("独立行政法人みなと中央病院", "みなと")],
)
def test_given_a_japanese_facility_then_its_bare_name_is_among_its_short_ones(name: str, short: str) -> None:
    assert short in list(japanese_short_forms(name))


def _again(text: str, named: str, type_: PhiType, kind: PhiKind) -> list[str]:
    one = Candidate(text.index(named), text.index(named) + len(named), type_, 0.95, kind)
    return [text[found.begin : found.end] for found in propagate(text, [one], lambda _: False)]


def test_given_a_facility_named_in_full_then_its_initials_are_found() -> None:
    text = "Seen at Mercy Regional Medical Center. Back to MRMC on Friday; no MRMCX."
    again = _again(text, "Mercy Regional Medical Center", PhiType.ADDRESS, PhiKind.FACILITY)
    assert again.count("MRMC") == 1


def test_given_a_person_named_in_full_then_signed_initials_are_found_and_nobody_elses() -> None:
    found = _again("Hoa Tran saw her. Signed H.T. with K.L. at 9 p.m.", "Hoa Tran", PhiType.NAME, PhiKind.PERSON)
    assert "H.T." in found
    assert not any("K.L." in one for one in found)
