"""Synthetic English notes: whole documents of 1 to 15 KB, with names of every origin and lines that break entities."""

import random
from collections.abc import Iterator
from typing import Final

from phi_detector.corpora.english import handwritten_notes
from phi_detector.corpora.english.case import assemble
from phi_detector.corpora.english.names import ORIGINS
from phi_detector.corpora.english.noise import disturb
from phi_detector.corpora.english.writer import NoteWriter
from phi_detector.corpora.note import Note

_HANDWRITTEN_SHARE: Final = 0.65
_FREE_SHARE: Final = 0.27  # of the notes name nobody
_MESSAGE_SHARE: Final = 0.12  # of the others


def notes(seed: int, count: int) -> Iterator[Note]:
    """``count`` notes, the same for the same seed; notes of different seeds share no case."""
    for number in range(count):
        yield note(random.Random(f"{seed}:{number}"))  # noqa: S311 - synthetic text, not a secret


def note(rng: random.Random) -> Note:
    """One note."""
    origin = rng.choice(ORIGINS)
    case = assemble(rng, origin)
    writer = NoteWriter(case)
    if rng.random() < _HANDWRITTEN_SHARE:
        names_nobody = rng.random() < _FREE_SHARE
        handwritten_notes.write(writer.draft, case, origin, names_nobody=names_nobody)
        genre = "handwritten free" if names_nobody else "handwritten"
    elif rng.random() < _FREE_SHARE:
        writer.free_note()
        genre = "free"
    elif rng.random() < _MESSAGE_SHARE:
        writer.thread()
        genre = "messages"
    else:
        writer.report()
        genre = "report"
    disturb(writer.draft, rng)
    return Note(writer.draft.text(), writer.draft.gold(), genre, origin)
