"""The features of one document's arrival: a fixed vector with names, the same in training and in service."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from healthcare_runtime.fraud.activity import SubmitterActivity
from healthcare_runtime.fraud.claims import ClaimFacts

KINDS: Final = ("text", "pdf", "hl7v2", "xml", "cda", "fhir", "csv")
"""Formats of documents; any other is none of them."""

FEATURE_NAMES: Final = (
    "hour_sine",
    "hour_cosine",
    "night",
    "weekend",
    "documents_hour",
    "documents_day",
    "hour_over_usual",
    "day_over_usual",
    "hour_share",
    "patients_day",
    "patients_over_usual",
    "patients_per_document",
    "new_patients",
    "days_known",
    "repeats",
    "size",
    *(f"kind_{kind}" for kind in KINDS),
    "claim_lines",
    "claim_total",
    "claim_largest",
    "claim_mean",
    "claim_duplicates",
    "claim_outside",
    "claim_impossible",
)
"""In the order of the vector. Counts, sizes and amounts are ``log(1 + x)``, what is "over usual" a difference of two of
them, ``hour_share`` a logarithm."""


@dataclass(frozen=True, slots=True)
class FeatureVector:
    """One number for each of ``FEATURE_NAMES``; says nothing about a person."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) != len(FEATURE_NAMES) or not all(map(math.isfinite, self.values)):
            raise ValueError(f"features: must be {len(FEATURE_NAMES)} finite numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A document that arrived. ``patient`` and ``submitter`` are identifiers: they enter counts and digests only."""

    document_id: str
    received_at: datetime
    """In the zone of the site that sent it."""
    submitter: str
    patient: str
    content_digest: str
    size: int
    """Bytes."""
    kind: str

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at: must have a zone")


def feature_vector(arrival: Arrival, activity: SubmitterActivity, claims: ClaimFacts) -> FeatureVector:
    """Describe an arrival in numbers. Pure."""
    moment = arrival.received_at
    angle = 2 * math.pi * (moment.hour + moment.minute / 60) / 24
    hour, day = math.log1p(activity.last_hour), math.log1p(activity.last_day)
    return FeatureVector(
        (
            math.sin(angle),
            math.cos(angle),
            float(moment.hour < 6 or moment.hour >= 22),
            float(moment.weekday() >= 5),
            hour,
            day,
            hour - math.log1p(activity.usual_hour),
            day - math.log1p(activity.usual_day),
            math.log(max(1e-6, activity.hour_share)),
            math.log1p(activity.patients_last_day),
            math.log1p(activity.patients_last_day) - math.log1p(activity.usual_patients),
            activity.patients_last_day / max(1, activity.last_day),
            activity.new_patients,
            math.log1p(activity.days_known),
            math.log1p(activity.repeats),
            math.log1p(max(0, arrival.size)),
            *(float(arrival.kind == kind) for kind in KINDS),
            math.log1p(claims.lines),
            math.log1p(max(0.0, claims.total_amount)),
            math.log1p(max(0.0, claims.largest_amount)),
            math.log1p(max(0.0, claims.total_amount) / max(1, claims.lines)),
            math.log1p(claims.duplicates),
            math.log1p(claims.outside),
            math.log1p(claims.impossible),
        )
    )
