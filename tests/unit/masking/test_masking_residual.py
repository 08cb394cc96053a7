"""After masking: what the detector finds in the output is ours, or it is a leak."""

from __future__ import annotations

from healthcare_runtime.masking import Masker, mask_text, output_spans, residual, source_span
from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity, PhiType
from tests.unit.masking.masking_world import context, entities

NAME = PhiType.NAME
TEXT = "Emily Dawson, 48, was seen 3 Mar 2024 in Boston."


def test_given_our_own_surrogates_when_found_in_the_output_then_nothing_is_residual() -> None:
    done = Masker(context()).replacements(TEXT, entities(TEXT, ("Emily Dawson", NAME), ("48", PhiType.AGE)))
    out = mask_text(TEXT, done)
    found = [PhiEntity(span.begin, span.end, span.replacement.type, 0.9) for span in output_spans(done)]
    assert residual(out, found, done) == ()


def test_given_a_span_that_reaches_over_a_surrogate_when_found_then_only_what_is_beside_it_is_residual() -> None:
    done = Masker(context()).replacements(TEXT, entities(TEXT, ("Emily", NAME)))
    out = mask_text(TEXT, done)
    whole = PhiEntity(0, out.index(","), NAME, 0.9)
    (left,) = residual(out, [whole], done)
    assert out[left.begin : left.end] == "Dawson"
    assert TEXT[slice(*source_span(done, left.begin, left.end))] == "Dawson"


def test_given_titles_and_units_beside_a_surrogate_when_found_then_they_are_not_residual() -> None:
    text = "Dr. Emily Dawson, 48 years old"
    done = Masker(context()).replacements(text, entities(text, ("Emily Dawson", NAME), ("48", PhiType.AGE)))
    out = mask_text(text, done)
    found = [PhiEntity(0, out.index(","), NAME, 0.9), PhiEntity(out.index("48"), len(out), PhiType.AGE, 0.9)]
    assert residual(out, found, done) == ()


def test_given_a_new_entity_in_the_output_when_found_then_it_is_residual_and_can_be_masked_in_the_source() -> None:
    done = Masker(context()).replacements(TEXT, entities(TEXT, ("Emily Dawson", NAME), ("3 Mar 2024", PhiType.DATE)))
    out = mask_text(TEXT, done)
    at = out.index("Boston")
    (left,) = residual(out, [PhiEntity(at, at + 6, PhiType.ADDRESS, 0.8)], done)
    assert TEXT[slice(*source_span(done, left.begin, left.end))] == "Boston"


def test_given_a_known_identifier_that_still_stands_when_swept_then_it_is_residual_in_any_width_and_case() -> None:
    out = "ref ＭＲＮ４７１１ｘ and 山田 花子 DAWSON; 94711x and Dawsonville"
    known = [
        KnownIdentifier("mrn4711X", PhiType.ID),
        KnownIdentifier("山田　花子", NAME),
        KnownIdentifier("Dawson", NAME),
        KnownIdentifier("4711x", PhiType.ID),
        KnownIdentifier("Dan", NAME),
    ]
    left = residual(out, [], [], known)
    assert [out[one.begin : one.end] for one in left] == ["ＭＲＮ４７１１ｘ", "山田 花子", "DAWSON"]


def test_given_an_age_that_was_kept_when_known_and_found_then_it_is_not_residual() -> None:
    done = Masker(context()).replacements("aged 48", entities("aged 48", ("48", PhiType.AGE)))
    assert residual("aged 48", [PhiEntity(5, 7, PhiType.AGE, 1.0)], done, [KnownIdentifier("48", PhiType.AGE)]) == ()
