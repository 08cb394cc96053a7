"""Synthetic Japanese notes. Everyone in them is invented."""

from collections.abc import Iterator
from random import Random

from phi_detector.corpora.japanese import figures
from phi_detector.corpora.japanese.cast import assemble
from phi_detector.corpora.japanese.genre import compose, genres
from phi_detector.corpora.japanese.layout import chosen_layout
from phi_detector.corpora.note import Note

_FREE_TEXT = "free_text"  # notes without PHI, the hardest negatives: one in four


def notes(seed: int, count: int) -> Iterator[Note]:
    """``count`` notes, the same for the same ``seed``; note n is the same whatever the count."""
    names = [name for name in genres() if name != _FREE_TEXT]
    for number in range(count):
        rng = Random(f"japanese {seed} {number}")  # noqa: S311 - invents notes, keeps no secret
        genre = _FREE_TEXT if rng.random() < 1 / 4 else rng.choice(names)
        cast = assemble(rng, figures.record_number(rng))
        text, entities = compose(genres()[genre], rng, cast).finished()
        text, entities = chosen_layout(rng)(text, entities)
        yield Note(text, tuple(entities), genre, cast.patient.origin)
