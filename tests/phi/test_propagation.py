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


@pytest.mark.parametrize(
    ("text", "seen", "whole"),
    [
        ("at Holy Women and\nInfants Hospital", ["Holy Women", "Infants Hospital"], "Holy Women and\nInfants Hospital"),
        ("with the Little Sisters\nof Yorrick, again", ["Little Sisters", "Yorrick"], "Little Sisters\nof Yorrick"),
        ("seen at Ames Memorial\nHospital today", ["Ames Memorial"], "Ames Memorial\nHospital"),
    ],
)
def test_given_a_place_that_a_line_end_cuts_then_it_is_found_whole(
    text: str, seen: list[str], whole: str | None
) -> None:
    found = [_place(text, one) for one in seen]
    assert whole in [text[one.begin : one.end] for one in propagate(text, found, lambda _: False)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("from Boston and\nhome again", ["Boston"]),
        ("moved from Boston to\nDenver", ["Boston", "Denver"]),
        ("Mercy Medical\nImaging: no fracture", ["Mercy Medical"]),
        ("lives in Ames\nHospital course was short", ["Ames"]),
    ],
)
def test_given_a_place_at_the_end_of_a_line_then_what_begins_the_next_is_none_of_it(text: str, seen: list[str]) -> None:
    found = [_place(text, one) for one in seen]
    assert not any("\n" in text[one.begin : one.end] for one in propagate(text, found, lambda _: False))


def _place(text: str, named: str) -> Candidate:
    begin = text.index(named)
    return Candidate(begin, begin + len(named), PhiType.ADDRESS, 0.9, PhiKind.FACILITY)
