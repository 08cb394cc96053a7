"""How long a state waits before it is retried (Amazon States Language, Errors, Retry)."""

from collections.abc import Mapping
from typing import Any

_YEAR_SECONDS = 31_622_400  # the largest MaxDelaySeconds and IntervalSeconds that the language allows


def retry_delay(retrier: Mapping[str, Any], earlier: int, *, fraction: float) -> float:
    """Seconds before the next attempt.

    Parameters
    ----------
    retrier
        One element of a state's ``Retry``.
    earlier
        How many times it has retried already.
    fraction
        A number in [0, 1): where in the interval full jitter lands.
    """
    delay = float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** min(earlier, 64)
    delay = min(delay, float(retrier.get("MaxDelaySeconds", _YEAR_SECONDS)))
    return delay * fraction if retrier.get("JitterStrategy", "NONE") == "FULL" else delay
