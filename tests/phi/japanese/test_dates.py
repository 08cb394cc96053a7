"""Dates in both calendars: found in every form, and what only looks like one is left."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phi_detector.corpora.japanese.figures import era_of
from phi_detector.japanese import dates
from tests.phi.japanese.conftest import Finder

RULES = dates.rules()


def found(text: str) -> Iterator[tuple[int, int]]:
    return ((one.begin, one.end) for rule in RULES for one in rule.find(text) if one.score >= 0.3)


@pytest.mark.parametrize(
    "written",
    [
        "令和6年4月1日",
        "令和元年5月1日",
        "平成31年4月30日",
        "昭和64年1月7日",
        "大正12年9月1日",
        "明治45年7月30日",
        "昭和100年3月2日",
        "R6.4.1",
        "H30/12/31",
        "S30.1.5",
        "T9.11.3",
        "R6年4月1日",
        "令和6.4.1",
        "令和六年四月一日",
        "二〇二四年四月一日",
        "四月一日",
        "2024年4月1日",
        "2024/4/1",
        "2024-04-01",
        "2024.4.1",
        "24/4/1",
        "20240401",
        "4月1日",
        "2024年4月",
        "平成30年11月",
        "昨年12月",
        "3月中旬",
        "令和　６年　４月　１日",
        "Ｈ３０．４．１",
    ],
)
def test_given_a_date_in_a_sentence_when_read_then_the_whole_of_it_is_a_date(find: Finder, written: str) -> None:
    text = f"経過は良好であり、{written}に再診とした。"

    assert (written, "DATE") in find(text)


@pytest.mark.parametrize("text", ["4/1より発熱", "4/1 採血", "(4/1)に再診", "・4/1 入院", "再診は4/1(月)"])
def test_given_a_day_between_strokes_when_it_stands_where_a_date_does_then_it_is_one(find: Finder, text: str) -> None:
    assert ("4/1", "DATE") in find(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("項目  今回  前回(2/7)  前々回(1/24)  単位", "2/7"),
        ("12/6 Takahashi RNより申し送りあり。", "12/6"),
        ("11/28 月見里:退院調整を開始。", "11/28"),
        ("3/9 本日退院、面会なし。", "3/9"),
        ("本年5月19日頃より便通異常あり。", "5月19日"),
        ("3/9 点滴終了し抜針した。", "3/9"),
        ("Fever since 3/2. 「歩くと響く」と訴える。", "3/2"),
    ],
)
def test_given_a_day_between_strokes_before_words_that_begin_like_units_when_read_then_it_is_a_date(
    find: Finder, text: str, day: str
) -> None:
    assert (day, "DATE") in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "MMT 4/5、握力低下あり。",
        "Levine 3/6の収縮期雑音を聴取する。",
        "主食は8/10、副食は5/10摂取。",
        "疼痛はNRS 3/10で自制内。",
        "1日1/2錠に減量する。",
        "L4/5の椎間板ヘルニアを認める。",
        "血圧は120/80であった。",
        "3日間の点滴を行う。",
        "リンパ節転移あり、pN1a(2/5)であった。",
        "1/2T 分1 眠前に減量。",
        "第3病日に食事を開始。",
        "1日3回毎食後に内服。",
        "2019年に手術を受けた。",
        "平成30年頃から内服している。",
        "6か月後に再検する。",
        "月曜は透析、木曜はリハビリ。",
    ],
)
def test_given_what_only_looks_like_a_date_when_read_then_nothing_is_masked(find: Finder, text: str) -> None:
    assert [one for one in find(text) if one[1] == "DATE"] == []


@given(
    st.dates(date(1868, 10, 23), date(2060, 12, 31)), st.sampled_from(["{}{}年{}月{}日", "{}{}.{}.{}", "{}{}/{}/{}"])
)
def test_given_any_day_of_any_era_when_written_in_its_calendar_then_a_rule_covers_it(day: date, form: str) -> None:
    era, _, year = era_of(day)
    text = form.format(era, year, day.month, day.day)

    assert (0, len(text)) in set(found(text))


@given(st.text(alphabet="0123456789/.-年月日令和平成昭和RHS元〇一二三四十 (月)に", max_size=60))
def test_given_any_heap_of_digits_and_marks_when_read_then_every_span_is_inside_and_not_empty(text: str) -> None:
    assert all(0 <= begin < end <= len(text) for begin, end in found(text))
