"""How the English model is made."""

from pathlib import Path

from phi_detector.corpora.english import notes
from phi_detector.english.tokeniser import EnglishTokeniser
from phi_detector.training.plan import TrainingPlan

PLAN = TrainingPlan(
    notes=notes,
    tokeniser=EnglishTokeniser(),
    directory=Path(__file__).parents[1] / "models" / "en",
    count=8500,
    width=96,
)
