"""Numbers on the command lines of the local cloud's processes: one that cannot work ends the start in one line."""

import argparse
import math
from collections.abc import Callable
from typing import Final

HIGHEST_PORT: Final = 65_535


def whole_number(minimum: int, maximum: int | None = None) -> Callable[[str], int]:
    """An argument's type: a whole number within limits; the message names what it must be."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum or (maximum is not None and number > maximum):
            upper = "" if maximum is None else f" and at most {maximum}"
            raise argparse.ArgumentTypeError(f"{text[:40]!r} must be a whole number of at least {minimum}{upper}")
        return number

    return read


def decimal_number(minimum: float) -> Callable[[str], float]:
    """An argument's type: a finite number of at least ``minimum``."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not minimum <= number < math.inf:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} must be a number of at least {minimum:g}")
        return number

    return read


port_number: Final = whole_number(0, HIGHEST_PORT)
