"""How the Japanese model is made: ``python -m phi_detector.training japanese``."""

from pathlib import Path
from typing import Final

from phi_detector.corpora import japanese
from phi_detector.japanese.morphemes import Analyser
from phi_detector.japanese.tokeniser import MorphemeTokeniser
from phi_detector.training.plan import TrainingPlan

DIRECTORY: Final = Path(__file__).parents[1] / "models" / "ja"

PLAN: Final = TrainingPlan(
    notes=japanese.notes,
    tokeniser=MorphemeTokeniser(Analyser()),
    directory=DIRECTORY,
    count=8000,
    width=96,
    depth=4,
    hidden_share=0.25,
)
