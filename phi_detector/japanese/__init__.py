"""Recognisers of Japanese text."""

from collections.abc import Sequence

from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.recogniser import JapaneseRecogniser
from phi_detector.recogniser import Recogniser


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of Japanese, models loaded."""
    return (JapaneseRecogniser(Analyser()),)
