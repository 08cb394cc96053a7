"""Recognisers of English text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from phi_detector.english import (
    ages,
    dates,
    facilities,
    identifying_numbers,
    labelled_numbers,
    mentions,
    names,
    places,
    professions,
    telephones,
    wards,
)
from phi_detector.english.columns import find_in_columns
from phi_detector.english.model import EnglishModel
from phi_detector.english.public_numbers import without_public_numbers
from phi_detector.english.term_lists import without_listed_terms
from phi_detector.labelled_pattern import Words
from phi_detector.normalised_text import NormalisedText
from phi_detector.readings import case_restored
from phi_detector.recogniser import Candidate, Recogniser

_DOUBTFUL = 0.6
_CAPITALS = str.maketrans(ascii_lowercase, ascii_uppercase)  # of numbers, in a text without any
_LINE_RULES = (*ages.RULES, *telephones.RULES, *identifying_numbers.RULES, *labelled_numbers.RULES, *professions.RULES)


class EnglishRules:
    """Every rule of this package, on a text whose case is restored."""

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        words = Words(text.text)
        yield from without_public_numbers(text.text, _every(text, words), words)


def _every(text: NormalisedText, words: Words) -> Iterator[Candidate]:
    yield from find_in_columns(text.text)
    for rule in _LINE_RULES:
        yield from rule.find(text.flat, words)
    restored = case_restored(text)
    if text.flat.islower():
        for rule in identifying_numbers.RULES:
            yield from rule.find(text.flat.translate(_CAPITALS), words)
    for rule in dates.RULES:
        yield from rule.find(restored.flat, words)
    for candidate in without_listed_terms(restored.flat, _capitalised(restored, words)):
        yield _doubted(candidate, text) if restored is not text else candidate


def _capitalised(text: NormalisedText, words: Words) -> Iterator[Candidate]:
    """What the rules tell by capitals."""
    for rule in places.RULES:
        yield from rule.find(text.flat, words)
    yield from places.named_places(text.flat, words)
    yield from wards.find_wards(text.flat, words)
    yield from facilities.find_facilities(text.flat)
    yield from names.find_names(text.text, text.flat, words)
    yield from mentions.find_mentions(text.text, text.flat, words)


def _doubted(one: Candidate, written: NormalisedText) -> Candidate:
    """Where we and not the writer made the capitals, they say nothing: weak evidence needs the model's agreement."""
    as_written = written.text[one.begin : one.end]
    if one.score > _DOUBTFUL or not (as_written.islower() or as_written.isupper()):
        return one
    return replace(one, score=one.score / 2)


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of English, models loaded."""
    return EnglishRules(), EnglishModel()
