"""The morphemes of a text, by SudachiPy, in the classes that the recognisers ask for."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sudachipy import Dictionary, SplitMode, Tokenizer  # type: ignore[import-untyped]

from phi_detector.japanese.characters import HIRAGANA, KATAKANA

_KATAKANA: Final = re.compile(rf"[{KATAKANA}]+")
_HIRAGANA: Final = re.compile(rf"[{HIRAGANA}]+")
_LEAST_HIRAGANA: Final = 3  # shorter ones are endings of verbs and particles
_LONGEST: Final = 8_000  # characters a call: Sudachi refuses more than 49,149 bytes


class Word(IntEnum):
    """What a morpheme is, as far as names and places care."""

    OTHER = 0
    SURNAME = 1
    GIVEN_NAME = 2
    PERSON = 3
    PLACE = 4
    COUNTRY = 5
    PROPER = 6
    NOUN = 7
    NUMBER = 8
    SUFFIX = 9
    PREFIX = 10
    PARTICLE = 11
    SYMBOL = 12
    BLANK = 13
    COUNTER = 14
    VERB = 15


_PERSONAL: Final = frozenset({Word.SURNAME, Word.GIVEN_NAME, Word.PERSON})


@dataclass(frozen=True, slots=True)
class Morpheme:
    """One morpheme: offsets into the reading, its surface, its class, its part of speech as Sudachi writes it."""

    begin: int
    end: int
    surface: str
    word: Word
    tag: str
    known: bool  # to the dictionary

    @property
    def personal(self) -> bool:
        return self.word in _PERSONAL


class Analyser:
    """Cuts a text into morphemes. Each thread gets a tokenizer of its own: Sudachi's is one cell of memory."""

    def __init__(self) -> None:
        self._dictionary = Dictionary(dict="core")
        self._own = threading.local()
        self._classes: dict[int, tuple[Word, str]] = {}

    def morphemes(self, text: str) -> Sequence[Morpheme]:
        """Every morpheme of ``text``, blanks and line ends included, in order."""
        found: list[Morpheme] = []
        tokenizer, classes = self._tokenizer(), self._classes
        begin = 0
        while begin < len(text):
            end = _cut(text, begin)
            part = text[begin:end]
            for morpheme in tokenizer.tokenize(part):
                speech = morpheme.part_of_speech_id()
                if speech not in classes:
                    classes[speech] = _class(morpheme.part_of_speech())
                word, tag = classes[speech]
                first, last = begin + morpheme.begin(), begin + morpheme.end()
                found.append(Morpheme(first, last, text[first:last], word, tag, not morpheme.is_oov()))
            begin = end
        return found

    def goes_on(self, tail: str, head: str) -> bool:
        """Whether one word reaches over the end of a line: 中 and 村, サン and トス; not 外来 and 内科."""
        begin = 0
        for morpheme in self._tokenizer().tokenize(tail + head, SplitMode.C):
            end = begin + len(morpheme.surface())
            if begin < len(tail) < end:
                return _is_a_word(morpheme.surface(), known=not morpheme.is_oov())
            begin = end
        return False

    def _tokenizer(self) -> Tokenizer:
        own: Tokenizer | None = getattr(self._own, "tokenizer", None)
        if own is None:
            own = self._own.tokenizer = self._dictionary.tokenizer(mode=SplitMode.A)
        return own


def _is_a_word(surface: str, *, known: bool) -> bool:
    if _KATAKANA.fullmatch(surface):
        return True
    return known and (not _HIRAGANA.fullmatch(surface) or len(surface) >= _LEAST_HIRAGANA)


def prefixes(words: Iterable[str]) -> frozenset[str]:
    """Everything that one of ``words`` begins with: what is not among them begins none."""
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))


def _cut(text: str, begin: int) -> int:
    """Where a call may end: behind a line end, else behind a full stop, else anywhere."""
    end = begin + _LONGEST
    if end >= len(text):
        return len(text)
    for mark in "\n。 ":
        found = text.rfind(mark, begin + _LONGEST // 2, end)
        if found >= 0:
            return found + 1
    return end


def _class(speech: Sequence[str]) -> tuple[Word, str]:
    return _word(speech), "-".join(part for part in speech[:4] if part != "*")


_BY_SPEECH: Final = {
    "助詞": Word.PARTICLE,
    "助動詞": Word.PARTICLE,
    "補助記号": Word.SYMBOL,
    "記号": Word.SYMBOL,
    "空白": Word.BLANK,
    "接頭辞": Word.PREFIX,
    "接尾辞": Word.SUFFIX,
    "動詞": Word.VERB,
    "形容詞": Word.VERB,
}
_BY_PERSON: Final = {"姓": Word.SURNAME, "名": Word.GIVEN_NAME}


def _word(speech: Sequence[str]) -> Word:
    if speech[0] != "名詞":
        return _BY_SPEECH.get(speech[0], Word.OTHER)
    if speech[1] == "数詞":
        return Word.NUMBER
    if speech[1] == "固有名詞":
        if speech[2] == "人名":
            return _BY_PERSON.get(speech[3], Word.PERSON)
        if speech[2] == "地名":
            return Word.COUNTRY if speech[3] == "国" else Word.PLACE
        return Word.PROPER
    return Word.COUNTER if speech[2] == "助数詞可能" else Word.NOUN
