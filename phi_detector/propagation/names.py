"""Who is named in full is found by each part of the name: "Emily Dawson" finds "Emily", "E. Dawson", "DAWSON's"."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.85
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_INITIAL_BEFORE: Final = re.compile(r"(?<![^\W\d_])[A-Z]\.?[ \n]{1,3}(?:[A-Z]\.[ \n]{0,2})?$")
_SENTENCE_GOES_ON: Final = re.compile(r"(?:(?<![^\W\d_])[a-z]{2,20},?|;|[a-z]\))[ \n]$")
_LEAST_LETTERS: Final = 3

IsOrdinaryWord = Callable[[str], bool]


def mentions(text: str, strong: Iterable[Candidate], is_ordinary_word: IsOrdinaryWord) -> Iterator[Candidate]:
    """Further mentions of people, by parts of their names."""
    strong = list(strong)
    parts = _name_parts(text, strong, is_ordinary_word)
    if parts:
        yield from _mentions(text, parts)
    words = _ordinary_parts(text, strong, is_ordinary_word)
    if words:
        yield from _capitalised_mentions(text, words)


def _name_parts(text: str, strong: Iterable[Candidate], is_ordinary_word: IsOrdinaryWord) -> dict[str, Candidate]:
    parts: dict[str, Candidate] = {}
    for one in strong:
        if one.type is not PhiType.NAME or one.kind is PhiKind.KANA:
            continue
        for word in _WORD.findall(text[one.begin : one.end]):
            key = word.casefold()
            if (len(word) >= _LEAST_LETTERS and word.isascii() and not is_ordinary_word(key)) or (
                len(word) >= _LEAST_LETTERS and not word.isascii()
            ):
                parts.setdefault(key, one)
    return parts


def _ordinary_parts(text: str, strong: Iterable[Candidate], is_ordinary_word: IsOrdinaryWord) -> dict[str, Candidate]:
    """Names that are words as well, as they are written: "Hunter", "Rose"."""
    parts: dict[str, Candidate] = {}
    for one in strong:
        if one.type is not PhiType.NAME or one.kind is not PhiKind.PERSON:
            continue
        for word in _WORD.findall(text[one.begin : one.end]):
            if len(word) > _LEAST_LETTERS and word.isascii() and word.istitle() and is_ordinary_word(word.casefold()):
                parts.setdefault(word, one)
    return parts


def _capitalised_mentions(text: str, parts: dict[str, Candidate]) -> Iterator[Candidate]:
    """Where a sentence goes on, a capital says that the word is the name."""
    for match in _WORD.finditer(text):
        word = match.group().removesuffix("'s")
        source = parts.get(word)
        if source is not None and _SENTENCE_GOES_ON.search(text[max(0, match.start() - 24) : match.start()]):
            yield Candidate(
                match.start(), match.start() + len(word), PhiType.NAME, _SCORE, source.kind, Source.PROPAGATION
            )


def _mentions(text: str, parts: dict[str, Candidate]) -> Iterator[Candidate]:
    for match in _WORD.finditer(text):
        word = match.group()
        end = match.end()
        source = parts.get(word.casefold())
        if source is None and word[-2:].casefold() == "'s":
            source, end = parts.get(word[:-2].casefold()), end - 2
        if source is None or (word[0].islower() and len(word) <= _LEAST_LETTERS):
            continue
        begin = match.start()
        initial = _INITIAL_BEFORE.search(text[max(0, begin - 8) : begin])
        if initial:
            begin -= len(initial.group())
        yield Candidate(begin, end, PhiType.NAME, _SCORE, source.kind, Source.PROPAGATION)
