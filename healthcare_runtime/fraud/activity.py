"""What a submitter has sent before: counts by hour and day, patients as a bounded sketch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

HOURS_BACK: Final = 24
DAYS_BACK: Final = 14
PATIENT_BUCKETS: Final = 512
"""Patients are counted by which of these buckets their digests fall into (linear counting, Whang et al. 1990): an item
stays small however many there are, and holds nothing about them. Within 10 % up to a thousand patients a day."""


@dataclass(frozen=True, slots=True)
class HourCount:
    """One hour of a submitter."""

    documents: int
    patients: frozenset[int]
    """Numbers of patient buckets."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of a submitter."""

    documents: int
    patients: frozenset[int]
    hours: Mapping[int, int]
    """Documents by the site's hour of the day."""


@dataclass(frozen=True, slots=True)
class SubmitterActivity:
    """A submitter at the moment of an arrival, which is counted already."""

    last_hour: float
    """Documents; a sliding hour out of two counted ones."""
    last_day: int
    patients_last_day: float
    usual_hour: float
    """Mean documents of an active day's hour over the days before; 0 without history."""
    usual_day: float
    usual_patients: float
    """Mean patients of an active day before today; 0 without history."""
    new_patients: float
    """Share of the last day's patients that the days before today have not seen; 1 without history."""
    hour_share: float
    """Share of the documents of the days before today that came within an hour of this time of day, smoothed."""
    days_known: int
    """Days before today with a document, of the last fourteen."""
    repeats: int
    """How often the same content came from this submitter before, within a day or two."""


def patient_bucket(patient: str) -> int:
    """Which bucket a patient falls into."""
    return int.from_bytes(hashlib.sha256(patient.encode("utf-8", "surrogatepass")).digest()[:4]) % PATIENT_BUCKETS


def activity(
    at: float, local_hour: int, hours: Mapping[int, HourCount], days: Mapping[int, DayCount], *, repeats: int
) -> SubmitterActivity:
    """Sum up what was counted.

    Parameters
    ----------
    at
        Epoch seconds of the arrival.
    local_hour
        The site's hour of the day, 0 to 23.
    hours
        By number of the hour since the epoch; those of the last day matter.
    days
        By number of the day since the epoch; the fourteen before today matter.
    """
    hour = int(at // 3600)
    day = int(at // 86_400)
    passed = at / 3600 - hour
    present = hours[hour].documents if hour in hours else 0
    before = hours[hour - 1].documents if hour - 1 in hours else 0
    recent = [hours[each] for each in range(hour - HOURS_BACK + 1, hour + 1) if each in hours]
    past = [days[each] for each in range(day - DAYS_BACK, day) if each in days]
    known = max(1, len(past))
    documents = sum(each.documents for each in past)
    patients = _union(each.patients for each in recent)
    near = [(local_hour + step) % 24 for step in (-1, 0, 1)]
    return SubmitterActivity(
        last_hour=present + before * (1 - passed),
        last_day=sum(each.documents for each in recent),
        patients_last_day=_distinct(patients),
        usual_hour=documents / known / 24,
        usual_day=documents / known,
        usual_patients=sum(_distinct(each.patients) for each in past) / known,
        new_patients=len(patients - _union(each.patients for each in past)) / max(1, len(patients)),
        # Three of twenty-four hours are expected of somebody about whom nothing is known.
        hour_share=(sum(each.hours.get(one, 0) for each in past for one in near) + 0.5) / (documents + 4),
        days_known=len(past),
        repeats=repeats,
    )


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*sets)


def _distinct(buckets: frozenset[int]) -> float:
    """Estimate how many patients hit these buckets."""
    free = PATIENT_BUCKETS - len(buckets)
    return PATIENT_BUCKETS * math.log(PATIENT_BUCKETS / max(1, free))
