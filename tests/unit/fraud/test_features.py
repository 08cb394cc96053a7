"""Features: the right number for what happened, and always as many finite ones."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.documents.passage import ClaimLine
from healthcare_runtime.fraud.activity import DayCount, HourCount, activity, patient_bucket
from healthcare_runtime.fraud.claims import LARGEST_AMOUNT, ClaimFacts, claim_facts
from healthcare_runtime.fraud.features import FEATURE_NAMES, FeatureVector, feature_vector
from tests.unit.fraud.arrivals import NOON, arrival

ARRIVED = date(2027, 1, 15)
LINE = ClaimLine(claim="c1", patient="p1", service_date="2027-01-10", procedure="99213", units=1, amount=120.0)


def test_given_ordinary_lines_when_summed_up_then_nothing_stands_out() -> None:
    facts = claim_facts([LINE, replace(LINE, procedure="99214", amount=80.0)], arrived=ARRIVED)
    assert facts == ClaimFacts(lines=2, total_amount=200.0, largest_amount=120.0)


def test_given_repeated_lines_when_summed_up_then_each_repetition_counts() -> None:
    assert claim_facts([LINE, LINE, LINE, replace(LINE, amount=1.0)], arrived=ARRIVED).duplicates == 2


@pytest.mark.parametrize(
    ("day", "encounter", "outside"),
    [
        ("2027-01-15", None, 0),
        ("2027-01-16", None, 1),
        ("2025-12-01", None, 1),
        ("2027-01-10", (date(2027, 1, 9), date(2027, 1, 10)), 0),
        ("2027-01-11", (date(2027, 1, 9), date(2027, 1, 10)), 1),
        ("2027-01-10T08:00:00+09:00", None, 0),
        ("", None, 0),
        ("2027-02-30", None, 0),
    ],
)
def test_given_a_service_date_when_held_against_the_encounter_then_only_a_readable_one_outside_counts(
    day: str, encounter: tuple[date, date] | None, outside: int
) -> None:
    assert claim_facts([replace(LINE, service_date=day)], arrived=ARRIVED, encounter=encounter).outside == outside


def test_given_more_services_on_a_day_than_hours_when_summed_up_then_their_lines_are_impossible() -> None:
    half = replace(LINE, units=13.0)
    assert claim_facts([half, replace(half, claim="c2")], arrived=ARRIVED).impossible == 2
    assert claim_facts([half, replace(half, patient="p2")], arrived=ARRIVED).impossible == 0
    assert claim_facts([half, replace(half, service_date="2027-01-11")], arrived=ARRIVED).impossible == 0


def test_given_counters_when_summed_up_then_the_hour_slides_and_usual_is_of_the_days_before() -> None:
    at = 1_000_000 * 3600 + 900.0  # a quarter past
    hour, day = 1_000_000, 1_000_000 // 24
    known = activity(
        at,
        8,
        {
            hour: HourCount(3, frozenset({1, 2})),
            hour - 1: HourCount(8, frozenset({2, 3})),
            hour - 23: HourCount(1, frozenset({9})),
            hour - 24: HourCount(100, frozenset(range(100))),
        },
        {
            day: DayCount(50, frozenset(range(50)), {}),
            day - 1: DayCount(10, frozenset({1}), {7: 4, 9: 5, 12: 1}),
            day - 14: DayCount(30, frozenset({2}), {8: 30}),
            day - 15: DayCount(99, frozenset({3}), {}),
        },
        repeats=2,
    )
    assert known.last_hour == pytest.approx(3 + 8 * 0.75)
    assert known.last_day == 12
    assert known.patients_last_day == pytest.approx(4, abs=0.1)
    assert (known.usual_day, known.usual_hour, known.days_known) == (20, 20 / 24, 2)
    assert known.new_patients == pytest.approx(2 / 4)
    assert known.hour_share == pytest.approx(39.5 / 44)
    assert known.repeats == 2


def test_given_two_hundred_patients_when_counted_by_buckets_then_the_estimate_is_near() -> None:
    for count in (20, 200, 800):
        buckets = frozenset(patient_bucket(f"patient-{number}") for number in range(count))
        known = activity(3600.0, 1, {1: HourCount(count, buckets)}, {}, repeats=0)
        assert known.patients_last_day == pytest.approx(count, rel=0.1)


def test_given_an_arrival_when_described_then_time_is_the_sites_own() -> None:
    nothing = activity(NOON.timestamp(), 12, {}, {}, repeats=0)
    named = dict(zip(FEATURE_NAMES, feature_vector(arrival(kind="csv"), nothing, ClaimFacts()).values, strict=True))
    assert named["hour_cosine"] == pytest.approx(math.cos(2 * math.pi * 12.5 / 24))
    assert (named["night"], named["weekend"], named["kind_csv"], named["kind_text"]) == (0, 0, 1, 0)
    later = arrival(at=NOON + timedelta(days=1, hours=11))
    named = dict(zip(FEATURE_NAMES, feature_vector(later, nothing, ClaimFacts()).values, strict=True))
    assert (named["night"], named["weekend"]) == (1, 1)


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.none()


@given(
    st.lists(
        st.builds(
            ClaimLine,
            claim=st.text(max_size=3),
            patient=st.text(max_size=3),
            service_date=st.one_of(st.text(max_size=12), st.dates().map(str)),
            procedure=st.text(max_size=3),
            units=NUMBERS,
            amount=NUMBERS,
        ),
        max_size=8,
    ),
    st.integers(-5, 10**12),
    st.text(max_size=10),
)
def test_given_any_claim_lines_and_sizes_when_described_then_there_are_as_many_finite_numbers(
    lines: list[ClaimLine], size: int, kind: str
) -> None:
    known = activity(NOON.timestamp(), 12, {}, {}, repeats=0)
    vector = feature_vector(arrival(size=size, kind=kind), known, claim_facts(lines, arrived=ARRIVED))
    assert len(vector.values) == len(FEATURE_NAMES)


def test_given_amounts_whose_sum_no_float_holds_when_summed_up_then_each_counts_as_the_largest() -> None:
    lines = [ClaimLine(amount=amount) for amount in (1.7e308, 1.7e308, math.inf, 5.0)]
    facts = claim_facts(lines, arrived=ARRIVED)
    assert (facts.total_amount, facts.largest_amount) == (2 * LARGEST_AMOUNT + 5, LARGEST_AMOUNT)


def test_given_numbers_that_are_no_vector_when_made_one_then_they_are_refused() -> None:
    for values in ((), (0.0,) * (len(FEATURE_NAMES) - 1), (math.nan,) * len(FEATURE_NAMES)):
        with pytest.raises(ValueError, match="features: must be"):
            FeatureVector(values)
