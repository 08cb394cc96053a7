"""The normaliser folds what hides an identifier, and every fold leads back to the original."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phi_detector.normalisation import normalise
from phi_detector.readings import case_restored, repaired_parts

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)  # lone surrogates included


@given(ANY_TEXT)
def test_given_any_text_then_every_code_point_leads_back_into_it(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.flat) == len(normal.begins) == len(normal.ends)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(normal.begins, normal.ends, strict=True))
    assert list(normal.begins) == sorted(normal.begins)
    assert list(normal.ends) == sorted(normal.ends)


@given(st.text(st.characters(max_codepoint=0x2FF, exclude_categories=()), max_size=200))
def test_given_a_normal_form_then_normalising_it_again_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


def test_given_characters_that_are_their_own_form_then_they_stay_so_in_a_run() -> None:
    characters = "".join(
        map(chr, [*range(0x20, 0x7F), *range(0x3041, 0x3097), *range(0x30A1, 0x3100), *range(0x4E00, 0xA000)])
    )
    assert normalise(f"é{characters}é").text == f"é{unicodedata.normalize('NFKC', characters)}é"


@pytest.mark.parametrize(
    ("decomposed", "composed"),
    [
        ("これは\u30ab\u3099す", "これはガす"),
        ("漢\uff76\uff9e字", "漢ガ字"),
        ("see Jose\u0301", "see José"),
        ("a\u0301 b", "á b"),
    ],
)
def test_given_a_mark_behind_a_run_then_the_last_character_composes_with_it(decomposed: str, composed: str) -> None:
    normal = normalise(decomposed)
    assert normal.text == composed
    assert normal.ends[-1] == len(decomposed)


@given(ANY_TEXT)
def test_given_any_text_then_other_readings_have_its_length(text: str) -> None:
    normal = normalise(text)
    assert len(case_restored(normal).text) == len(normal.text)
    for offset, part in repaired_parts(normal):
        assert len(part.text) == len(normal.text[offset : offset + len(part.text)])


@pytest.mark.parametrize(
    ("hidden", "plain"),
    [
        ("Jo\u200bhn\u00ad Smith", "John Smith"),
        ("Jоhn Ѕmith", "John Smith"),  # Cyrillic о and Ѕ
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("John\u00a0Smith\u2019s", "John Smith's"),
        ("12\u201334\u221256", "12-34-56"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("Jose\u0301", "José"),
        ("ｶﾞｽ", "ガス"),
    ],
)
def test_given_a_hidden_form_then_its_normal_form_is_plain(hidden: str, plain: str) -> None:
    assert normalise(hidden).text == plain


@pytest.mark.parametrize("text", ["Пациент поступил", "Ασθενής με πόνο"])
def test_given_a_text_that_is_really_of_another_script_then_it_stays(text: str) -> None:
    assert normalise(text).text == text


def test_given_a_hard_wrap_then_it_is_flattened_and_a_label_or_blank_line_is_not() -> None:
    normal = normalise("seen by John\nSmith today\nMRN: 1234\n\nPlan")
    assert normal.flat == "seen by John Smith today\nMRN: 1234\n Plan"


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("SEEN BY DR JOHN SMITH\nfine today\n", "Seen by Dr John Smith\nfine today\n"),
        ("AT ST. CUTHBERT'S OF YORRICK\nfine today\n", "at St. Cuthbert's of Yorrick\nfine today\n"),
        ("SPRINGFIELD, IL 62704 SINCE\nfine today\n", "Springfield, IL 62704 Since\nfine today\n"),
    ],
)
def test_given_a_shouted_line_then_its_words_are_capitalised_as_a_writer_does(shouted: str, written: str) -> None:
    assert case_restored(normalise(shouted)).text == written


@pytest.mark.parametrize(
    ("scanned", "meant"),
    [("MRN 12O45l78 ", "MRN 12045178 "), ("Dr. Sm1th ", "Dr. Smlth "), ("J0hnson ", "Johnson ")],
)
def test_given_confusions_of_ocr_then_a_reading_undoes_them(scanned: str, meant: str) -> None:
    assert [part.text for _, part in repaired_parts(normalise(scanned))] == [meant]


@pytest.mark.parametrize("text", ["B12 and T10", "H1N1", "O2 sat 98", "vitamin D3"])
def test_given_terms_with_digits_then_nothing_is_repaired(text: str) -> None:
    assert list(repaired_parts(normalise(text))) == []
