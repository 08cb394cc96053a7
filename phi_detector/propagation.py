"""What is named once with strong evidence is masked wherever the document names it again.

"Emily Dawson" finds every "Emily" and "Dawson", "E. Dawson", "DAWSON's"; a facility finds its other mentions.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.recogniser import Candidate, Source

_STRONG = 0.8
_SCORE = 0.85
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_INITIAL_BEFORE = re.compile(r"(?<![^\W\d_])[A-Z]\.?[ \n]{1,3}(?:[A-Z]\.[ \n]{0,2})?$")
_SENTENCE_GOES_ON = re.compile(r"(?:(?<![^\W\d_])[a-z]{2,20},?|;|[a-z]\))[ \n]$")
_LEAST_LETTERS = 3
_MOST_PHRASES = 200
_FIRST_HAN = "\u3400"
_PHRASE_TYPES = {PhiType.ADDRESS, PhiType.ID, PhiType.NAME}

IsOrdinaryWord = Callable[[str], bool]


def propagate(text: str, found: Iterable[Candidate], is_ordinary_word: IsOrdinaryWord) -> Iterator[Candidate]:
    """Candidates for further mentions of strong candidates, in the offsets of the same normalised text."""
    strong = [one for one in found if one.score >= _STRONG]
    parts = _name_parts(text, strong, is_ordinary_word)
    if parts:
        yield from _mentions(text, parts)
    words = _ordinary_parts(text, strong, is_ordinary_word)
    if words:
        yield from _capitalised_mentions(text, words)
    yield from _phrases(text, strong)


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


def _phrases(text: str, strong: Iterable[Candidate]) -> Iterator[Candidate]:
    phrases: dict[str, Candidate] = {}
    for one in strong:
        if one.type in _PHRASE_TYPES and len(phrases) < _MOST_PHRASES:
            phrase = text[one.begin : one.end]
            if len(phrase) >= (5 if phrase.isascii() else 2) or _one_character_name(one, phrase):
                phrases.setdefault(phrase, one)
    for phrase, one in phrases.items():
        position = text.find(phrase)
        while position >= 0:
            end = position + len(phrase)
            if not ((phrase.isascii() or len(phrase) == 1) and _within_word(text, position, end)):
                yield Candidate(position, end, one.type, _SCORE, one.kind, Source.PROPAGATION)
            position = text.find(phrase, end)


def _one_character_name(one: Candidate, phrase: str) -> bool:
    """Surnames of one Han character come back alone only: 林 is not in 林檎."""
    return one.type is PhiType.NAME and len(phrase) == 1 and phrase >= _FIRST_HAN


def _within_word(text: str, begin: int, end: int) -> bool:
    return (begin > 0 and text[begin - 1].isalnum()) or (end < len(text) and text[end].isalnum())
