"""How long one stretch of a flow takes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a flow, over everything that went through it: seconds at the median and at the slowest."""

    name: str
    explanation: str
    median: float
    slowest: float

    @classmethod
    def of(cls, name: str, explanation: str, seconds: Sequence[float]) -> Self:
        """Sum up at least one measurement; clocks of two processes may disagree, time does not run backwards."""
        return cls(name, explanation, max(0.0, statistics.median(seconds)), max(0.0, *seconds))
