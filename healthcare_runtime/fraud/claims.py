"""What a document's claim lines look like together: amounts, repetitions, dates and frequencies that cannot be."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from healthcare_runtime.documents.passage import ClaimLine

LINES_READ: Final = 10_000
"""Of a document with more, the first ones speak for it."""
UNITS_PER_DAY: Final = 24.0
"""One procedure for one patient on one day, more often than hours: nobody can have provided it."""
LARGEST_AMOUNT: Final = 1e12
"""What lies beyond counts as this much: a sum of what a file may claim must not overflow."""
OLDEST_SERVICE: Final = timedelta(days=366)
"""Timely filing: Medicare takes claims within one calendar year (42 CFR 424.44)."""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """Counts and amounts over the lines of a document; all 0 for one without claims."""

    lines: int = 0
    total_amount: float = 0.0
    largest_amount: float = 0.0
    duplicates: int = 0
    """Lines that repeat another in claim, patient, date, procedure, units and amount."""
    outside: int = 0
    """Lines whose service date is outside the encounter, after the arrival or older than a year."""
    impossible: int = 0
    """Lines of a patient's procedure that comes more than 24 times on one day."""


def claim_facts(lines: Sequence[ClaimLine], *, arrived: date, encounter: tuple[date, date] | None = None) -> ClaimFacts:
    """Sum up the claim lines of one document.

    Parameters
    ----------
    arrived
        The day of arrival at the site.
    encounter
        First and last day, where the document says them.
    """
    read = lines[:LINES_READ]
    amounts = [
        max(-LARGEST_AMOUNT, min(LARGEST_AMOUNT, line.amount))
        for line in read
        if line.amount is not None and math.isfinite(line.amount)
    ]
    repeated = Counter(
        (line.claim, line.patient, line.service_date, line.procedure, line.units, line.amount) for line in read
    )
    frequency: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for line in read:
        units = 1.0 if line.units is None or not math.isfinite(line.units) else max(0.0, line.units)
        frequency[line.patient, line.service_date, line.procedure] += units
    return ClaimFacts(
        lines=len(read),
        total_amount=math.fsum(amounts),
        largest_amount=max(amounts, default=0.0),
        duplicates=sum(count - 1 for count in repeated.values()),
        outside=sum(_outside(line.service_date, arrived, encounter) for line in read),
        impossible=sum(
            bool(line.procedure) and frequency[line.patient, line.service_date, line.procedure] > UNITS_PER_DAY
            for line in read
        ),
    )


def _outside(text: str, arrived: date, encounter: tuple[date, date] | None) -> bool:
    """A date that cannot be read is not held against the line: data quality is another step's."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return False
    first, last = encounter or (arrived - OLDEST_SERVICE, arrived)
    return not first <= day <= last
