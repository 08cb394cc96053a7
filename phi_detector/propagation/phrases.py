"""What is named once is found wherever the same words stand again, and by what insiders call it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english.short_forms import english_short_forms
from phi_detector.japanese.short_forms import japanese_short_forms
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.85
_SHORT_FORM_SCORE: Final = 0.6
_MOST_PHRASES: Final = 200
_FIRST_HAN: Final = "\u3400"
_PHRASE_TYPES: Final = {PhiType.ADDRESS, PhiType.ID, PhiType.NAME}
_FACILITIES: Final = {PhiKind.FACILITY, PhiKind.UNKNOWN}


def mentions(text: str, strong: Iterable[Candidate]) -> Iterator[Candidate]:
    """Further mentions of what ``strong`` names."""
    phrases: dict[str, Candidate] = {}
    for one in strong:
        if one.type in _PHRASE_TYPES and len(phrases) < _MOST_PHRASES:
            phrase = text[one.begin : one.end]
            if len(phrase) >= (5 if phrase.isascii() else 2) or _one_character_name(one, phrase):
                phrases.setdefault(phrase, replace(one, score=_SCORE, source=Source.PROPAGATION))
    phrases |= {form: one for form, one in _short_forms(phrases) if form not in phrases}
    for phrase, one in phrases.items():
        yield from _everywhere(text, phrase, one)


def _short_forms(phrases: Mapping[str, Candidate]) -> Iterator[tuple[str, Candidate]]:
    for phrase, one in phrases.items():
        if one.type is PhiType.ADDRESS and one.kind in _FACILITIES:
            forms = english_short_forms(phrase) if phrase.isascii() else japanese_short_forms(phrase)
            for form in forms:
                yield form, replace(one, score=_SHORT_FORM_SCORE)


def _everywhere(text: str, phrase: str, one: Candidate) -> Iterator[Candidate]:
    position = text.find(phrase)
    while position >= 0:
        end = position + len(phrase)
        if not ((phrase.isascii() or len(phrase) == 1) and _within_word(text, position, end)):
            yield replace(one, begin=position, end=end)
        position = text.find(phrase, end)


def _one_character_name(one: Candidate, phrase: str) -> bool:
    """Surnames of one Han character come back alone only: 林 is not in 林檎."""
    return one.type is PhiType.NAME and len(phrase) == 1 and phrase >= _FIRST_HAN


def _within_word(text: str, begin: int, end: int) -> bool:
    return (begin > 0 and text[begin - 1].isalnum()) or (end < len(text) and text[end].isalnum())
