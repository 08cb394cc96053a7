"""Words of the dictionary by class: so many that the model must learn what surrounds a name, not the names.

Sampled from the installed dictionary with a fixed seed, so that notes stay the same for the same seed and nothing of
the dictionary is copied here.
"""

from collections import defaultdict
from enum import StrEnum
from functools import cache
from random import Random
from typing import Final

from sudachipy import Dictionary  # type: ignore[import-untyped]


class Sort(StrEnum):
    """A class of dictionary words."""

    NOUN = "noun"
    ACTION = "action"  # takes する
    ADJECTIVE = "adjective"  # takes な
    ADVERB = "adverb"
    PRONOUN = "pronoun"
    CONJUNCTION = "conjunction"
    VERB = "verb"
    COUNTRY = "country"
    PLACE = "place"
    SURNAME = "surname"
    GIVEN_NAME = "given_name"


_MOST: Final = 12_000
_LONGEST: Final = 8
_SORTS: Final = {
    ("名詞", "普通名詞", "一般"): Sort.NOUN,
    ("名詞", "普通名詞", "サ変可能"): Sort.ACTION,
    ("名詞", "普通名詞", "形状詞可能"): Sort.ADJECTIVE,
    ("形状詞", "一般", "*"): Sort.ADJECTIVE,
    ("名詞", "普通名詞", "副詞可能"): Sort.ADVERB,
    ("副詞", "*", "*"): Sort.ADVERB,
    ("代名詞", "*", "*"): Sort.PRONOUN,
    ("接続詞", "*", "*"): Sort.CONJUNCTION,
    ("動詞", "一般", "*"): Sort.VERB,
    ("名詞", "固有名詞", "地名"): Sort.PLACE,
}
_PERSONS: Final = {"姓": Sort.SURNAME, "名": Sort.GIVEN_NAME}


@cache
def dictionary_words(sort: Sort) -> tuple[tuple[str, str], ...]:
    """Words of one class with their readings in katakana."""
    return _all()[sort]


@cache
def _all() -> dict[Sort, tuple[tuple[str, str], ...]]:
    found: dict[Sort, set[tuple[str, str]]] = defaultdict(set)
    for entry in Dictionary(dict="core").entries():
        speech = entry.part_of_speech()
        sort = _SORTS.get((speech[0], speech[1], speech[2]))
        if speech[2] == "人名":
            sort = _PERSONS.get(speech[3])
        elif sort is Sort.PLACE and speech[3] == "国":
            sort = Sort.COUNTRY
        elif sort is Sort.VERB and speech[5] != "終止形-一般":
            sort = None
        surface = entry.surface()
        if sort is not None and 1 <= len(surface) <= _LONGEST and not surface.isascii():
            found[sort].add((surface, entry.reading_form()))
    rng = Random(0)  # noqa: S311 - samples words
    return {sort: tuple(rng.sample(sorted(words), min(_MOST, len(words)))) for sort, words in sorted(found.items())}
