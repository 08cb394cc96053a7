"""One run of the detector over the corpora, and what came out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from healthcare_runtime.phi_entity import PhiEntity, PhiType
from phi_accuracy.annotated_text import AnnotatedText
from phi_accuracy.corpus import SEED, Corpus, Part, build
from phi_accuracy.scores import Score, score
from phi_accuracy.transforms import TRANSFORMS

Find: TypeAlias = Callable[[str], Sequence[PhiEntity]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: rounds of every template, and of every transform."""

    rounds: int
    transform_rounds: int
    transform_step: int = 1
    """Every how-many-th note is transformed."""


FULL: Final = Extent(rounds=16, transform_rounds=2)
QUICK: Final = Extent(rounds=2, transform_rounds=1, transform_step=4)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Scores of one corpus. PROFESSION is neither asked for nor counted against the detector."""

    corpus: Corpus
    part: Part
    clean: Score
    by_template: dict[str, Score]
    free: Score
    transformed: dict[str, Score]


def measure(find: Find, corpus: Corpus, extent: Extent, *, part: Part = Part.TEST, seed: int = SEED) -> Measurement:
    """Run the detector over the corpus: notes, notes without PHI, and transformed notes."""
    by_template: dict[str, Score] = {}
    clean = Score()
    for document in build(corpus, part, rounds=extent.rounds, seed=seed):
        result = score(document.note, _found(find, document.note))
        by_template.setdefault(document.template, Score()).__iadd__(result)
        clean += result
    free = Score()
    for document in build(corpus, Part.FREE, rounds=1, seed=seed):
        free += score(document.note, _found(find, document.note))
    transformed: dict[str, Score] = {}
    for name, note in transformed_notes(corpus, part, extent, seed):
        transformed.setdefault(name, Score()).__iadd__(score(note, _found(find, note)))
    return Measurement(corpus, part, clean, by_template, free, transformed)


def transformed_notes(
    corpus: Corpus, part: Part, extent: Extent, seed: int = SEED
) -> Iterator[tuple[str, AnnotatedText]]:
    """Each transform's name with each note that it was applied to."""
    documents = build(corpus, part, rounds=extent.transform_rounds, seed=seed)
    for shift, (name, transform) in enumerate(TRANSFORMS[corpus].items()):
        for document in documents[shift % extent.transform_step :: extent.transform_step]:
            draw = random.Random(f"{seed}/{name}/{document.name}")  # noqa: S311
            yield name, transform(document.note, draw)


def _found(find: Find, note: AnnotatedText) -> Sequence[PhiEntity]:
    return [entity for entity in find(note.text) if entity.type is not PhiType.PROFESSION]
