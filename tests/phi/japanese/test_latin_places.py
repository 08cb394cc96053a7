"""Places in Latin letters within Japanese, by their form or by where they stand."""

import pytest

from phi_detector.japanese import latin_places
from phi_detector.japanese.place_positions import find_place_positions


def _places(text: str) -> set[str]:
    return {text[one.begin : one.end] for rule in latin_places.rules() for one in rule.find(text)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("AUS,15630 County Road 14 St #12, Rome, TN 30752,電話", "15630 County Road 14 St #12, Rome, TN 30752"),
        ("請求先 10639 Hwy 27 N Road, Apt 4B 宛", "10639 Hwy 27 N Road, Apt 4B"),
        ("滞在先 かしわ台 rm 204 に電話", "204"),
        ("乗客 RAO, CABIN 8214   93 F", "8214"),
        ("boat 第三みさき丸  船長 綾瀬", "第三みさき丸"),
        ("VESSEL MS Aurelia Star   Voyage", "MS Aurelia Star"),
    ],
)  # fmt: skip
def test_given_a_place_in_latin_letters_when_read_then_it_is_proposed(text: str, place: str) -> None:
    assert _places(text) == {place}


@pytest.mark.parametrize(
    "text",
    ["CRP 12 Dr 東", "120 mg St 改善", "第二丸薬", "RM 30%", "vessel disease", "1 Day Surgery の予定", "rm 3.5 mm"],
)
def test_given_a_term_in_latin_letters_when_read_then_nothing_is_proposed(text: str) -> None:
    assert _places(text) == set()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("通訳を Arbor Trace に依頼", "Arbor Trace"),
        ("tonsils @ Brightwater", "Brightwater"),
        ("PCPは Holy Name へ紹介", "Holy Name"),
        ("US at あか: S8 18 mm", "あか"),
        ("Oconomowoc のホテル", "Oconomowoc"),
        ("Work: Larkmoor Fire Department / 出向先", "Larkmoor Fire Department"),
        ("US follow-up Holy Name (Dr 東)", "Holy Name"),
    ],
)
def test_given_a_name_where_a_place_stands_when_read_then_it_is_proposed(text: str, place: str) -> None:
    assert place in {text[one.begin : one.end] for one in find_place_positions(text)}


@pytest.mark.parametrize("text", ["MRI から連絡", "CT に依頼", "at Week 16", "PCP Dr Petrauskas", "from ER"])
def test_given_an_abbreviation_where_a_place_stands_when_read_then_nothing_is_proposed(text: str) -> None:
    assert list(find_place_positions(text)) == []
