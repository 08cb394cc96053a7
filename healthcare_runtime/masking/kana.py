"""Japanese readings in every script they are written in: katakana, hiragana, half-width katakana, romaji."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Final

_HIRAGANA_OFFSET: Final = 0x60
_ROWS: Final = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ",
}  # fmt: skip
_SYLLABLES: Final = (
    {kana: row + vowel for row, letters in _ROWS.items() for kana, vowel in zip(letters, "aiueo", strict=True)}
    | {"シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu", "ヴ": "vu"}
    | {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヰ": "i", "ヱ": "e"}
    | {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ヵ": "ka", "ヶ": "ke"}
)
_GLIDES: Final = {"ャ": "a", "ュ": "u", "ョ": "o"}
_HALF: Final = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)} | {
    "\u3099": "ﾞ",
    "\u309a": "ﾟ",
    "ー": "ｰ",
}

# Kunrei and passport spellings of what Hepburn writes; long vowels are one vowel in most documents.
_SPELLINGS: Final = tuple(
    (re.compile(pattern), hepburn)
    for pattern, hepburn in (
        (r"['’-]", ""), (r"sy", "sh"), (r"ty", "ch"), (r"[zj]y", "j"), (r"si", "shi"), (r"(?<!s)ti", "chi"),
        (r"tu", "tsu"), (r"(?<![sc])hu", "fu"), (r"zi", "ji"), (r"m(?=[bpm])", "n"), (r"tch", "cch"),
        (r"oh(?![aiueoy])", "o"), (r"o[ou]+", "o"), (r"uu+", "u"), (r"ii+", "i"), (r"aa+", "a"),
    )
)  # fmt: skip
_ROMAJI: Final = re.compile(
    r"(?:(?:[kgsztdnhbpmrfjyw]|ky|gy|sh|sy|ch|ty|ts|ny|hy|by|py|my|ry|kk|ss|ssh|tt|tch|pp|cch|zy|jy|dz)?[aiueo]h?|n'?|m(?=[bpm]))+",
    re.IGNORECASE,
)


class Script(Enum):
    """What a word is written in."""

    KANJI = "kanji"
    HIRAGANA = "hiragana"
    KATAKANA = "katakana"
    HALF_KATAKANA = "half-width katakana"
    LATIN = "latin"
    OTHER = "other"


def script_of(word: str) -> Script:
    """The script of a word's letters; with kanji among them it is KANJI."""
    scripts = {_script(character) for character in word if character.isalpha() and character not in "ーｰ々"}
    if Script.KANJI in scripts and scripts <= {Script.KANJI, Script.HIRAGANA, Script.KATAKANA}:
        return Script.KANJI
    if scripts == {Script.HIRAGANA, Script.KATAKANA}:
        return Script.KATAKANA
    return scripts.pop() if len(scripts) == 1 else Script.OTHER


def _script(character: str) -> Script:
    if "ぁ" <= character <= "ゖ":
        return Script.HIRAGANA
    if "ァ" <= character <= "ヺ":
        return Script.KATAKANA
    if "\uff66" <= character <= "\uff9f":
        return Script.HALF_KATAKANA
    name = unicodedata.name(character, "")
    if name.startswith("CJK"):
        return Script.KANJI
    return Script.LATIN if "LATIN" in name else Script.OTHER


def to_katakana(text: str) -> str:
    """Hiragana and half-width katakana as katakana; everything else as it is."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(chr(ord(c) + _HIRAGANA_OFFSET) if "ぁ" <= c <= "ゖ" else c for c in wide)


def write_reading(katakana: str, script: Script) -> str:
    """A reading in another script; Latin in lower case."""
    if script is Script.HIRAGANA:
        return "".join(chr(ord(c) - _HIRAGANA_OFFSET) if "ァ" <= c <= "ヶ" else c for c in katakana)
    if script is Script.HALF_KATAKANA:
        return "".join(_HALF.get(c, c) for c in unicodedata.normalize("NFD", katakana))
    return romaji(katakana) if script is Script.LATIN else katakana


def romaji(katakana: str) -> str:
    """Hepburn in lower case, long vowels as in passports: one vowel."""
    written: list[str] = []
    double = False
    for character in katakana:
        if character == "ッ":
            double = True
            continue
        if character in _GLIDES and written and written[-1].endswith("i"):
            stem = written[-1][:-1]
            written[-1] = stem + ("" if stem in ("sh", "ch", "j") else "y") + _GLIDES[character]
            continue
        syllable = _SYLLABLES.get(character, "")
        if double and syllable:
            syllable = ("t" if syllable.startswith("ch") else syllable[0]) + syllable
            double = False
        written.append(syllable)
    return fold_romaji("".join(written))


def fold_romaji(text: str) -> str:
    """The spelling in which all romanisations of a name are the same: ``Ōno``, ``Ohno``, ``Oono`` are ``ono``."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    for pattern, hepburn in _SPELLINGS:
        plain = pattern.sub(hepburn, plain)
    return plain


def is_romaji(word: str) -> bool:
    """Whether a word could be a romanised Japanese one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return _ROMAJI.fullmatch(plain) is not None
