"""Reads one segment of Japanese: rules on its characters, then names and places on its morphemes, then the model."""

from collections.abc import Iterable, Iterator

from phi_detector.japanese import ages, contacts, dates, identifying_numbers, name_fields, places
from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.names import find_names
from phi_detector.japanese.places import find_facilities, find_places
from phi_detector.japanese.reading import joined
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate


class JapaneseRecogniser:
    """Every rule and the dictionary on one reading of the text, so that the text is analysed once."""

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._rules = tuple(
            rule for room in (dates, ages, contacts, identifying_numbers, name_fields, places) for rule in room.rules()
        )

    def find(self, text: NormalisedText) -> Iterable[Candidate]:
        reading = joined(text.text)
        for candidate in self._on_reading(reading.text):
            begin, end = reading.span(candidate.begin, candidate.end)
            yield Candidate(begin, end, candidate.type, min(1.0, candidate.score), candidate.kind, candidate.source)

    def _on_reading(self, text: str) -> Iterator[Candidate]:
        for rule in self._rules:
            yield from rule.find(text)
        morphemes = self._analyser.morphemes(text)
        yield from find_names(morphemes)
        yield from find_facilities(morphemes)
        yield from find_places(morphemes)
