# ruff: noqa: E501  (tables: cases side by side)
"""Dates: every notation is read and written back, one shift keeps intervals, Safe Harbor keeps the year alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.masking import MaskingProfile
from healthcare_runtime.masking.date_notation import DayOrder, find_dates
from healthcare_runtime.masking.dates import shift_weeks
from healthcare_runtime.masking.eras import ERAS, era_of, gregorian_year
from healthcare_runtime.phi_entity import PhiKind, PhiType
from tests.unit.masking.masking_world import AS_OF, context, masked

SAFE = MaskingProfile.SAFE_HARBOR
LIKE = [
    "2024-03-01", "2024/3/1", "2024.03.01", "20240301", "03/01/2024", "3/1/2024", "03/01/24", "13.02.2024", "3 Mar 2024",
    "March 3, 2024", "MARCH 3, 2024", "Mar. 3rd, 2024", "3rd of March, 2024", "03MAR2024", "3-Mar-24", "Monday, 4 March 2024",
    "令和6年4月1日", "R6.4.1", "R06.04.01", "Ｒ６．４．１", "令和元年5月1日", "2024年4月1日", "２０２４年４月１日", "二〇二四年四月一日",
    "令和六年十二月二十五日", "S50/3/3", "24年3月1日", "昭和100年1月2日",
]  # fmt: skip
days = st.dates(date(1945, 1, 1), AS_OF)


def read(text: str) -> date:
    found = find_dates(text, order=DayOrder.MONTH_FIRST, latest_year=AS_OF.year + 1)
    assert len(found) == 1, text
    return found[0].first(2024)


@pytest.mark.parametrize("like", LIKE)
@given(day=days)
def test_given_a_notation_when_another_day_is_written_in_it_then_it_reads_as_that_day(like: str, day: date) -> None:
    (notation,) = find_dates(like, order=DayOrder.MONTH_FIRST, latest_year=AS_OF.year + 1)
    written = notation.written(day)
    assert written is not None
    assert read(_behind_the_same(like, notation.begin, written)) == day


def _behind_the_same(like: str, begin: int, written: str) -> str:
    return like[:begin] + written


@pytest.mark.parametrize("like", LIKE)
def test_given_a_notation_when_its_own_day_is_written_then_nothing_changes(like: str) -> None:
    (notation,) = find_dates(like, order=DayOrder.MONTH_FIRST, latest_year=AS_OF.year + 1)
    if like != "昭和100年1月2日":  # an era that ended: its days are written in the one that came
        assert notation.written(notation.first(2024)) == like[notation.begin : notation.end]


@pytest.mark.parametrize("like", LIKE)
def test_given_a_date_when_shifted_then_it_is_the_shift_away_and_keeps_its_weekday(like: str) -> None:
    out = masked(like, (like, PhiType.DATE))
    weeks = shift_weeks(context().choice())
    assert read(out) - read(like) == timedelta(weeks=weeks)
    assert -52 <= weeks <= -1


@given(days, days, st.sampled_from([like for like in LIKE if like not in ("13.02.2024",)]))
def test_given_two_dates_when_shifted_then_their_interval_is_kept_and_none_is_in_the_future(
    one: date, other: date, like: str
) -> None:
    (notation,) = find_dates(like, order=DayOrder.MONTH_FIRST, latest_year=AS_OF.year + 1)
    texts = [like[: notation.begin] + (notation.written(day) or "") for day in (one, other)]
    shifted = [masked(text, (text, PhiType.DATE)) for text in texts]
    if "[DATE]" in shifted:
        return  # tells an age above 89
    first, second = (read(text) for text in shifted)
    assert second - first == other - one
    assert max(first, second) < AS_OF


@given(st.binary(min_size=32, max_size=32))
def test_given_any_key_when_the_shift_is_drawn_then_it_is_1_to_52_weeks_back(key: bytes) -> None:
    assert -52 <= shift_weeks(context(subkey=key).choice()) <= -1


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("3 Mar 2024", "2024"), ("03/04/24", "2024"), ("令和6年4月1日", "令和6年"), ("R6.4.1", "R6"), ("2024年4月1日", "2024年"),
        ("Ｒ６．４．１", "Ｒ６"), ("4月1日", "[DATE]"), ("March 4", "[DATE]"), ("2024", "2024"), ("Christmas 2023", "2023"),
        ("20240304102233-0500", "2024"), ("2024-03-01T10:22:00Z", "2024"), ("March 2023 to June 2024", "2023-2024"),
        ("Tuesday", "[DATE]"), ("March 4, 1931", "[DATE]"), ("昭和5年3月3日", "[DATE]"), ("the 4th", "[DATE]"), ("", "[DATE]"),
        ("令和六年十二月", "令和六年"), ("May 4-6, 2024", "2024"),
    ],
)  # fmt: skip
def test_given_safe_harbor_when_a_date_is_masked_then_only_its_year_stays_in_its_language(
    written: str, year: str
) -> None:
    text = written or "?"
    assert masked(text, (text, PhiType.DATE), of=context(SAFE)) == year


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Christmas 2023", "a day by its name"),
        ("March fourth, 2024", "a day in words"),
        ("31/31/2024", "no date"),
        ("2024-02-30", "no day"),
    ],
)
def test_given_a_date_that_cannot_be_shifted_when_masked_then_it_is_removed(written: str, reason: str) -> None:
    assert masked(written, (written, PhiType.DATE)) == "[DATE]", reason


def test_given_a_time_beside_a_date_when_shifted_then_the_time_stays() -> None:
    out = masked("2024-03-01T10:22:00+09:00", ("2024-03-01T10:22:00+09:00", PhiType.DATE))
    assert out.endswith("T10:22:00+09:00")
    assert masked("20240301102233.123+0900", ("20240301102233.123+0900", PhiType.DATE)).endswith("102233.123+0900")


@pytest.mark.parametrize("profile", MaskingProfile)
def test_given_four_digits_behind_a_date_when_masked_then_they_are_a_time_and_no_year(profile: MaskingProfile) -> None:
    out = masked("1/10/20 1900", ("1/10/20 1900", PhiType.DATE), of=context(profile))
    assert out == "2020" if profile is SAFE else out.endswith("/19 1900")


def test_given_precision_of_a_month_when_shifted_then_no_day_appears() -> None:
    out = masked("March 2024 and 2024年3月", ("March 2024", PhiType.DATE), ("2024年3月", PhiType.DATE))
    first, second = out.split(" and ")
    assert read(first) == read(second)
    assert "日" not in second
    assert len(first.split()) == 2


@pytest.mark.parametrize("profile", MaskingProfile)
@pytest.mark.parametrize("written", ["1936-11-01", "3 March 1930", "昭和8年1月1日", "S8.1.1", "1930"])
def test_given_a_birth_that_tells_an_age_above_89_when_masked_then_its_year_does_not_stay(
    profile: MaskingProfile, written: str
) -> None:
    assert masked(written, (written, PhiType.DATE, PhiKind.BIRTH_DATE), of=context(profile)) == "[DATE]"


def test_given_bare_numbers_when_read_then_the_language_around_decides_their_order() -> None:
    western = masked("seen 24/03/04", ("24/03/04", PhiType.DATE), of=context(SAFE))
    japanese = masked("24/03/04に入院した", ("24/03/04", PhiType.DATE), of=context(SAFE))
    assert western == "seen 2004"  # 24 is no month: the day comes first
    assert japanese == "2024に入院した"
    ambiguous = "03/04/05"
    assert masked(ambiguous, (ambiguous, PhiType.DATE), of=context(SAFE)) == "2005"
    assert masked(f"{ambiguous}に入院した", (ambiguous, PhiType.DATE), of=context(SAFE)) == "2003に入院した"


@given(st.dates(date(1868, 10, 23), date(2026, 12, 31)))
def test_given_a_day_when_its_era_is_asked_then_era_and_year_name_its_year(day: date) -> None:
    era = era_of(day)
    assert era is not None
    assert gregorian_year(era, day.year - era.first_day.year + 1) == day.year
    assert day >= era.first_day


def test_given_the_borders_of_eras_when_asked_then_the_first_day_is_the_new_era() -> None:
    for era, before in pairwise(ERAS):
        assert era_of(era.first_day) == era
        assert era_of(era.first_day - timedelta(days=1)) == before
    assert era_of(date(1868, 10, 22)) is None


@given(
    st.text("0123456789年月日/.-RSHrshMarApJun ,'令和昭平成元一二三十〇T:Z+０１２／．", max_size=24),
    st.sampled_from(MaskingProfile),
)
def test_given_anything_like_a_date_when_masked_then_no_error_and_no_growth(text: str, profile: MaskingProfile) -> None:
    value = text or "1"
    assert len(masked(value, (value, PhiType.DATE), of=context(profile))) <= 3 * len(value) + 20
