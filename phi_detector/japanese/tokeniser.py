"""Morphemes as the tagger sees them: what they are, how they are written, what the dictionary says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from phi_detector.japanese.morphemes import Analyser, Morpheme, Word
from phi_detector.japanese.reading import Reading, joined
from phi_detector.normalised_text import NormalisedText
from phi_detector.tagging import Tokens, feature_id

_LONGEST_SHAPE: Final = 6


@dataclass(frozen=True, slots=True)
class Analysis:
    """One text, analysed once for the rules, the dictionary and the tagger."""

    reading: Reading
    morphemes: Sequence[Morpheme]


class MorphemeTokeniser:
    """Cuts a text into morphemes without the blanks between.

    Columns: the morpheme, its first and its last character, its part of speech, its shape with what stands before it
    (a line end, a blank, nothing).
    """

    rows: tuple[int, ...] = (4000, 1500, 1500, 300, 700)
    lexical: tuple[int, ...] = (0, 1, 2)

    def __init__(self, analyser: Analyser) -> None:
        self._analyser = analyser

    def analyse(self, text: NormalisedText) -> Analysis:
        reading = joined(text.text, self._analyser.goes_on)
        return Analysis(reading, self._analyser.morphemes(reading.text))

    def tokens(self, text: NormalisedText) -> Tokens:
        return self.read(self.analyse(text))

    def read(self, analysis: Analysis) -> Tokens:
        """The tokens of an analysed text, in offsets of the text that was analysed."""
        origin = analysis.reading.origin
        begins: list[int] = []
        ends: list[int] = []
        features: list[tuple[int, ...]] = []
        known: dict[tuple[str, str, str], tuple[int, ...]] = {}  # most morphemes come back
        before = "^"
        for morpheme in analysis.morphemes:
            if morpheme.word is Word.BLANK or morpheme.surface.isspace():
                before = "^" if "\n" in morpheme.surface else "_"
                continue
            key = (morpheme.surface, morpheme.tag, before)
            ids = known.get(key)
            if ids is None:
                ids = known[key] = _features(morpheme, before)
            features.append(ids)
            begins.append(origin[morpheme.begin])
            ends.append(origin[morpheme.end - 1] + 1)
            before = ""
        return Tokens(begins, ends, np.array(features, dtype=np.uint64).reshape(len(features), len(self.rows)))


def _features(morpheme: Morpheme, before: str) -> tuple[int, ...]:
    surface = morpheme.surface
    word = surface if not surface.isdigit() or len(surface) < 3 else "0" * len(surface)
    return (
        feature_id(0, word),
        feature_id(1, surface[0]),
        feature_id(2, surface[-2:]),
        feature_id(3, f"{morpheme.tag}{'' if morpheme.known else '?'}"),
        feature_id(4, before + _shape(surface)),
    )


def _shape(surface: str) -> str:
    return "".join(_script(character) for character in surface[:_LONGEST_SHAPE])


def _script(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isascii():
        return ("A" if character.isupper() else "a") if character.isalpha() else character
    if "ぁ" <= character <= "ゖ":
        return "h"
    if "ァ" <= character <= "ヺ" or character == "ー":
        return "k"
    return "漢" if character.isalpha() or character == "々" else character
