"""Recognisers of Japanese text."""

from collections.abc import Sequence
from pathlib import Path

from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.recogniser import JapaneseRecogniser
from phi_detector.japanese.tokeniser import MorphemeTokeniser
from phi_detector.recogniser import Recogniser
from phi_detector.tagging import Tagger

_MODEL = Path(__file__).parents[1] / "models" / "ja"


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of Japanese, models loaded."""
    tokeniser = MorphemeTokeniser(Analyser())
    tagger = Tagger.load(_MODEL, tokeniser) if (_MODEL / "tagger.npz").exists() else None
    return (JapaneseRecogniser(tokeniser, tagger),)
