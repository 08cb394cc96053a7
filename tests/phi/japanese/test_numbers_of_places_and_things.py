"""Wards and rooms by number, numbers with a form of their own, tails of places, columns: the rules alone, no model."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese import number_shapes, place_tails, wards
from phi_detector.japanese.place_positions import find_clipped, find_place_positions
from phi_detector.japanese.place_tails import with_tail
from phi_detector.japanese.tables import find_in_columns
from phi_detector.recogniser import Candidate

_LEAST = 0.3


def _stated(room: object, text: str) -> set[str]:
    rules = room.rules()  # type: ignore[attr-defined]
    return {text[one.begin : one.end] for rule in rules for one in rule.find(text) if one.score >= _LEAST}


def _place(text: str, name: str) -> Candidate:
    begin = text.index(name)
    return Candidate(begin, begin + len(name), PhiType.ADDRESS, 0.9)


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("5西 へ転棟", "5西"),
        ("4東から迎え", "4東"),
        ("西6 に空床", "西6"),
        ("5W02 忽滑谷", "5W02"),
        ("HCU3 へ", "HCU3"),
        ("ICU-7 に入室", "ICU-7"),
        ("OR2 使用", "OR2"),
        ("第2面談室で説明", "第2面談室"),
        ("面談室3 にて", "面談室3"),
        ("場所 相談室B", "相談室B"),
        ("外来7診", "外来7診"),
        ("6階デイルーム", "6階デイルーム"),
        ("603 綾瀬さん 26M", "603"),
        ("507の方、点滴自己抜去", "507"),
        ("604-1 髙橋 20F", "604-1"),
    ],
)
def test_given_a_ward_or_room_by_number_when_read_then_it_is_a_place(text: str, ward: str) -> None:
    assert any(ward in one for one in _stated(wards, text))


@pytest.mark.parametrize(
    "text",
    [
        "退院前カンファ 9/9 13:30",
        "アドレナリン 1A 静注",
        "オイル 5W-30 を交換",
        "4月の東病棟",
        "ICU 1,200点",
        "東京23区",
        "Ca 9.2、K 4.1",
        "T2強調で高信号",
        "中3で受験",
        "再診 5/6",
    ],
)
def test_given_a_figure_that_is_no_room_when_read_then_it_is_none(text: str) -> None:
    assert _stated(wards, text) <= {"東病棟"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("事件番号 令和8年(家)第8535号", "令和8年(家)第8535号"),
        ("相続放棄 令9(家)786 → 償却", "令9(家)786"),
        ("文書 刑捜第0727号", "刑捜第0727号"),
        ("取扱番号 死76-0615", "死76-0615"),
        ("照会→ 生68-5185", "生68-5185"),
        ("事例 第156例", "第156例"),
        ("タクシー 835号車が停車", "835号車"),
        ("ゼッケン 1723 捻挫", "1723"),
        ("車両 37-21 で搬送", "37-21"),
        ("相談受理 77-895", "77-895"),
        ("予約 WFC59-12", "WFC59-12"),
        ("同意書 88-116", "88-116"),
        ("バッジ V-49", "V-49"),
    ],
)
def test_given_a_number_with_a_form_of_its_own_when_read_then_it_is_found(text: str, number: str) -> None:
    assert number in _stated(number_shapes, text)


@pytest.mark.parametrize(
    "text",
    [
        "医師法第24条",
        "法律第57号により",
        "様式第120号",
        "約10-15分",
        "体温36-37℃",
        "甲第11号証",
        "報告 12件",
        "予約 10:30",
        "検体 3000円",
    ],
)
def test_given_a_law_a_range_or_a_count_when_read_then_no_number_is_found(text: str) -> None:
    assert _stated(number_shapes, text) == set()


@given(st.text(alphabet="死第号-()0123456789令和年 \n", max_size=400))
def test_given_any_text_of_their_characters_when_read_then_the_rules_end_and_stay_inside(text: str) -> None:
    for room in (number_shapes, wards, place_tails):
        for rule in room.rules():
            assert all(0 <= one.begin < one.end <= len(text) for one in rule.find(text))


@pytest.mark.parametrize(
    ("text", "place", "whole"),
    [
        ("浜見平弁護士会 御中", "浜見平", "浜見平弁護士会"),
        ("新開家裁へ提出", "新開", "新開家裁"),
        ("西新田支部に電話", "西新田", "西新田支部"),
        ("大字中沢SC 担当", "大字中沢", "大字中沢SC"),
        ("中町第2工場の健診", "中町", "中町第2工場"),
        ("浜見平駐屯地医務室", "浜見平", "浜見平駐屯地"),
    ],
)
def test_given_a_place_with_the_rest_of_its_name_behind_when_read_then_the_whole_is_one(
    text: str, place: str, whole: str
) -> None:
    one = with_tail(text, _place(text, place))
    assert text[one.begin : one.end].startswith(whole)


@pytest.mark.parametrize(("text", "place"), [("浜見平に在住", "浜見平"), ("3階会議室", "3階"), ("新開さん", "新開")])
def test_given_a_place_alone_when_read_then_it_stays_as_it_is(text: str, place: str) -> None:
    one = _place(text, place)
    assert with_tail(text, one) is one


def test_given_a_bar_association_of_everywhere_when_read_then_it_is_no_place() -> None:
    assert _stated(place_tails, "日本医師会の指針、所轄警察署へ届け出る") == set()
    assert "浜見平弁護士会" in _stated(place_tails, "浜見平弁護士会 御中")
    assert "山科第一高等学校" in _stated(place_tails, "家族は山科第一高等学校に滞在")
    assert _stated(place_tails, "地域第二中学校、各高等学校") == set()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("みなとから転院。", "みなと"),
        ("現在は汐見の連携室が窓口", "汐見"),
        ("いちごで外用もらった", "いちご"),
        ("新開のスーパーで転倒", "新開"),
    ],
)
def test_given_a_bare_name_where_a_place_stands_when_read_then_it_is_proposed(text: str, place: str) -> None:
    assert place in {text[one.begin : one.end] for one in find_place_positions(text)}


@pytest.mark.parametrize("text", ["自宅から転院", "外来で処方", "主治医に相談", "看護師に連絡", "他院で手術"])
def test_given_a_common_word_where_a_place_stands_when_read_then_nothing_is_proposed(text: str) -> None:
    assert list(find_place_positions(text)) == []


def test_given_a_facility_when_clipped_forms_stand_alone_then_they_are_proposed() -> None:
    text = "市立汐見病院 内科。汐見に戻る。県中は満床。汐見町とは別。"
    clipped = [text[one.begin : one.end] for one in find_clipped(text, [_place(text, "市立汐見病院")])]
    assert clipped == ["汐見"]


def test_given_a_column_of_ages_when_some_are_known_then_the_others_are_too() -> None:
    text = "氏名|年|部屋\n山田|65|A\n原|71|B\n王|80|C"
    found = {(one.type, text[one.begin : one.end]) for one in find_in_columns(text, [])}
    assert {(PhiType.AGE, "65"), (PhiType.AGE, "71"), (PhiType.AGE, "80"), (PhiType.NAME, "王")} <= found


def test_given_a_column_without_a_head_when_most_cells_are_numbers_of_people_then_all_are() -> None:
    text = "8:40 |甲野|1051 |再\n8:50 |乙山|1069 |再\n9:10 |丙川|(新) |初\n9:20 |丁田|1084 |再"
    known = [Candidate(m.start(), m.end(), PhiType.ID, 0.9) for m in re.finditer("1051|1069", text)]
    assert [text[one.begin : one.end] for one in find_in_columns(text, known)] == ["1084"]


@pytest.mark.parametrize(
    "text", ["項目|単位|値\nK|mEq/L|4.1\nNa|mEq/L|140\nCl|mEq/L|102", "No|品名|数\n1|針|2\n2|糸|3\n3|布|4"]
)
def test_given_a_table_about_nobody_when_read_then_nothing_is_found(text: str) -> None:
    assert list(find_in_columns(text, [])) == []
