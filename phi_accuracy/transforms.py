"""What happens to text before it reaches a detector: capitals, scanners, chat programmes, copy and paste.

Every transform carries the gold spans along exactly. Those that hide identifiers strike inside the gold spans only, so
that what is measured is the harm done to them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from phi_accuracy.annotated_text import AnnotatedText, GoldSpan
from phi_accuracy.corpus import Corpus
from phi_detector.corpora.handwritten.kana import half_width

Transform: TypeAlias = Callable[[AnnotatedText, random.Random], AnnotatedText]


def capitals(note: AnnotatedText, _: random.Random) -> AnnotatedText:
    """Old terminals and dictation systems: everything in capitals."""
    return note.rewrite(lambda _, character, __: character.upper())


def lower_case(note: AnnotatedText, _: random.Random) -> AnnotatedText:
    """Messages typed with one thumb."""
    return note.rewrite(lambda _, character, __: character.lower())


def zero_width(note: AnnotatedText, draw: random.Random) -> AnnotatedText:
    """Copied out of web pages: invisible characters between the letters of every identifier."""

    def edit(index: int, character: str, span: GoldSpan | None) -> str:
        if span is None or index == span.begin or draw.random() < 0.5:
            return character
        return draw.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad") + character

    return note.rewrite(edit)


def homoglyphs(note: AnnotatedText, draw: random.Random) -> AnnotatedText:
    """Cyrillic and Greek letters that look Latin; kanji and kana that look alike."""

    def edit(_: int, character: str, span: GoldSpan | None) -> str:
        return _LOOK_ALIKE.get(character, character) if span is not None and draw.random() < 0.6 else character

    return note.rewrite(edit)


def broken_lines(note: AnnotatedText, draw: random.Random) -> AnnotatedText:
    """A narrow column: a line ends inside every identifier that has a space, or between two Japanese characters."""
    breaks: set[int] = set()
    for span in note.gold:
        inner = range(span.begin + 1, span.end)
        spaces = [index for index in inner if note.text[index] == " "]
        joints = [index for index in inner if ord(note.text[index]) > 0x2E80 and ord(note.text[index - 1]) > 0x2E80]
        if spaces or joints:
            breaks.add(draw.choice(spaces or joints))

    def edit(index: int, character: str, _: GoldSpan | None) -> str:
        if index not in breaks:
            return character
        return "\n" if character == " " else "\n" + character

    return note.rewrite(edit)


def full_width(note: AnnotatedText, _: random.Random) -> AnnotatedText:
    """Japanese input methods: ASCII in its full-width form, everywhere."""
    return note.rewrite(lambda _, character, __: _wide(character))


def half_width_kana(note: AnnotatedText, _: random.Random) -> AnnotatedText:
    """Systems of the receipt computer age: katakana in half width, everywhere."""
    return note.rewrite(lambda _, character, __: half_width(character))


def scanned(note: AnnotatedText, draw: random.Random) -> AnnotatedText:
    """Optical character recognition: one ASCII look-alike in three misread, one Japanese one in twelve."""

    def edit(_: int, character: str, span: GoldSpan | None) -> str:
        if span is None:
            return character
        if character.isascii():
            return _MISREAD.get(character, character) if draw.random() < 1 / 3 else character
        return _MISREAD_JAPANESE.get(character, character) if draw.random() < 1 / 12 else character

    return note.rewrite(edit)


def typed_spaces(note: AnnotatedText, _: random.Random) -> AnnotatedText:
    """Word processors: no-break spaces and typographic dashes and quotes inside identifiers."""
    return note.rewrite(lambda _, character, span: _TYPOGRAPHIC.get(character, character) if span else character)


TRANSFORMS: Final[Mapping[Corpus, Mapping[str, Transform]]] = {
    Corpus.ENGLISH: {
        "all capitals": capitals,
        "all lower case": lower_case,
        "zero-width characters in identifiers": zero_width,
        "homoglyphs in identifiers": homoglyphs,
        "line breaks in identifiers": broken_lines,
        "full-width text": full_width,
        "no-break spaces, dashes, quotes": typed_spaces,
        "misread by a scanner": scanned,
    },
    Corpus.JAPANESE: {
        "zero-width characters in identifiers": zero_width,
        "homoglyphs in identifiers": homoglyphs,
        "line breaks in identifiers": broken_lines,
        "full-width text": full_width,
        "half-width katakana": half_width_kana,
        "no-break spaces, dashes, quotes": typed_spaces,
        "misread by a scanner": scanned,
    },
    Corpus.MIXED: {},
}

_LOOK_ALIKE: Final = {
    **dict(zip("aceopxyijsBEHKMAOPTCXI", "асеорхуіјѕВЕНКМАОРТСХІ", strict=True)),
    **dict(zip("カロタニハエトヘ", "力口夕二八工卜へ", strict=True)),
    **dict(zip("力口夕二八工卜", "カロタニハエト", strict=True)),
}
_MISREAD: Final = {"0": "O", "1": "l", "5": "S", "8": "B", "O": "0", "l": "1", "I": "1"}
_MISREAD_JAPANESE: Final = {
    "カ": "力", "ロ": "口", "ニ": "二", "ー": "一", "日": "曰", "夫": "夭", "未": "末", "田": "由", "木": "本",
    "大": "犬", "子": "了", "千": "干", "ソ": "ン", "シ": "ツ", "一": "ー", "川": "||", "村": "材", "土": "士",
}  # fmt: skip
_TYPOGRAPHIC: Final = {" ": "\u00a0", "-": "\u2013", "'": "\u2019"}


def _wide(character: str) -> str:
    if character == " ":
        return "\u3000"
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character
