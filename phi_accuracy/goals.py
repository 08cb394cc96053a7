"""What the detector must reach on text that its authors did not see, and whether a measurement reaches it.

"Accuracy" itself is no goal: most characters are not PHI, so that finding nothing is nine tenths accurate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_accuracy.corpus import Corpus
from phi_accuracy.measurement import Measurement

WORST_GROUP_DISTANCE: Final = 0.05
FEWEST_NAMES: Final = 30
"""A group with fewer names than this says nothing about the group."""

_FULL: Final = {
    PhiType.NAME: 0.95,
    PhiType.ADDRESS: 0.92,
    PhiType.ID: 0.98,
    PhiType.PHONE_OR_FAX: 0.98,
    PhiType.EMAIL: 0.98,
    PhiType.URL: 0.98,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal beside what was measured. ``at_most``: the goal is an upper bound."""

    goal: str
    bound: float
    value: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """Compared unrounded: 0.9496 does not reach 0.95."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound


def verdicts(measurement: Measurement) -> Iterator[Verdict]:
    """Every goal that the corpus can say something about. Mixed notes have no transforms and no goals by type."""
    clean, free, transformed = measurement.clean, measurement.free, measurement.transformed.items()
    measured: list[tuple[str, float, float | None, bool]] = [
        ("characters of PHI covered", 0.95, clean.character_recall, False),
        *((f"{kind} fully covered", bound, clean.full_recall(kind), False) for kind, bound in _FULL.items()),
        ("precision, spans", 0.85, clean.span_precision, False),
        ("precision, characters", 0.80, clean.character_precision, False),
        ("characters masked in notes without PHI", 0.02, free.masked, True),
        *((f"{name}: characters covered", 0.90, made.character_recall, False) for name, made in transformed),
        ("worst origin of names, below the mean by", WORST_GROUP_DISTANCE, worst_group_distance(measurement), True),
    ]  # fmt: skip
    for goal, bound, value, at_most in measured:
        if value is not None:
            yield Verdict(goal, bound, value, at_most)


def worst_group_distance(measurement: Measurement) -> float | None:
    """How far the worst group's share of fully covered names lies below the mean of the groups."""
    clean = measurement.clean
    groups = {origin: value for origin, value in clean.name_recall().items() if clean.names[origin] >= FEWEST_NAMES}
    if measurement.corpus is Corpus.MIXED or len(groups) < 2:
        return None
    return sum(groups.values()) / len(groups) - min(groups.values())
