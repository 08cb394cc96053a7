"""Reads one segment of Japanese: rules on its characters, names and places on its morphemes, and the model.

The model has a say on what only a word list or a shape speaks for: where it sees no PHI at all, weak evidence is none.
What a label, a title or a check digit proves stands whatever the model sees.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese import (
    ages,
    contacts,
    dates,
    establishments,
    identifying_numbers,
    latin_names,
    latin_places,
    name_fields,
    number_shapes,
    place_tails,
    places,
    wards,
)
from phi_detector.japanese.establishments import find_establishments
from phi_detector.japanese.mentions import further_mentions
from phi_detector.japanese.name_edges import without_titles
from phi_detector.japanese.name_lists import find_listed_names
from phi_detector.japanese.name_positions import beside, find_positions
from phi_detector.japanese.names import find_names
from phi_detector.japanese.place_positions import find_clipped, find_place_positions
from phi_detector.japanese.place_tails import with_tail
from phi_detector.japanese.places import find_facilities, find_places
from phi_detector.japanese.plausibility import misnamed, names_someone, names_somewhere, plausible
from phi_detector.japanese.tables import BY_HEAD, find_in_columns
from phi_detector.japanese.tokeniser import Analysis, MorphemeTokeniser
from phi_detector.japanese.whole_figures import whole_figures
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate, Source
from phi_detector.tagging import Tagger, Tokens

_PROVEN: Final = 0.93  # rules from here on need no second opinion
_UNSEEN: Final = 0.0015  # below this probability the model sees no PHI
_UNSEEN_IN_LATIN: Final = 0.2  # for what only the dictionary knows: Hoffmann(-), Boston type
_DOUBT: Final = 0.3  # factor on the score of a name or a place that it does not see
_DOUBT_ON_FIGURES: Final = 0.55  # on the score of a date, an age, a number
_LEAST: Final = 0.3
_INKLING: Final = 0.05  # from here on the model thinks of PHI, where a position does
_GLIMPSE: Final = 0.02  # where a column or a verb says so too
_NAMED: Final = 0.85  # a name that speaks for its neighbours
_AGE_BEHIND: Final = re.compile(r"\s?(?:様|さん|氏|殿|ちゃん|くん)?\s?[(・]\s?(\d{1,3})(?=\s?[)・,、/]|\s?[男女MF])")


class JapaneseRecogniser:
    """Every rule, the dictionary and the model on one analysis of the text."""

    def __init__(self, tokeniser: MorphemeTokeniser, tagger: Tagger | None) -> None:
        self._tokeniser = tokeniser
        self._tagger = tagger
        self._rules = tuple(
            rule
            for room in (
                dates,
                ages,
                contacts,
                identifying_numbers,
                number_shapes,
                name_fields,
                latin_names,
                latin_places,
                places,
                place_tails,
                wards,
                establishments,
            )
            for rule in room.rules()
        )

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        analysis = self._tokeniser.analyse(text)
        found = [_moved(analysis, one) for one in self._by_rule(analysis)]
        if self._tagger is not None:
            tokens = self._tokeniser.read(analysis)
            probabilities = self._tagger.probabilities(tokens)
            unseen = (1.0 - probabilities[:, 0]).tolist() if len(tokens.begins) else []
            sight = _Sight(tokens, unseen)
            found = [_doubted(text.text, one, sight) for one in found]
            known = sorted((one.begin, one.end, one.type) for one in found if one.score >= _PROVEN)
            proposed = whole_figures(text.text, self._tagger.propose(text, tokens, probabilities))
            for one in proposed:
                if _known_better(one, known):
                    continue
                likely = one if plausible(text.text, one) else misnamed(text.text, one)
                if likely is not None:
                    found.append(likely)
            found += self._in_position(text.text, analysis, found, sight)
            found += self._where_places_stand(text.text, analysis, found, sight)
            found += self._in_columns(text.text, found, sight)
        edged = (without_titles(text.text, one) if one.type is PhiType.NAME else one for one in found)
        for candidate in edged:
            if candidate is None or candidate.score < _LEAST:
                continue  # what is doubted does not widen what is certain
            yield with_tail(text.text, candidate)
            if candidate.type is PhiType.NAME and candidate.score >= 0.6:
                yield from _age_behind(text.text, candidate.end)

    def _in_position(
        self, text: str, analysis: Analysis, found: Sequence[Candidate], sight: "_Sight"
    ) -> Iterator[Candidate]:
        """What stands where a name does and has the model's inkling."""
        names = [one for one in found if one.type is PhiType.NAME and one.score >= _NAMED]
        candidates = [_moved(analysis, one) for one in find_positions(analysis.reading.text)]
        candidates += beside(text, names)
        for one in candidates:
            if sight.of(one) >= _INKLING and names_someone(text, one):
                yield one

    def _where_places_stand(
        self, text: str, analysis: Analysis, found: Sequence[Candidate], sight: "_Sight"
    ) -> Iterator[Candidate]:
        """Bare and clipped names of places, where the model has a glimpse of PHI."""
        titled = {one.end for one in found if one.type is PhiType.NAME}
        for one in find_place_positions(analysis.reading.text):
            moved = _moved(analysis, one)
            if moved.begin not in titled and sight.of(moved) >= _GLIMPSE and plausible(text, moved):
                yield moved
        facilities = [one for one in found if one.type is PhiType.ADDRESS and one.score >= _NAMED]
        for one in find_clipped(text, facilities):
            if sight.of(one) >= (_GLIMPSE if one.end - one.begin > 2 else _INKLING):
                yield one

    def _in_columns(self, text: str, found: Sequence[Candidate], sight: "_Sight") -> Iterator[Candidate]:
        """What a column of a table says of its cells; words only where the model thinks of PHI."""
        for one in find_in_columns(text, [one for one in found if one.score >= _LEAST]):
            worded = one.type in {PhiType.NAME, PhiType.ADDRESS}
            if not worded or ((one.score >= BY_HEAD or sight.of(one) >= _GLIMPSE) and plausible(text, one)):
                yield one

    def _by_rule(self, analysis: Analysis) -> Iterator[Candidate]:
        text = analysis.reading.text
        for one in self._stated(analysis):
            if one.score < _PROVEN and (
                (one.type is PhiType.NAME and not names_someone(text, one))
                or (one.type is PhiType.ADDRESS and not names_somewhere(text, one))
            ):
                continue
            yield one

    def _stated(self, analysis: Analysis) -> Iterator[Candidate]:
        text, morphemes = analysis.reading.text, analysis.morphemes
        for rule in self._rules:
            for one in rule.find(text):
                yield replace(one, score=min(1.0, one.score)) if one.score > 1 else one
        names = [one for one in find_names(morphemes) if one.score >= _PROVEN or names_someone(text, one)]
        names += find_listed_names(text, morphemes)
        yield from names
        yield from further_mentions(text, morphemes, names)
        yield from find_facilities(morphemes)
        yield from find_places(morphemes)
        yield from find_establishments(morphemes)


