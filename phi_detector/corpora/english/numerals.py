"""Numbers as they are written."""

import random
import string
from typing import Final

from phi_detector.corpora.english.word_lists import pools

_ONES: Final = pools("numerals")["ones"]
_TENS: Final = pools("numerals")["tens"]
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}


def digits(rng: random.Random, count: int) -> str:
    """Random digits."""
    return "".join(rng.choices(string.digits, k=count))


def capitals(rng: random.Random, count: int) -> str:
    """Random capital letters."""
    return "".join(rng.choices(string.ascii_uppercase, k=count))


def ordinal(number: int) -> str:
    """A number of a row: "1st", "22nd", "13th"."""
    return f"{number}{'th' if 10 <= number % 100 <= 20 else _ORDINALS.get(number % 10, 'th')}"


def in_words(number: int) -> str:
    """A number below one hundred in words: "forty-two"."""
    if number < len(_ONES):
        return _ONES[number]
    return _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")
