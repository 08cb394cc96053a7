"""Decides by content in which character set a text is written, and decodes it. Declarations lie; bytes do not."""

from __future__ import annotations

import codecs
import re
from typing import Final

from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.reasons import ReasonCode

_MARKS: Final = (  # UTF-32 first: its mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP: Final = re.compile(rb"\x1b(?:\$[@B]|\$\([DOQ]|\([JI])")
# Control characters that text has: tab, line ends, form feed, and the frame of MLLP around HL7.
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1d-\x1f\x7f]")
_C1: Final = re.compile("[\x80-\x9f]")
_KANA: Final = re.compile("[ぁ-んァ-ヶー]")
_HALF_KANA: Final = re.compile("[｡-ﾟ]")
_RARE: Final = re.compile("[\ue000-\uf8ff\u0370-\u04ff\ufffd]")
_FRAME: Final = re.compile("[\u2500-\u257f]")  # lines of tables say nothing of the language
_COMMON_KANJI: Final = re.compile("[一-龠]")
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,}")
_HIGH: Final = re.compile("[\x80-\xff]")
_SAMPLE: Final = 200_000
_MOST_CONTROL: Final = 0.001
_MOST_HIGH: Final = 0.25


def decode(body: bytes) -> str:
    """The text of a body, without its byte order mark.

    Raises
    ------
    DocumentDamagedError
        CHARSET_UNKNOWN: no character set fits. BINARY_CONTENT: what fits is no text.
    """
    text = _decoded(body)
    controls = len(_CONTROL.findall(text, 0, _SAMPLE))
    if "\0" in text or controls > _MOST_CONTROL * min(len(text), _SAMPLE) + 1:
        raise DocumentDamagedError(ReasonCode.BINARY_CONTENT)
    return text


def _decoded(body: bytes) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            text = _strictly(body, name)
            if text is None:
                raise DocumentDamagedError(ReasonCode.CHARSET_UNKNOWN)
            return text.removeprefix("\ufeff")
    wide = _without_mark(body)
    if wide is not None:
        return wide
    if b"\0" in body:
        raise DocumentDamagedError(ReasonCode.BINARY_CONTENT)
    if body.isascii() and _ISO_2022_JP.search(body):
        text = _strictly(body, "iso2022_jp_ext") or _strictly(body, "iso2022_jp_2004")
        if text is None:
            raise DocumentDamagedError(ReasonCode.CHARSET_UNKNOWN)
        return text
    text = _strictly(body, "utf-8")
    return text if text is not None else _eight_bit(body)


def _without_mark(body: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of its spaces, digits and line ends is zero."""
    sample = body[:_SAMPLE]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        others = sample[0::2] if name == "utf-16-le" else sample[1::2]
        if len(body) % 2 == 0 and zeros.count(0) > max(len(zeros) // 20, 3 * others.count(0)):
            return _strictly(body, name)
    return None


def _eight_bit(body: bytes) -> str:
    """Shift_JIS or EUC-JP where the result reads like Japanese, else Windows-1252 where it reads like words."""
    japanese = [
        text for text in (_strictly(body, "cp932"), _strictly(body, "euc_jp"), _strictly(body, "euc_jis_2004")) if text
    ]
    best = max(japanese, key=_japanese_score, default="")
    western = _strictly(body, "cp1252") or _strictly(body, "latin-1") or ""
    if best and _japanese_score(best) > 0 and (_KANA.search(best) or not _reads_western(western)):
        return best
    if _reads_western(western):
        return western
    raise DocumentDamagedError(ReasonCode.CHARSET_UNKNOWN)


def _japanese_score(text: str) -> float:
    sample = _FRAME.sub("", text[:_SAMPLE])
    letters = sum(not character.isascii() for character in sample) or 1
    good = 2 * len(_KANA.findall(sample)) + len(_COMMON_KANJI.findall(sample))
    bad = len(_HALF_KANA.findall(sample)) + 4 * len(_RARE.findall(sample))
    return (good - bad) / letters


def _reads_western(text: str) -> bool:
    sample = text[:_SAMPLE]
    if not sample or _C1.search(sample):
        return False
    letters = sum(map(len, _LATIN_WORD.findall(sample)))
    high = len(_HIGH.findall(sample))
    return high <= _MOST_HIGH * len(sample) and letters >= 0.5 * sum(character.isalpha() for character in sample)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None
