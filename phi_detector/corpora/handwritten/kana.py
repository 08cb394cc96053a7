"""Katakana in its other dresses: hiragana, half width, Hepburn."""

from __future__ import annotations

import unicodedata
from typing import Final

_HALF: Final = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_ROWS: Final = (
    ("", "アイウエオ"), ("k", "カキクケコ"), ("s", "サシスセソ"), ("t", "タチツテト"), ("n", "ナニヌネノ"),
    ("h", "ハヒフヘホ"), ("m", "マミムメモ"), ("r", "ラリルレロ"), ("g", "ガギグゲゴ"), ("z", "ザジズゼゾ"),
    ("d", "ダヂヅデド"), ("b", "バビブベボ"), ("p", "パピプペポ"),
)  # fmt: skip
_ROMAN: Final = {kana: row + vowel for row, kanas in _ROWS for kana, vowel in zip(kanas, "aiueo", strict=True)} | {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu",
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "vu",
}  # fmt: skip
_MARKS: Final = {"": "", "\u3099": "\uff9e", "\u309a": "\uff9f"}
_SMALL: Final = {"ャ": "ya", "ュ": "yu", "ョ": "yo", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}


def hiragana(katakana: str) -> str:
    """サクラ -> さくら; what has no hiragana stays."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in katakana)


def half_width(katakana: str) -> str:
    """ガ becomes two characters: the sound mark becomes a character of its own."""
    pieces = []
    for character in katakana:
        base = unicodedata.normalize("NFD", character)
        pieces.append(_HALF[base[0]] + _MARKS[base[1:]] if base[0] in _HALF else character)
    return "".join(pieces)


def romaji(katakana: str) -> str:
    """キョウコ -> Kyoko, as passports write it: no long vowels; a name's parts are capitalised."""
    return " ".join(_roman_word(word) for word in katakana.replace("・", " ").split())


def _roman_word(word: str) -> str:
    text, doubled = "", False
    for character in word:
        if character == "ッ":
            doubled = True
        elif character in _SMALL and text:
            small = _SMALL[character]
            glides = small.startswith("y") and text.endswith(("shi", "chi", "ji"))
            text = text[:-1] + (small[1:] if glides else small)
        elif character in _ROMAN:
            sound = _ROMAN[character]
            text += sound[0] + sound if doubled else sound
            doubled = False
    for long, short in (("ou", "o"), ("oo", "o"), ("uu", "u")):
        text = text.replace(long, short)
    return text.capitalize()
