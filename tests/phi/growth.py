"""Tells time that grows with the length of a text from time that grows with its square, on a machine that is busy."""

import time
from collections.abc import Callable

_TIMES_LONGER = 16
_MOST = 64  # between 16, which is linear, and 256, which is squared: four times the noise on either side
_ATTEMPTS = 4


def grows_with_length_alone(read: Callable[[str], object], unit: str, length: int = 1_000) -> bool:
    """Whether ``read`` takes about as many times longer as ``unit``, repeated, is longer.

    Processor time, the best of every attempt so far at either size: another process can only add to a measurement, so
    that the least of them is the nearest, and a squared time stays squared however often it is measured.
    """
    short, long = _repeated(unit, length), _repeated(unit, _TIMES_LONGER * length)
    best_short, best_long = _seconds(read, short), float("inf")
    for _ in range(_ATTEMPTS):
        best_short = min(best_short, _seconds(read, short), _seconds(read, short))
        best_long = min(best_long, _seconds(read, long))
        if best_long < _MOST * best_short:
            return True
    return False


def _repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def _seconds(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started
