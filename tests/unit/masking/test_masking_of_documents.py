# ruff: noqa: E501  (tables: cases side by side)
"""Masking as a whole: total, deterministic, nothing of the originals left, offsets true, keys apart."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.masking import (
    Action,
    MaskedPassage,
    Masker,
    MaskingProfile,
    manifest,
    mask_text,
    output_spans,
)
from healthcare_runtime.phi_entity import PhiEntity, PhiKind, PhiType
from tests.unit.masking.masking_world import AS_OF, context, entities, masked

NAME, DATE, ID = PhiType.NAME, PhiType.DATE, PhiType.ID

texts = st.text(st.characters(codec="utf-8"), max_size=120)
spans = st.builds(
    lambda begin, length, kind, score, more: PhiEntity(begin, begin + length, kind, score, more),
    st.integers(0, 130),
    st.integers(1, 30),
    st.sampled_from(PhiType),
    st.floats(0, 1),
    st.sampled_from(PhiKind),
)
profiles = st.sampled_from(MaskingProfile)


@given(texts, st.lists(spans, max_size=8), profiles)
def test_given_any_text_and_any_spans_when_masked_then_it_is_total_and_repeats(
    text: str, found: list[PhiEntity], profile: MaskingProfile
) -> None:
    one = Masker(context(profile)).replacements(text, found)
    other = Masker(context(profile)).replacements(text, found)
    assert one == other
    out = mask_text(text, one)
    for span in output_spans(one):
        assert out[span.begin : span.end] == span.replacement.text


@given(texts, st.lists(spans, max_size=8), profiles)
def test_given_any_spans_when_masked_then_every_character_of_them_is_in_a_replacement(
    text: str, found: list[PhiEntity], profile: MaskingProfile
) -> None:
    done = Masker(context(profile)).replacements(text, found)
    covered = {at for one in done for at in range(one.begin, one.end)}
    wanted = {at for one in found for at in range(one.begin, min(one.end, len(text)))}
    assert covered == wanted


values = st.one_of(
    st.tuples(st.from_regex(r"[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}", fullmatch=True), st.just(NAME)),
    st.tuples(st.from_regex(r"[A-Z]{4,9}, [A-Z][a-z]{3,9}", fullmatch=True), st.just(NAME)),
    st.tuples(st.from_regex(r"[0-9]{6,12}", fullmatch=True), st.just(ID)),
    st.tuples(st.from_regex(r"[A-Z]{2}[0-9]{5,9}", fullmatch=True), st.just(ID)),
    st.tuples(st.from_regex(r"[2-9][0-8][0-9]-[2-9][0-9]{2}-[0-9]{4}", fullmatch=True), st.just(PhiType.PHONE_OR_FAX)),
    st.tuples(st.from_regex(r"[a-z]{4,9}@[a-z]{4,9}\.com", fullmatch=True), st.just(PhiType.EMAIL)),
    st.tuples(st.from_regex(r"[1-9][0-9]{3} [A-Z][a-z]{4,9} Street", fullmatch=True), st.just(PhiType.ADDRESS)),
    st.tuples(st.dates(AS_OF.replace(year=1940), AS_OF).map(lambda day: day.isoformat()), st.just(DATE)),
    st.tuples(st.from_regex(r"[一-九山川田中村木林]{2} [一-九子美太郎]{2}", fullmatch=True), st.just(NAME)),
)


@given(st.lists(values, min_size=1, max_size=6), profiles)
def test_given_identifying_values_when_masked_then_none_of_them_is_in_the_output(
    found: list[tuple[str, PhiType]], profile: MaskingProfile
) -> None:
    text = "seen: " + "; ".join(value for value, _ in found) + "."
    out = masked(text, *found, of=context(profile)).casefold()
    for value, kind in found:
        words = [value] if kind is not NAME else re.findall(r"[^\W_]{4,}", value)
        for word in words:
            if profile is MaskingProfile.SAFE_HARBOR and kind is DATE:
                continue
            assert word.casefold() not in out


def test_given_two_documents_of_a_patient_when_masked_then_the_same_value_is_the_same() -> None:
    one = masked("MRN 4711-0815 of Emily Dawson", ("4711-0815", ID), ("Emily Dawson", NAME))
    other = masked("DAWSON, EMILY (47110815)", ("DAWSON, EMILY", NAME), ("47110815", ID))
    given, family = one.split()[-2:]
    assert one.split()[1] in other
    assert other.startswith(f"{family.upper()}, {given.upper()} (")


@pytest.mark.parametrize("change", [{"patient": "p|2", "salt": b"t" * 32}, {"recipient": "b"}, {"subkey": b"x" * 32}])
@pytest.mark.parametrize("profile", MaskingProfile)
def test_given_another_patient_recipient_or_key_when_masked_then_every_pseudonym_differs(
    profile: MaskingProfile, change: dict[str, str]
) -> None:
    text = "Emily Dawson 4711-0815 e.dawson@mail.com"
    found = ((text[:12], NAME), ("4711-0815", ID), ("e.dawson@mail.com", PhiType.EMAIL))
    one = masked(text, *found, of=context(profile))
    other = masked(text, *found, of=context(profile, **change))  # type: ignore[arg-type]
    assert not set(one.split()) & set(other.split())
    assert Masker(context(profile)).patient_pseudonym != Masker(context(profile, **change)).patient_pseudonym  # type: ignore[arg-type]


def test_given_safe_harbor_without_a_random_salt_when_asked_for_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"salt.*164\.514\(c\)"):
        context(MaskingProfile.SAFE_HARBOR, salt=b"")


def test_given_a_safe_harbor_salt_when_the_patient_reference_changes_then_codes_do_not_depend_on_it() -> None:
    one = Masker(context(MaskingProfile.SAFE_HARBOR, patient="a|1")).patient_pseudonym
    assert one == Masker(context(MaskingProfile.SAFE_HARBOR, patient="b|2")).patient_pseudonym


def test_given_a_masked_document_when_its_manifest_is_read_then_offsets_are_true_and_no_value_is_in_it() -> None:
    text = "Emily Dawson, seen 3 Mar 2024 at 48, MRN 4711-0815"
    found = entities(text, ("Emily Dawson", NAME), ("3 Mar 2024", DATE), ("48", PhiType.AGE), ("4711-0815", ID))
    done = Masker(context()).replacements(text, found)
    out = mask_text(text, done)
    written = manifest(context(), [MaskedPassage("text", done)], detector_version="1")
    changes = json.loads(written)["passages"][0]["changes"]
    assert [change["type"] for change in changes] == ["NAME", "DATE", "AGE", "ID"]
    assert [text[slice(*change["source"])] for change in changes] == ["Emily Dawson", "3 Mar 2024", "48", "4711-0815"]
    assert [out[slice(*change["output"])] for change in changes] == [one.text for one in done]
    assert changes[2]["action"] == Action.KEPT
    assert not any(value in written for value in ("Emily", "Dawson", "Mar 2024", "4711"))


@given(texts)
def test_given_any_name_of_an_object_when_masked_then_it_is_opaque_and_safe(name: str) -> None:
    assert re.fullmatch(r"[0-9a-z]{16}(\.(txt|pdf|hl7|xml|json|csv))?", Masker(context()).mask_name(name))


def test_given_the_values_of_contexts_when_shown_then_no_key_and_no_patient_is_in_it() -> None:
    shown = repr(context(patient="urn:mrn|123456"))
    assert "123456" not in shown
    assert "kkkk" not in shown


@pytest.mark.parametrize("profile", MaskingProfile)
@pytest.mark.parametrize(
    ("age", "after", "written"),
    [
        ("48", "", "48"), ("89", "", "89"), ("90", "", "90+"), ("104", "-year-old", "90+"), ("九十三", "歳", "90+"),
        ("９３", "歳", "90+"), ("ninety-three", "", "90+"), ("one hundred and two", "", "90+"), ("forty-eight", "", "forty-eight"),
        ("93", " months old", "93"), ("９３", "日", "９３"), ("nonagenarian", "", "90+"), ("elderly", "", "[AGE]"),
    ],
)  # fmt: skip
def test_given_an_age_when_masked_then_only_90_and_older_become_one_category(
    profile: MaskingProfile, age: str, after: str, written: str
) -> None:
    assert masked(age + after, (age, PhiType.AGE), of=context(profile)) == written + after


@pytest.mark.parametrize(
    ("code", "written"),
    [("02115", "021"), ("02115-1234", "021"), ("03601", "000"), ("20501", "000"), ("100-0001", "[POSTAL CODE]")],
)
def test_given_a_postal_code_when_masked_then_only_three_digits_of_a_populous_zip_area_stay(
    code: str, written: str
) -> None:
    assert masked(code, (code, PhiType.ADDRESS, PhiKind.POSTAL_CODE)) == written


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("(617) 555-2671", r"\([2-9]9\d\) 555-01\d\d"), ("617.555.2671", r"[2-9]9\d\.555\.01\d\d"),
        ("+1 617 555 2671", r"\+1 [2-9]9\d 555 01\d\d"), ("555-2671", r"555-01\d\d"), ("03-3456-7890", r"03-0\d{3}-\d{4}"),
        ("090-1234-5678", r"090-0\d{3}-\d{4}"), ("+81-90-1234-5678", r"\+81-90-0\d{3}-\d{4}"), ("０３－３４５６－７８９０", r"０３－０[０-９]{3}－[０-９]{4}"),
        ("1-800-FLOWERS", r"\d{4}"), ("x4512", r"x\d{4}"), ("617-555-2671 ext. 12", r"[2-9]9\d-555-01\d\d"),
    ],
)  # fmt: skip
def test_given_a_telephone_number_when_masked_then_it_is_one_that_nobody_has(number: str, form: str) -> None:
    out = masked(number, (number, PhiType.PHONE_OR_FAX))
    assert out != number
    if number != "1-800-FLOWERS":
        assert re.fullmatch(form, out)


@pytest.mark.parametrize(
    ("value", "kind", "form"),
    [
        ("10.20.30.40", ID, r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        ("fe80::1ff:fe23:4567:890a", ID, r"2001:db8:[0-9a-f:]+"),
        ("https://portal.mercy.org/emily", PhiType.URL, r"https://example\.org/[0-9a-z]{16}"),
        ("emily@mercy.org", PhiType.EMAIL, r"user-[0-9a-z]{16}@example\.org"),
        (
            "550e8400-e29b-41d4-a716-446655440000",
            ID,
            r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        ("1.2.840.113619.2.55.3", ID, r"2\.25\.\d{1,39}"),
        ("AB-123456", ID, r"ID-v1-[0-9A-HJKMNP-TV-Z]{16}"),
    ],
)
def test_given_an_address_of_the_network_when_masked_then_it_is_a_reserved_one(
    value: str, kind: PhiType, form: str
) -> None:
    assert re.fullmatch(form, masked(value, (value, kind)))
