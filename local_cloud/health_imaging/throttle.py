"""The request throttle of AWS: a token bucket per operation (HealthImaging: throttling limits)."""

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """Lets ``rate`` requests per second pass, and ``burst`` at once. A rate of 0 lets everything pass."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = max(float(burst), 1.0)
        self._clock = clock
        self._tokens = self._burst
        self._filled_at = clock()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one token; False when there is none."""
        if self._rate <= 0:
            return True
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