class _Sight:
    """How much PHI the model saw, from 0 to 1, at each token of a text."""

    def __init__(self, tokens: Tokens, seen: Sequence[float]) -> None:
        self._tokens, self._seen = tokens, seen

    def of(self, one: Candidate) -> float:
        """The most that it saw inside a candidate; 1 where there is no token."""
        first = bisect_right(self._tokens.ends, one.begin)
        behind = bisect_left(self._tokens.begins, one.end)
        return max(self._seen[first:behind], default=1.0)


def _moved(analysis: Analysis, one: Candidate) -> Candidate:
    begin, end = analysis.reading.span(one.begin, one.end)
    return one if (begin, end) == (one.begin, one.end) else replace(one, begin=begin, end=end)


def _doubted(text: str, one: Candidate, sight: _Sight) -> Candidate:
    if one.score >= _PROVEN:
        return one
    dictionary = one.source is Source.GAZETTEER and text[one.begin : one.end].isascii()
    if sight.of(one) >= (_UNSEEN_IN_LATIN if dictionary else _UNSEEN):
        return one
    words = one.type in {PhiType.NAME, PhiType.ADDRESS}
    return replace(one, score=one.score * (_DOUBT if words else _DOUBT_ON_FIGURES))


def _known_better(one: Candidate, known: Sequence[tuple[int, int, PhiType]]) -> bool:
    """Whether a rule has proved that the figures here, or more of them, are of another type."""
    if one.type in {PhiType.NAME, PhiType.ADDRESS}:
        return False
    before = bisect_right(known, one.begin, key=lambda span: span[0])
    return any(end >= one.end and kind is not one.type for _, end, kind in known[max(0, before - 3) : before])


def _age_behind(text: str, end: int) -> Iterator[Candidate]:
    """山田太郎(32): the number is an age."""
    age = _AGE_BEHIND.match(text, end)
    if age and int(age.group(1)) <= 120:
        yield Candidate(age.start(1), age.end(1), PhiType.AGE, 0.8)
