"""What differs between the languages when a model is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from phi_detector.corpora.note import Note
from phi_detector.tagging import Tokeniser


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to make the model of one language.

    Parameters
    ----------
    notes
        ``notes(seed, count)``: synthetic notes, the same for the same seed.
    directory
        Where the model goes.
    count
        Notes to learn from.
    hidden_share
        Share of tokens whose lexical columns training hides.
    """

    notes: Callable[[int, int], Iterator[Note]]
    tokeniser: Tokeniser
    directory: Path
    count: int = 3000
    width: int = 64
    depth: int = 5
    hidden_share: float = 0.12
    learn_rate: float = 0.002
    train_seed: int = field(default=1)


DEVELOPMENT_SEED = 900_000
"""Seeds from here on are held back: training uses small ones."""
