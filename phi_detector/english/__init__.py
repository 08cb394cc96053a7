"""Recognisers of English text."""

from collections.abc import Iterator, Sequence

from phi_detector.english import ages, dates, facilities, identifying_numbers, names, places, professions, telephones
from phi_detector.english.model import EnglishModel
from phi_detector.normalised_text import NormalisedText
from phi_detector.readings import case_restored
from phi_detector.recogniser import Candidate, Recogniser

_LINE_RULES = (*ages.RULES, *telephones.RULES, *identifying_numbers.RULES, *professions.RULES)


class EnglishRules:
    """Every rule of this package, on a text whose case is restored."""

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        for rule in _LINE_RULES:
            yield from rule.find(text.flat)
        restored = case_restored(text)
        for rule in (*dates.RULES, *places.RULES):
            yield from rule.find(restored.flat)
        yield from places.named_places(restored.flat)
        yield from facilities.find_facilities(restored.flat)
        yield from names.find_names(restored.text, restored.flat)


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of English, models loaded."""
    return EnglishRules(), EnglishModel()
