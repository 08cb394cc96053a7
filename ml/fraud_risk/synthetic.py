"""Synthetic arrivals, declared as such: no real submitter, patient or claim is behind them.

Submitters have hours, volumes, formats and patients of their own, with the harmless irregularities that such a system
shows (resent documents, month ends, daily batches, the backlog that a new submitter begins with). Anomalies of nine
kinds are injected as episodes; the kind of every arrival is known. What a model learns here is what is described here:
docs/fraud-risk.md says what that is worth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from healthcare_runtime.documents.passage import ClaimLine
from healthcare_runtime.fraud.activity import DayCount, HourCount, SubmitterActivity, activity, patient_bucket
from healthcare_runtime.fraud.claims import claim_facts
from healthcare_runtime.fraud.features import Arrival, FeatureVector, feature_vector

BEGIN: Final = datetime(2027, 1, 4, tzinfo=UTC)
DAYS: Final = 42
SUBMITTERS: Final = 24

_ZONES: Final = ("America/New_York", "America/Chicago", "Asia/Tokyo")
_KINDS: Final = ("text", "pdf", "hl7v2", "cda", "fhir", "csv")
_SIZES: Final = {"text": 4_000, "pdf": 180_000, "hl7v2": 3_000, "cda": 40_000, "fhir": 12_000, "csv": 25_000}


class Anomaly(StrEnum):
    """What was injected; NONE for an ordinary arrival."""

    NONE = "none"
    BURST = "burst"  # far more documents in an hour than ever
    NIGHT = "night"  # at night, from somebody who works by day
    HARVEST = "harvest"  # every document another patient's
    REPLAY = "replay"  # one content again and again
    OVERSIZE = "oversize"  # documents many times as large as usual
    INFLATED = "inflated amounts"
    DUPLICATED = "duplicated lines"
    OUTSIDE = "dates outside"  # services that are in the future or years ago
    IMPOSSIBLE = "impossible frequency"  # more services on one day than there are hours


CLAIM_ANOMALIES: Final = (Anomaly.INFLATED, Anomaly.DUPLICATED, Anomaly.OUTSIDE, Anomaly.IMPOSSIBLE)
INJECTED: Final = tuple(each for each in Anomaly if each is not Anomaly.NONE)


@dataclass(frozen=True, slots=True)
class LabelledArrival:
    """Features and the truth."""

    features: FeatureVector
    anomaly: Anomaly


@dataclass(frozen=True, slots=True)
class _Submitter:
    name: str
    zone: ZoneInfo
    daily: float
    hours: tuple[float, ...]
    """Share of each hour of the day."""
    weekend: float
    kinds: tuple[float, ...]
    patients: int
    claims: bool
    price: float
    first_day: int
    backlog: int
    """Documents that it sends within its first hour."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An arrival before its history is counted."""

    moment: datetime
    submitter: _Submitter
    kind: str
    patient: str
    content: str
    size: int
    lines: tuple[ClaimLine, ...]
    anomaly: Anomaly = Anomaly.NONE


