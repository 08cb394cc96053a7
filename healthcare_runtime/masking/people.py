"""Masks names of people: the same person is the same other person in every form and in every passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from healthcare_runtime.masking.context import MaskingContext
from healthcare_runtime.masking.english_names import EnglishNames
from healthcare_runtime.masking.japanese_names import JapaneseNames
from healthcare_runtime.masking.kana import Script
from healthcare_runtime.masking.keyed_choice import KeyedChoice
from healthcare_runtime.masking.name_lists import name_lists
from healthcare_runtime.masking.name_parts import BESIDE, ROMANISED_HONORIFICS, NameWord, words_of
from healthcare_runtime.masking.patient_facts import Sex
from healthcare_runtime.masking.replacement import Action

PLACEHOLDER: Final = "[NAME]"
_KANA: Final = frozenset({Script.HIRAGANA, Script.KATAKANA, Script.HALF_KATAKANA})
# Between a name and its reading.
_READING_LABEL: Final = re.compile(
    r"[\s()（）\[\]［］【】:：/／|│,，、]*(?:フリガナ|ふりがな|ﾌﾘｶﾞﾅ|カナ|かな|ｶﾅ|読み|よみ|氏名|患者名|患者氏名|名前)?[\s()（）\[\]［］【】:：/／|│,，、様さん殿]*"
)
_FARTHEST_READING: Final = 24


class Surnames:
    """Made-up family names by number, for houses that are called after somebody."""

    def kanji(self, number: int) -> str:
        names = name_lists().japanese_family
        return names[number % len(names)].kanji

    def english(self, number: int) -> str:
        names = name_lists().english_family
        return names[number % len(names)]


class NameMasking:
    """Masks the names of one document; full names teach it whom a part of a name means."""

    def __init__(self, context: MaskingContext, choice: KeyedChoice) -> None:
        lists = name_lists()
        self._english = EnglishNames(choice, lists)
        self._japanese = JapaneseNames(choice, lists)
        if context.facts is not None:
            self._learn_names([words_of(name) for name in context.facts.known_names], context.facts.sex)

    def learn(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        """Take in the names of a text before any of them is masked."""
        names = [(begin, end, words_of(text[begin:end])) for begin, end in spans]
        for (_, end, one), (begin, _, other) in pairwise(names):
            between = text[end:begin]
            if len(between) <= _FARTHEST_READING and _READING_LABEL.fullmatch(between):
                self._link(one, other)
        for _, _, words in names:
            self._learn(words, Sex.UNKNOWN)

    def mask(self, text: str, begin: int, end: int) -> tuple[str, Action]:
        """What stands in the place of the name ``text[begin:end]``."""
        value = text[begin:end]
        words = words_of(value)
        names = _names(words)
        if not names:
            return (value, Action.KEPT) if words else (PLACEHOLDER, Action.REMOVED)
        scripts = {word.script for word in names}
        if Script.OTHER in scripts or (Script.LATIN in scripts and len(scripts) > 1):
            return PLACEHOLDER, Action.REMOVED
        if scripts == {Script.LATIN} and not self._japanese.is_romanised(names):
            written = self._english.written(text, begin, words)
        else:
            written = self._japanese.written(text, begin, names)
            words = tuple(names)
        masked = _put_back(value, words, written)
        return (PLACEHOLDER, Action.REMOVED) if masked == value else (masked, Action.SURROGATE)

    def _learn_names(self, names: Sequence[tuple[NameWord, ...]], sex: Sex) -> None:
        for one in names:
            for other in names:
                if one is not other and len(one) == len(other):
                    self._link(one, other)
        for words in names:
            self._learn(words, sex)

    def _link(self, one: Sequence[NameWord], other: Sequence[NameWord]) -> None:
        for writing, reading in ((one, other), (other, one)):
            if _is_written(writing, frozenset({Script.KANJI})) and _is_written(reading, _KANA):
                self._japanese.link(writing, reading)

    def _learn(self, words: Sequence[NameWord], sex: Sex) -> None:
        names = _names(words)
        scripts = {word.script for word in names}
        if scripts == {Script.LATIN} and not self._japanese.is_romanised(names):
            self._english.learn(words, sex)
        elif names and (scripts == {Script.LATIN} or not scripts & {Script.OTHER, Script.LATIN}):
            self._japanese.learn(names, sex)


def _names(words: Sequence[NameWord]) -> list[NameWord]:
    """The words that are names: no titles, no honorifics."""
    return [
        word
        for at, word in enumerate(words)
        if word.key not in BESIDE and not (at and word.key in ROMANISED_HONORIFICS and words[at - 1].follows == "-")
    ]


def _is_written(words: Sequence[NameWord], scripts: frozenset[Script]) -> bool:
    return bool(words) and all(word.script in scripts for word in words) and words[0].script in scripts


def _put_back(value: str, words: Sequence[NameWord], written: Sequence[str]) -> str:
    """The name with its words replaced; the space behind a word that is left out goes with it."""
    parts: list[str] = []
    at = 0
    for word, new in zip(words, written, strict=True):
        parts += (value[at : word.begin], new)
        at = word.end
        while not new and at < len(value) and value[at].isspace():
            at += 1
    return "".join((*parts, value[at:]))
