"""One measured figure, with what it should reach."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """``value`` in ``unit``; ``goal`` in words, its last word the bound; ``detail`` says what was compared."""

    title: str
    value: float
    unit: str
    goal: str
    detail: str = ""

    @property
    def reached(self) -> bool:
        bound = float(self.goal.split()[-1])
        return (
            self.value >= (0.75 * bound if "near" in self.goal else bound) if self._wants_more else self.value <= bound
        )

    @property
    def _wants_more(self) -> bool:
        return self.goal.startswith(("at least", "near"))


def best(rates: Sequence[float]) -> float:
    """The best of several rounds: on a shared machine the noise only ever slows."""
    return max(rates)
