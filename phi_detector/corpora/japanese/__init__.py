"""Synthetic Japanese notes. Everyone in them is invented."""

from collections.abc import Iterator
from random import Random
from typing import Final

from phi_detector.corpora.japanese import figures, handwritten_notes
from phi_detector.corpora.japanese.cast import assemble
from phi_detector.corpora.japanese.genre import compose, genres
from phi_detector.corpora.japanese.layout import chosen_layout
from phi_detector.corpora.note import Note

_FREE_TEXT: Final = "free_text"
_FREE_SHARE: Final = 0.25  # of the notes identify nobody: the hardest negatives
_HANDWRITTEN_SHARE: Final = 0.65


def notes(seed: int, count: int) -> Iterator[Note]:
    """``count`` notes, the same for the same ``seed``; note n is the same whatever the count."""
    names = [name for name in genres() if name != _FREE_TEXT]
    for number in range(count):
        rng = Random(f"japanese {seed} {number}")  # noqa: S311 - invents notes, keeps no secret
        names_nobody = rng.random() < _FREE_SHARE
        if rng.random() < _HANDWRITTEN_SHARE:
            genre = "handwritten free" if names_nobody else "handwritten"
            draft, origin = handwritten_notes.compose(rng, names_nobody=names_nobody)
        else:
            genre = _FREE_TEXT if names_nobody else rng.choice(names)
            cast = assemble(rng, figures.record_number(rng))
            draft, origin = compose(genres()[genre], rng, cast), cast.patient.origin
        text, entities = chosen_layout(rng)(*draft.finished())
        yield Note(text, tuple(entities), genre, origin)
