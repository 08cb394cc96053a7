"""Names: one person stays one other person in every form, script and document; no surrogate is anybody's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.masking import Masker, MaskingProfile, PatientFacts, Sex, mask_text
from healthcare_runtime.masking.kana import Script, fold_romaji, romaji, script_of, to_katakana, write_reading
from healthcare_runtime.masking.name_lists import name_lists
from healthcare_runtime.phi_entity import PhiKind, PhiType
from tests.unit.masking.masking_world import context, entities, masked

NAME = PhiType.NAME
GAZETTEERS = Path(__file__).parents[3] / "phi_detector" / "english" / "data"


def names(text: str, *values: str, facts: PatientFacts | None = None) -> list[str]:
    """What stands for each value, in a text of names separated by bars."""
    found = entities(text, *((value, NAME) for value in values))
    return [one.text for one in Masker(context(facts=facts)).replacements(text, found)]


def test_given_partial_mentions_of_a_person_when_masked_then_they_are_of_one_other_person() -> None:
    text = "Emily Dawson | DAWSON, EMILY R. | Emily | Ms. Dawson | Dawson's | E. Dawson | emily dawson | ED"
    full, last_first, given_name, family, owner, initial, lower, initials = names(
        text, "Emily Dawson", "DAWSON, EMILY R.", "Emily", "Dawson", "Dawson's", "E. Dawson", "emily dawson", "ED"
    )
    first, last = full.split()
    assert first in name_lists().english_given[Sex.FEMALE]
    assert last in name_lists().english_family
    assert last_first.startswith(f"{last.upper()}, {first.upper()} ")
    assert (given_name, family, owner) == (first, last, f"{last}'s")
    assert initial == f"{first[0]}. {last}"
    assert lower == full.lower()
    assert initials == first[0] + last[0]


def test_given_a_partial_name_before_the_full_one_when_all_is_learned_first_then_it_is_the_same_person() -> None:
    header, body = "Dawson", "Emily Dawson"
    masker = Masker(context())
    for text in (header, body):
        masker.learn(text, entities(text, (text, NAME)))
    (one,), (other,) = (masker.replacements(text, entities(text, (text, NAME))) for text in (header, body))
    assert other.text.endswith(f" {one.text}")


@pytest.mark.parametrize(
    ("name", "sex"),
    [("Emily Dawson", Sex.FEMALE), ("Robert Dawson", Sex.MALE), ("Zorblina Dawson", Sex.FEMALE)],
)
def test_given_a_given_name_when_masked_then_the_sex_stays(name: str, sex: Sex) -> None:
    assert names(name, name)[0].split()[0] in name_lists().english_given[sex]


def test_given_a_title_or_the_record_when_a_name_says_no_sex_then_they_decide() -> None:
    female = name_lists().english_given[Sex.FEMALE]
    assert names("Mrs. Jordyx Dawson", "Jordyx Dawson")[0].split()[0] in female
    facts = PatientFacts(sex=Sex.FEMALE, known_names=("Jordyx Dawson",))
    assert names("Jordyx", "Jordyx", facts=facts)[0] in female


def test_given_relatives_when_masked_then_they_share_a_family_name_and_nothing_else() -> None:
    one, other = names("Emily Dawson and Robert Dawson", "Emily Dawson", "Robert Dawson")
    assert one.split()[1] == other.split()[1]
    assert one.split()[0] != other.split()[0]


@pytest.mark.parametrize(
    ("name", "shape"),
    [("Smith-Jones", 1), ("Maria de la Cruz", 2), ("Mary Ann Smith", 3), ("O’Brien", 1), ("José Núñez", 2)],
)
def test_given_names_of_several_parts_when_masked_then_no_part_stays(name: str, shape: int) -> None:
    (new,) = names(name, name)
    assert len(new.split()) == shape
    assert not {part.casefold() for part in name.replace("-", " ").split()} & set(
        new.casefold().replace("-", " ").split()
    )
    assert new.count("-") == name.count("-")


def test_given_titles_inside_a_span_when_masked_then_they_stay() -> None:
    (new,) = names("Dr. Alan Grant, MD", "Dr. Alan Grant, MD")
    assert new.startswith("Dr. ")
    assert new.endswith(", MD")
    assert "Grant" not in new


def test_given_a_romanised_name_when_its_words_stand_alone_then_they_are_the_same_persons() -> None:
    full, family, given_name, kanji = names("Noda, Goro | Noda | Goro | 野田", "Noda, Goro", "Noda", "Goro", "野田")
    assert full == f"{family}, {given_name}"
    surnames = {name.kanji: romaji(name.reading) for name in name_lists().japanese_family}
    assert surnames[kanji] == fold_romaji(family)


def test_given_a_romanised_honorific_when_masked_then_it_stays() -> None:
    one, other = names("Nagisa-san and Nagisa Smith-San", "Nagisa-san", "Nagisa Smith-San")
    assert one.endswith("-san")
    assert other.endswith("-San")


def test_given_forms_of_a_japanese_name_when_masked_then_they_are_forms_of_one_other_person() -> None:
    values = ("山田花子", "ヤマダ ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ", "やまだはなこ", "Yamada Hanako", "HANAKO YAMADA", "山田", "花子")
    kanji, kana, half, hiragana, latin, reversed_, family, given_name = names(" | ".join(values), *values)
    reading = [to_katakana(part) for part in kana.split()]
    surnames = {name.kanji: name.reading for name in name_lists().japanese_family}
    girls = {name.kanji: name.reading for name in name_lists().japanese_given[Sex.FEMALE]}
    assert surnames[family] == reading[0]
    assert girls[given_name] == reading[1]
    assert kanji == family + given_name
    assert [to_katakana(part) for part in half.split()] == reading
    assert script_of(half.split()[0]) is Script.HALF_KATAKANA
    assert hiragana == write_reading("".join(reading), Script.HIRAGANA)
    assert [fold_romaji(part) for part in latin.split()] == [romaji(part) for part in reading]
    assert [fold_romaji(part) for part in reversed_.split()] == [romaji(part) for part in reversed(reading)]
    assert reversed_.isupper()


def test_given_a_rare_name_beside_its_reading_when_masked_then_both_are_one_other_person() -> None:
    text = "患者氏名：勅使河原 澄江 フリガナ：テシガワラ スミエ 勅使河原様"
    kanji, kana, family = names(text, "勅使河原 澄江", "テシガワラ スミエ", "勅使河原")
    surnames = {name.kanji: name.reading for name in name_lists().japanese_family}
    assert surnames[kanji.split()[0]] == kana.split()[0]
    assert family == kanji.split()[0]


def test_given_the_record_knows_the_reading_when_kanji_and_kana_stand_apart_then_they_are_one_person() -> None:
    facts = PatientFacts(sex=Sex.MALE, known_names=("勅使河原 凪", "テシガワラ ナギ"))
    kanji, kana = names("勅使河原凪、のちにテシガワラ ナギ", "勅使河原凪", "テシガワラ ナギ", facts=facts)
    boys = {name.kanji: name.reading for name in name_lists().japanese_given[Sex.MALE]}
    surname = kana.split()[0]
    family = next(name.kanji for name in name_lists().japanese_family if name.reading == surname)
    assert kanji.startswith(family)
    assert boys[kanji.removeprefix(family)] == kana.split()[1]


@pytest.mark.parametrize("name", ["佐藤健一先生", "佐藤様", "髙𠮷さん"])
def test_given_an_honorific_inside_a_span_when_masked_then_it_stays(name: str) -> None:
    (new,) = names(name, name)
    assert new.endswith(name[-1])
    assert not set(name[:2]) & set(new)


@pytest.mark.parametrize("name", ["Иван Петров", "김민준", "Emi1y Dаwson (а Cyrillic а)"])
def test_given_a_script_without_surrogates_when_masked_then_a_placeholder_stands(name: str) -> None:
    out = masked(name, (name, NAME))
    assert "[NAME]" in out


@given(st.sampled_from(MaskingProfile), st.from_regex(r"[A-Z][a-z]{3,10}", fullmatch=True))
def test_given_any_name_when_masked_then_the_surrogate_is_another(profile: MaskingProfile, name: str) -> None:
    assert masked(name, (name, NAME), of=context(profile)).casefold() != name.casefold()


def test_given_every_surrogate_when_masked_itself_then_it_becomes_another() -> None:
    lists = name_lists()
    for name in (*lists.english_family[::64], *(one.kanji for one in lists.japanese_family[::32])):
        assert masked(name, (name, NAME)) != name


def test_given_the_surrogates_when_compared_with_the_gazetteers_then_they_have_none_in_common() -> None:
    real = {
        word.strip().casefold()
        for file in ("first_names.txt", "last_names.txt", "places.txt")
        for word in (GAZETTEERS / file).read_text("utf-8").splitlines()
    }
    lists = name_lists()
    own = {*lists.english_family, *lists.english_given[Sex.FEMALE], *lists.english_given[Sex.MALE]}
    assert len(real) > 30_000
    assert not {name.casefold() for name in own} & real
    assert len(own) == 2048


def test_given_the_japanese_surrogates_when_looked_up_in_a_dictionary_then_none_is_a_known_name() -> None:
    sudachipy = pytest.importorskip("sudachipy")
    tokenizer = sudachipy.Dictionary().tokenizer()
    lists = name_lists()
    common = {*lists.family_readings.values(), *lists.given_readings.values()}
    for name in (*lists.japanese_family, *lists.japanese_given[Sex.FEMALE], *lists.japanese_given[Sex.MALE]):
        for written in (name.kanji, name.reading):
            morphemes = tokenizer.tokenize(written)
            assert not (len(morphemes) == 1 and morphemes[0].part_of_speech()[2] == "人名"), written
        assert name.reading not in common


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Ōno", "Ohno"),
        ("Satou", "Sato"),
        ("Syunsuke", "Shunsuke"),
        ("Tuchiya", "Tsuchiya"),
        ("Homma", "Honma"),
        ("Jun'ichi", "Junichi"),
    ],
)
def test_given_romanisations_of_one_reading_when_folded_then_they_are_the_same(written: str, same: str) -> None:
    assert fold_romaji(written) == fold_romaji(same)


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("ショウジ", "shoji"),
        ("ハットリ", "hattori"),
        ("シンイチ", "shinichi"),
        ("キョウコ", "kyoko"),
        ("ホッチ", "hotchi"),
    ],
)
def test_given_katakana_when_romanised_then_it_is_hepburn(kana: str, latin: str) -> None:
    assert romaji(kana) == fold_romaji(latin)


def test_given_a_kana_name_marked_as_a_reading_when_it_has_no_space_then_it_is_masked_in_kana() -> None:
    text = "スズキイチロウ"
    found = entities(text, (text, NAME, PhiKind.KANA))
    out = mask_text(text, Masker(context()).replacements(text, found))
    assert script_of(out) is Script.KATAKANA
    assert "スズキ" not in out
