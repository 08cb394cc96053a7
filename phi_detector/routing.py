"""Which recognisers read which part of a text: segments of consecutive lines in the same languages.

By script, not by guess: kana and Han are Japanese, Latin is English, anything else no model reads. A line of both
goes to both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from phi_detector.detection import Language
from phi_detector.normalised_text import NormalisedText

_JAPANESE = regex.compile(r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]")
_JAPANESE_MARK = regex.compile(r"[、。「」]")  # "Killip II、Forrester III": Latin terms, Japanese writing
_LATIN = regex.compile(r"\p{Script=Latin}")
_NO_JAPANESE = regex.compile(r"[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。「」\n]+")
_LETTER = regex.compile(r"\p{Letter}")
_LINE = regex.compile(r"[^\n]*\n|[^\n]+")
_ENGLISH_WORD = regex.compile(r"[A-Za-z]{2,}")
_FEWEST_PROSE_WORDS = 6
_LEAST_JAPANESE_SHARE = 0.3  # of the letters of a text: its short Latin lines belong to a Japanese note
_LEAST_ENGLISH_SHARE = 0.4  # of a line with Japanese in it; below, its Latin words are drug names and romaji


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive lines in the same languages; offsets into the normalised text."""

    begin: int
    end: int
    languages: frozenset[Language]


def segments(text: NormalisedText) -> Iterator[Segment]:
    """Cut a text into segments that cover it. Lines without letters belong to the segment before them."""
    begin, end = 0, 0
    languages: frozenset[Language] | None = None
    lines = [(line.end(), _languages(line.group()), line.group()) for line in _LINE.finditer(text.text)]
    note = _languages_of_note(lines) if _mostly_japanese(text.text) else None
    for line_end, found, line in lines:
        if note and (Language.JA in found or (found == {Language.EN} and not _is_prose(line))):
            found = note  # noqa: PLW2901 - a header, a row, a signature of a Japanese note: kept together, for context
        if found and languages is not None and found != languages:
            yield Segment(begin, end, languages)
            begin = end
        languages = found or languages
        end = line_end
    if end > begin:
        yield Segment(begin, end, languages or frozenset({Language.EN}))


def _languages_of_note(lines: list[tuple[int, frozenset[Language], str]]) -> frozenset[Language]:
    """Of a Japanese note: Japanese, and English where a line has stretches of it."""
    mixed = any({Language.EN, Language.JA} <= found for _, found, _ in lines)
    return frozenset({Language.JA, Language.EN} if mixed else {Language.JA})


def _is_prose(line: str) -> bool:
    return len(_ENGLISH_WORD.findall(line)) >= _FEWEST_PROSE_WORDS


def unknown_share(text: NormalisedText) -> float:
    """Share of the letters that belong to no script that a model reads."""
    letters = sum(1 for _ in _LETTER.finditer(text.text))
    known = sum(1 for _ in _JAPANESE.finditer(text.text)) + sum(1 for _ in _LATIN.finditer(text.text))
    return max(0.0, 1.0 - known / letters) if letters else 0.0


def english_runs(text: NormalisedText) -> Iterator[tuple[int, NormalisedText]]:
    """The stretches of English of a mixed text, and their offsets: sentences, not the terms between Japanese words.

    To an English reader every unknown word is a name; a Japanese chart is full of CRP, Murphy(-) and Br.stage III.
    """
    for run in _NO_JAPANESE.finditer(text.text):
        if _is_prose(run.group()):
            yield run.start(), text.part(run.start(), run.end())


def _mostly_japanese(text: str) -> bool:
    if text.isascii():
        return False
    japanese = sum(1 for _ in _JAPANESE.finditer(text))
    return japanese >= _LEAST_JAPANESE_SHARE * (japanese + sum(1 for _ in _LATIN.finditer(text)))


def _languages(line: str) -> frozenset[Language]:
    if line.isascii():
        return frozenset({Language.EN}) if _LATIN.search(line) else frozenset()
    letters = sum(1 for _ in _LETTER.finditer(line))
    if not letters:
        return frozenset()
    japanese = sum(1 for _ in _JAPANESE.finditer(line))
    latin = sum(1 for _ in _LATIN.finditer(line))
    found = set()
    if japanese or _JAPANESE_MARK.search(line):
        found.add(Language.JA)
    if latin and (not japanese or latin >= _LEAST_ENGLISH_SHARE * letters):
        found.add(Language.EN)
    if letters - japanese - latin > letters // 2:
        found.add(Language.UNKNOWN)
    return frozenset(found or {Language.UNKNOWN})