def arrivals(seed: int, *, days: int = DAYS, submitters: int = SUBMITTERS) -> list[LabelledArrival]:
    """Generate a world of arrivals, in the order of time; the same for the same seed."""
    random = np.random.default_rng(seed)
    crowd = [_submitter(random, seed, number) for number in range(submitters)]
    drafts: list[_Draft] = []
    for one in crowd:
        drafts.extend(_backlog(random, one))
        for day in range(one.first_day, days):
            drafts.extend(_ordinary_day(random, one, BEGIN + timedelta(days=day)))
    for anomaly in INJECTED:
        suspects = [one for one in crowd if _may(one, anomaly)]
        for _ in range(max(3, submitters * days // 60)):
            suspect = suspects[random.integers(len(suspects))]
            when = BEGIN + timedelta(days=int(random.integers(suspect.first_day, days)))
            drafts.extend(_episode(random, anomaly, suspect, when))
    drafts.sort(key=lambda draft: draft.moment)
    return list(_counted(drafts))


def _may(one: _Submitter, anomaly: Anomaly) -> bool:
    """Whether an anomaly is one for this submitter: nights are usual for some, claims come from some only."""
    if anomaly is Anomaly.NIGHT:
        return one.hours[2] < 0.01
    return one.claims or anomaly not in CLAIM_ANOMALIES


def _submitter(random: np.random.Generator, seed: int, number: int) -> _Submitter:
    claims = number % 3 == 0
    hours = np.ones(24) * 0.02
    hours[8:18] = 1.0
    if number % 4 == 1:  # everything in one batch a day, some of them at night
        hours[:] = 0.0
        hours[int(random.integers(24))] = 1.0
    kinds = random.dirichlet(np.ones(len(_KINDS)) * 0.4)
    if claims:
        kinds = np.asarray([0.05, 0.05, 0.0, 0.0, 0.4, 0.5])
    daily = float(np.exp(random.uniform(np.log(8), np.log(120))))
    return _Submitter(
        name=f"synthetic-{seed}-{number}",
        zone=ZoneInfo(_ZONES[number % len(_ZONES)]),
        daily=daily,
        hours=tuple((hours / hours.sum()).tolist()),
        weekend=float(random.choice([0.05, 0.3, 1.0])),
        kinds=tuple((kinds / kinds.sum()).tolist()),
        patients=max(5, int(daily * random.uniform(0.5, 4))),
        claims=claims,
        price=float(np.exp(random.normal(4.8, 0.4))),
        first_day=int(random.integers(0, 10)),
        backlog=int(random.integers(50, 400)) if random.random() < 0.6 else 0,
    )


def _backlog(random: np.random.Generator, one: _Submitter) -> Iterator[_Draft]:
    """A new submitter sends what has been waiting for it."""
    hour = int(random.integers(7, 20))
    for _ in range(one.backlog):
        yield _draft(random, one, _at(random, one, BEGIN + timedelta(days=one.first_day), hour))


def _ordinary_day(random: np.random.Generator, one: _Submitter, day: datetime) -> Iterator[_Draft]:
    local = day.astimezone(one.zone)
    mean = one.daily * (one.weekend if local.weekday() >= 5 else 1.0) * (1.8 if local.day >= 29 else 1.0)
    before: _Draft | None = None
    for _ in range(int(random.poisson(mean))):
        hour = int(random.choice(24, p=one.hours))
        draft = _draft(random, one, _at(random, one, day, hour))
        if before is not None and random.random() < 0.01:  # resent, because an answer was lost
            draft = replace(before, moment=before.moment + timedelta(minutes=float(random.uniform(1, 20))))
        before = draft
        yield draft


def _episode(random: np.random.Generator, anomaly: Anomaly, one: _Submitter, day: datetime) -> Iterator[_Draft]:
    """The arrivals of one injected anomaly."""
    hour = int(random.integers(8, 17))
    few = int(random.integers(3, 13))
    match anomaly:
        case Anomaly.BURST:
            count = int(np.clip(one.daily * random.uniform(0.8, 2.0), 15, 120))
            for _ in range(count):
                yield replace(_draft(random, one, _at(random, one, day, hour)), anomaly=anomaly)
        case Anomaly.NIGHT:
            for _ in range(few):
                yield replace(_draft(random, one, _at(random, one, day, int(random.integers(0, 5)))), anomaly=anomaly)
        case Anomaly.HARVEST:
            for _ in range(int(np.clip(one.daily * random.uniform(0.3, 0.8), 10, 60))):
                draft = _draft(random, one, _at(random, one, day, hour + int(random.integers(0, 4))))
                yield replace(draft, patient=f"stranger-{random.integers(10**9)}", anomaly=anomaly)
        case Anomaly.REPLAY:
            first = _draft(random, one, _at(random, one, day, hour))
            for minute in np.sort(random.uniform(0, 120, few + 3)):
                yield replace(first, moment=first.moment + timedelta(minutes=float(minute)), anomaly=anomaly)
        case Anomaly.OVERSIZE:
            for _ in range(few // 2 + 1):
                draft = _draft(random, one, _at(random, one, day, hour))
                yield replace(draft, size=int(draft.size * random.uniform(15, 80)), anomaly=anomaly)
        case _:
            for _ in range(few // 2 + 1):
                draft = _draft(random, one, _at(random, one, day, hour), kind="csv")
                yield replace(draft, lines=_bent(random, anomaly, draft.lines), anomaly=anomaly)


def _draft(random: np.random.Generator, one: _Submitter, moment: datetime, kind: str | None = None) -> _Draft:
    kind = kind or str(random.choice(_KINDS, p=one.kinds))
    patient = f"{one.name}-{random.integers(one.patients)}"
    billed = kind == "csv" or (kind == "fhir" and one.claims)
    return _Draft(
        moment=moment,
        submitter=one,
        kind=kind,
        patient=patient,
        content=f"{random.integers(2**62):016x}",
        size=int(_SIZES[kind] * np.exp(random.normal(0, 0.6))),
        lines=tuple(_lines(random, one, moment, patient)) if billed else (),
    )


def _lines(random: np.random.Generator, one: _Submitter, moment: datetime, patient: str) -> Iterator[ClaimLine]:
    """A claim: some services in the days before, now and then one that was entered twice or late."""
    for number in range(1 + int(random.poisson(5))):
        late = 500 if random.random() < 0.002 else 0
        line = ClaimLine(
            claim=f"{random.integers(10**6)}" if number == 0 else "same",
            patient=patient,
            provider=one.name,
            service_date=f"{(moment - timedelta(days=late + int(random.integers(0, 20)))).date()}",
            procedure=f"{99200 + int(random.integers(40))}",
            units=float(random.choice([1, 1, 1, 1, 2, 4])),
            amount=round(float(one.price * np.exp(random.normal(0, 0.7))), 2),
        )
        yield line
        if random.random() < 0.01:
            yield line


def _bent(random: np.random.Generator, anomaly: Anomaly, lines: tuple[ClaimLine, ...]) -> tuple[ClaimLine, ...]:
    """What somebody who bills too much makes of a claim."""
    match anomaly:
        case Anomaly.INFLATED:
            factor = float(random.uniform(6, 20))
            return tuple(replace(line, amount=(line.amount or 0) * factor) for line in lines)
        case Anomaly.DUPLICATED:
            return lines + lines[: max(2, len(lines) // 2)]
        case Anomaly.OUTSIDE:
            return tuple(
                replace(line, service_date="2024-02-29" if n % 2 else "2027-12-24") for n, line in enumerate(lines)
            )
        case _:
            return tuple(replace(line, units=float(random.integers(25, 60))) for line in lines)


def _at(random: np.random.Generator, one: _Submitter, day: datetime, hour: int) -> datetime:
    """A moment of ``day`` at the submitter's ``hour``."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=one.zone)
    return local + timedelta(seconds=float(random.uniform(0, 3600)))


def _counted(drafts: list[_Draft]) -> Iterator[LabelledArrival]:
    """Count history as :class:`.SubmitterHistory` does, and describe each arrival by it."""
    hours: dict[str, dict[int, HourCount]] = {}
    days: dict[str, dict[int, DayCount]] = {}
    contents: dict[tuple[str, str], int] = {}
    for number, draft in enumerate(drafts):
        name, at = draft.submitter.name, draft.moment.timestamp()
        local_hour = draft.moment.astimezone(draft.submitter.zone).hour
        patient = frozenset({patient_bucket(draft.patient)})
        by_hour, by_day = hours.setdefault(name, {}), days.setdefault(name, {})
        this_hour = by_hour.get(int(at // 3600), HourCount(0, frozenset()))
        by_hour[int(at // 3600)] = HourCount(this_hour.documents + 1, this_hour.patients | patient)
        today = by_day.get(int(at // 86_400), DayCount(0, frozenset(), {}))
        by_day[int(at // 86_400)] = DayCount(
            today.documents + 1,
            today.patients | patient,
            {**today.hours, local_hour: today.hours.get(local_hour, 0) + 1},
        )
        repeats = contents.get((name, draft.content), 0)
        contents[name, draft.content] = repeats + 1
        known = activity(at, local_hour, by_hour, by_day, repeats=repeats)
        yield LabelledArrival(_described(number, draft, known), draft.anomaly)


def _described(number: int, draft: _Draft, known: SubmitterActivity) -> FeatureVector:
    arrival = Arrival(
        document_id=hashlib.sha256(str(number).encode()).hexdigest()[:32],
        received_at=draft.moment.astimezone(draft.submitter.zone),
        submitter=draft.submitter.name,
        patient=draft.patient,
        content_digest=draft.content,
        size=draft.size,
        kind=draft.kind,
    )
    return feature_vector(arrival, known, claim_facts(draft.lines, arrived=arrival.received_at.date()))
