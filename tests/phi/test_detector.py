"""What the detector promises whatever it reads."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_detector import Language
from phi_detector.english.model import MODEL_DIRECTORY
from phi_detector.english.tokeniser import EnglishTokeniser
from phi_detector.normalisation import normalise
from phi_detector.tagging import Tagger
from tests.phi.found import detector, found, masked

NOTE = """DOE, JANE A | F | 04/05/1961 | MRN: 00482913
Mrs. Doe is a 57-year-old woman, seen by Dr. Ngozi Okonkwo on 3/12/2019. She lives with her daughter Lucy at
42 Maple Street, Springfield, IL 62704, phone (217) 555-0148, and was sent from Mercy General Hospital.
Electronically signed by: Anna Kowalczyk, RN 03/17/2019
"""
IDENTIFIERS = (
    "DOE, JANE A", "04/05/1961", "00482913", "57", "Ngozi Okonkwo", "3/12/2019", "Lucy", "42 Maple Street",
    "Springfield, IL 62704", "(217) 555-0148", "Mercy General Hospital", "Anna Kowalczyk", "03/17/2019",
)  # fmt: skip


@given(st.text(st.characters(exclude_categories=()), max_size=120))
@settings(max_examples=60, deadline=None)
def test_given_any_text_then_entities_are_sorted_apart_and_inside(text: str) -> None:
    entities = detector().detect(text).entities
    assert all(0 <= one.begin < one.end <= len(text) and 0 < one.score <= 1 for one in entities)
    assert all(one.end <= two.begin for one, two in pairwise(entities))


def test_given_a_note_then_every_identifier_is_masked_whole() -> None:
    bars = masked(NOTE)
    leaked = [one for one in IDENTIFIERS if _visible(NOTE, bars, one)]
    assert leaked == []


@pytest.mark.parametrize(
    "transform",
    [
        str.upper,
        str.lower,
        lambda text: text.replace("an", "a\u200bn").replace("5", "5\u00ad"),
        lambda text: text.translate(str.maketrans("aoepcAEOK", "аоерсАЕОК")),
        lambda text: text.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)}),
        lambda text: text.replace(" ", "\u00a0").replace("-", "\u2013"),
        lambda text: re.sub(r"(?<=[a-z]) (?=[A-Z0-9])", "\n", text),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["capitals", "lower case", "zero width", "homoglyphs", "full width", "no-break", "line breaks", "crlf"],
)
def test_given_a_transformed_note_then_nine_tenths_stay_masked(transform: Callable[[str], str]) -> None:
    text = transform(NOTE)
    bars = masked(text)
    covered = sum(bar == "█" for bar in bars) / sum(bar == "█" for bar in masked(NOTE))
    assert covered >= 0.9 * len(text) / len(NOTE)


def test_given_the_same_text_then_the_answer_is_the_same() -> None:
    assert detector().detect(NOTE) == detector().detect(NOTE)


def test_given_windows_of_any_size_then_the_tagger_answers_as_with_one() -> None:
    text = normalise(NOTE * 6)
    whole = Tagger.load(MODEL_DIRECTORY, EnglishTokeniser())
    cut = Tagger.load(MODEL_DIRECTORY, EnglishTokeniser(), window=64)
    assert [one.begin for one in cut.find(text)] == [one.begin for one in whole.find(text)]


def test_given_a_name_found_once_then_its_other_mentions_are_masked() -> None:
    text = "Patient: Zelphine Quarrow\n\nZelphine slept well. QUARROW refused lunch. Z. Quarrow's wound is dry."
    bars = masked(text)
    assert "Zelphine" not in bars
    assert "QUARROW" not in bars
    assert bars.endswith("'s wound is dry.")


@pytest.mark.parametrize(
    ("value", "kind", "text", "hit"),
    [
        ("Quorvane", PhiType.NAME, "the quorvane house", "quorvane"),
        ("AB-99-XY-1", PhiType.ID, "code ab99xy1 noted", "ab99xy1"),
        ("Zebulon Marchetti", PhiType.NAME, "and Marcheti came", "Marcheti"),  # a letter is missing
        ("5550148822", PhiType.PHONE_OR_FAX, "at 555 014-8823 now", "555 014-8823"),  # a digit is wrong
    ],
)
def test_given_a_known_identifier_then_it_is_found_however_it_is_written(
    value: str, kind: PhiType, text: str, hit: str
) -> None:
    begin = text.index(hit)
    assert set(masked(text, KnownIdentifier(value, kind))[begin : begin + len(hit)]) == {"█"}


def test_given_a_known_short_value_then_longer_words_are_left_alone() -> None:
    assert masked("the lesion is stable", KnownIdentifier("Les", PhiType.NAME)) == "the lesion is stable"


def test_given_a_known_identifier_then_its_repr_does_not_show_it() -> None:
    assert "secret" not in repr(KnownIdentifier("secret", PhiType.NAME))


def test_given_kinds_then_masking_learns_them() -> None:
    kinds = {one.kind for one in detector().detect(NOTE + "SSN 123-45-6789, fax 217-555-0199").entities}
    assert {PhiKind.PERSON, PhiKind.MEDICAL_RECORD_NUMBER, PhiKind.SSN, PhiKind.FAX, PhiKind.STREET} <= kinds


def test_given_a_script_that_no_model_reads_then_its_share_is_told() -> None:
    detection = detector().detect("Пациент поступил в больницу с жалобами на боль в животе.")
    assert Language.UNKNOWN in detection.languages
    assert detection.unknown_language_share > 0.9
    assert detector().detect(NOTE).unknown_language_share == 0
    assert detector().detect(NOTE).languages == {Language.EN}


def test_given_text_in_both_languages_then_both_are_told() -> None:
    languages = (
        detector().detect("The patient was seen by Dr. Nguyen today.\n患者の山田太郎様が来院された。\n").languages
    )
    assert languages == {Language.EN, Language.JA}


def test_given_empty_text_then_there_is_nothing() -> None:
    assert found("") == set()


def _visible(text: str, bars: str, identifier: str) -> bool:
    begin = text.index(identifier)
    return any(c.isalnum() for c in bars[begin : begin + len(identifier)])
