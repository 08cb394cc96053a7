"""FHIR dates as intervals in the patient's zone, also where clocks and calendars jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcare_runtime.consent.fhir_time import EARLIEST, LATEST, FhirPeriod, FhirTime

ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu"]


@pytest.mark.parametrize(
    ("text", "zone", "first", "after"),
    [
        ("2026", "UTC", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("2024-02", "UTC", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("2026-12", "Asia/Tokyo", "2026-11-30T15:00", "2026-12-31T15:00"),
        ("2024-02-29", "Asia/Kathmandu", "2024-02-28T18:15", "2024-02-29T18:15"),
        ("2026-03-08", "America/New_York", "2026-03-08T05:00", "2026-03-09T04:00"),  # 23 hours
        ("2026-11-01", "America/New_York", "2026-11-01T04:00", "2026-11-02T05:00"),  # 25 hours
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-05T02:00"),  # had no midnight
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", "2011-12-30T10:00"),  # did not happen
        ("2026-01-31T23:59:60Z", "UTC", "2026-01-31T23:59:59", "2026-01-31T23:59:59"),  # leap second
        ("2026-01-01T00:00:00.123456789-03:30", "UTC", "2026-01-01T03:30:00.123456", "2026-01-01T03:30:00.123456"),
    ],
)
def test_given_a_date_when_placed_in_a_zone_then_these_are_its_bounds(
    text: str, zone: str, first: str, after: str
) -> None:
    time, place = FhirTime.parse(text), ZoneInfo(zone)
    assert (
        time.earliest(place).isoformat(timespec="auto") == datetime.fromisoformat(first).replace(tzinfo=UTC).isoformat()
    )
    assert time.latest(place) == datetime.fromisoformat(after).replace(tzinfo=UTC)


def test_given_the_ends_of_the_calendar_when_placed_in_a_zone_then_they_are_open() -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert FhirTime.parse("0001").earliest(ZoneInfo(zone)) < datetime(1, 1, 2, tzinfo=UTC)
        assert FhirTime.parse("9999-12-31").latest(ZoneInfo(zone)) == LATEST
    assert FhirTime.parse("0001-01-01T00:00:00+14:00").earliest(ZoneInfo("UTC")) == EARLIEST
    assert FhirTime.parse("9999-12-31T23:59:59-12:00").latest(ZoneInfo("UTC")) == LATEST


@pytest.mark.parametrize(
    "text",
    ["", "20", "2020-13", "2020-00", "2021-02-29", "2020-02-30", "2020-01-01T", "2020-01-01T10", "2020-01-01T10:00:00",
     "2020-01-01T24:00:00Z", "2020-01-01T10:61:00Z", "2020-01-01T10:00:61Z", "2020-01-01T10:00:00+14:01",
     "2020-01-01T10:00:00+09:60", "2020-01-01 10:00:00Z", "٢٠٢٠", "0000", "10000", "-2020", "2020-01-01T10:00:00z"],
)  # fmt: skip
def test_given_what_is_no_date_time_when_parsed_then_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must|range|month|day|hour|minute|second|year"):
        FhirTime.parse(text)


@settings(max_examples=300)
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(ZONES))
def test_given_any_day_when_placed_then_days_follow_without_gap_or_overlap(day: date, zone: str) -> None:
    place = ZoneInfo(zone)
    today, tomorrow = FhirTime(day.isoformat()), FhirTime((day + timedelta(days=1)).isoformat())
    assert today.latest(place) == tomorrow.earliest(place)
    assert today.earliest(place) <= today.latest(place)
    assert FhirTime(f"{day:%Y-%m}").earliest(place) <= today.earliest(place)
    assert today.latest(place) <= FhirTime(f"{day:%Y}").latest(place)


@settings(max_examples=200)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.sampled_from(ZONES))
def test_given_any_moment_when_asked_for_then_exactly_one_day_holds_it(moment: datetime, zone: str) -> None:
    place, at = ZoneInfo(zone), moment.replace(tzinfo=UTC)
    local = at.astimezone(place).date()
    days = [FhirTime((local + timedelta(days=shift)).isoformat()) for shift in (-1, 0, 1)]
    assert [FhirPeriod(day, day).contains(at, place) for day in days] == [False, True, False]


def test_given_a_period_when_its_end_may_be_before_its_start_in_some_zone_then_it_is_not_backward() -> None:
    same_day = FhirPeriod(FhirTime("2026-01-01T20:00:00-08:00"), FhirTime("2026-01-01"))
    assert not same_day.is_backward
    assert FhirPeriod(FhirTime("2026-01-02"), FhirTime("2026-01-01")).is_backward
    assert not FhirPeriod(FhirTime("2026-01-01"), FhirTime("2026-01")).is_backward
    assert FhirPeriod(FhirTime("2026-01-01T00:00:01Z"), FhirTime("2026-01-01T00:00:00Z")).is_backward
    assert not FhirPeriod(None, FhirTime("2026-01-01")).is_backward
