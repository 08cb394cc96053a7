"""The two quotas of DetectPHI: transactions per second and characters per second (docs: quotas)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotas:
    """Per second, for the account and region; those of AWS. 0 lets everything pass."""

    transactions_per_second: float = 100
    characters_per_second: float = 40_000


class Throttle:
    """Two token buckets, each of one second; a request takes from both or from neither."""

    def __init__(self, quotas: Quotas, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = (quotas.transactions_per_second, quotas.characters_per_second)
        self._left = list(self._rates)
        self._clock = clock
        self._filled_at = clock()
        self._lock = threading.Lock()

    def take(self, characters: int) -> bool:
        """Let a request of so many characters pass; False when a quota is used up."""
        with self._lock:
            now = self._clock()
            self._left = [
                min(rate, left + (now - self._filled_at) * rate)
                for rate, left in zip(self._rates, self._left, strict=True)
            ]
            self._filled_at = now
            costs = (1, characters)
            # a full bucket lets one request pass that alone is larger than it: it could never pass else
            fits = all(
                rate <= 0 or left >= min(cost, rate)
                for rate, left, cost in zip(self._rates, self._left, costs, strict=True)
            )
            if fits:
                self._left = [left - cost for left, cost in zip(self._left, costs, strict=True)]
            return fits
