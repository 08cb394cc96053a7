"""Recognisers of Japanese text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.recogniser import JapaneseRecogniser
from phi_detector.japanese.tokeniser import MorphemeTokeniser
from phi_detector.recogniser import Recogniser
from phi_detector.tagging import Tagger

_BELIEVED_FROM: Final = {PhiType.ADDRESS: 0.03, PhiType.ID: 0.15, PhiType.PHONE_OR_FAX: 0.2, PhiType.DATE: 0.3}
"""Names of wards, bare numbers: the model sees them faintly, and in a text about nobody they do not count anyway."""

_MODEL = Path(__file__).parents[1] / "models" / "ja"


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of Japanese, models loaded."""
    tokeniser = MorphemeTokeniser(Analyser())
    tagger = Tagger.load(_MODEL, tokeniser, by_type=_BELIEVED_FROM) if (_MODEL / "tagger.npz").exists() else None
    return (JapaneseRecogniser(tokeniser, tagger),)
