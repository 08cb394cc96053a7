"""Reads one segment of Japanese: rules on its characters, names and places on its morphemes, and the model."""

from collections.abc import Iterator

from phi_detector.japanese import ages, contacts, dates, identifying_numbers, name_fields, places
from phi_detector.japanese.names import find_names
from phi_detector.japanese.places import find_facilities, find_places
from phi_detector.japanese.tokeniser import Analysis, MorphemeTokeniser
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate
from phi_detector.tagging import Tagger


class JapaneseRecogniser:
    """Every rule, the dictionary and the model on one analysis of the text."""

    def __init__(self, tokeniser: MorphemeTokeniser, tagger: Tagger | None) -> None:
        self._tokeniser = tokeniser
        self._tagger = tagger
        self._rules = tuple(
            rule for room in (dates, ages, contacts, identifying_numbers, name_fields, places) for rule in room.rules()
        )

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        analysis = self._tokeniser.analyse(text)
        for candidate in self._by_rule(analysis):
            begin, end = analysis.reading.span(candidate.begin, candidate.end)
            yield Candidate(begin, end, candidate.type, min(1.0, candidate.score), candidate.kind, candidate.source)
        if self._tagger is not None:
            yield from self._tagger.read(text, self._tokeniser.read(analysis))

    def _by_rule(self, analysis: Analysis) -> Iterator[Candidate]:
        for rule in self._rules:
            yield from rule.find(analysis.reading.text)
        yield from find_names(analysis.morphemes)
        yield from find_facilities(analysis.morphemes)
        yield from find_places(analysis.morphemes)
