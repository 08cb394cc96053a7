"""Numbers as they are written: ASCII and full-width digits, kanji, English words; and written back in the same hand."""

from __future__ import annotations

import re
from typing import Final

_WIDE_OFFSET: Final = 0xFEE0
_KANJI: Final = "〇一二三四五六七八九"
_KANJI_VALUES: Final = {character: value for value, character in enumerate(_KANJI)} | {"零": 0, "元": 1}
KANJI_DIGITS: Final = "〇零一二三四五六七八九十百元"

# One character each, so that positions stay: full-width forms, separators of dates, the ideographic space.
_FOLDING: Final = str.maketrans(
    {chr(code + _WIDE_OFFSET): chr(code) for code in range(0x21, 0x7F)}
    | dict.fromkeys("‐‑‒–—−ー", "-")
    | {"・": ".", "　": " ", "\u00a0": " ", "\u2007": " ", "\u202f": " ", "’": "'"}
)

_UNIT_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_UNITS: Final = _UNIT_WORDS.split()
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS: Final = _TEN_WORDS.split()
_WORDS: Final = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_WORD_NUMBER: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}|hundred|and|a|[\s-])+\b", re.I
)


def fold_width(text: str) -> str:
    """ASCII in the place of full-width characters and of dashes, character by character: positions stay."""
    return text.translate(_FOLDING)


def widen(text: str) -> str:
    return "".join(chr(ord(c) + _WIDE_OFFSET) if "!" <= c <= "~" else c for c in text)


def read_number(text: str) -> int:
    """The value of ASCII, full-width or kanji digits.

    Raises
    ------
    ValueError
        Something else.
    """
    folded = fold_width(text).strip()
    if folded.isascii() and folded.isdigit():
        return int(folded)
    if not folded or any(character not in KANJI_DIGITS for character in folded):
        raise ValueError("number: must be digits")
    if "十" not in folded and "百" not in folded:
        return int("".join(str(_KANJI_VALUES[character]) for character in folded))
    hundreds, _, rest = folded.rpartition("百") if "百" in folded else ("", "", folded)
    tens, ten, units = rest.rpartition("十")
    value = 100 * (_kanji_units(hundreds) or 1) if "百" in folded else 0
    value += 10 * (_kanji_units(tens) or 1) if ten else 0
    return value + _kanji_units(units)


def write_number(value: int, like: str, *, pad: bool = False) -> str:
    """A number in the hand of ``like``; ``pad`` writes at least two digits."""
    folded = fold_width(like)
    if folded and all(character in KANJI_DIGITS for character in folded):
        return _write_kanji(value, positional=len(like) >= 4 or "〇" in like)
    written = f"{value:02d}" if pad else str(value)
    return widen(written) if folded != like else written


def read_words(text: str) -> int | None:
    """The first number written in English words, below 200; None if there is none."""
    for match in _WORD_NUMBER.finditer(text):
        words = [word for word in re.split(r"[\s-]+", match[0].casefold()) if word and word != "and"]
        total = 0
        for word in words:
            if word == "hundred":
                total = 100 * max(1, total)
            elif word != "a":
                total += _WORDS[word]
        if any(word in _WORDS or word == "hundred" for word in words):
            return total
    return None


def _kanji_units(text: str) -> int:
    return int("".join(str(_KANJI_VALUES[character]) for character in text)) if text else 0


def _write_kanji(value: int, *, positional: bool) -> str:
    if positional or value >= 100:
        return "".join(_KANJI[int(digit)] for digit in str(value))
    tens, units = divmod(value, 10)
    ten = ("" if tens == 1 else _KANJI[tens]) + "十" if tens else ""
    return ten + (_KANJI[units] if units or not tens else "")
