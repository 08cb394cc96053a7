"""One run of the detector over the corpora, and what came out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity, PhiType
from phi_accuracy.annotated_text import AnnotatedText, GoldSpan
from phi_accuracy.corpus import SEED, Corpus, Document, Part, build
from phi_accuracy.scores import Score, score
from phi_accuracy.transforms import TRANSFORMS

Find: TypeAlias = Callable[[str, Sequence[KnownIdentifier]], Sequence[PhiEntity]]
"""The detector: a text and what the patient's record holds in, entities out."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: rounds of every template; rounds that are transformed, or read with the record too."""

    rounds: int
    sample_rounds: int
    transform_step: int = 1
    """Every how-many-th note is transformed."""


FULL: Final = Extent(rounds=16, sample_rounds=2)
QUICK: Final = Extent(rounds=2, sample_rounds=1, transform_step=6)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Scores of one corpus. PROFESSION is neither asked for nor counted against the detector."""

    corpus: Corpus
    part: Part
    clean: Score
    by_template: dict[str, Score]
    free: Score
    transformed: dict[str, Score]
    alone: Score
    with_record: Score
    """The patient's own names and number, read without and with the patient's record. Recall only."""


def measure(find: Find, corpus: Corpus, extent: Extent, *, part: Part = Part.TEST, seed: int = SEED) -> Measurement:
    """Run the detector over the corpus: notes, notes without PHI, and transformed notes."""
    by_template: dict[str, Score] = {}
    clean = Score()
    for document in build(corpus, part, rounds=extent.rounds, seed=seed):
        result = score(document.note, _found(find, document.note))
        by_template.setdefault(document.template, Score()).__iadd__(result)
        clean += result
    free = Score()
    for document in build(corpus, part.free, rounds=1, seed=seed):
        free += score(document.note, _found(find, document.note))
    alone, with_record = Score(), Score()
    for document in build(corpus, part, rounds=extent.sample_rounds, seed=seed):
        own = _of_the_patient(document)
        alone += score(own, _found(find, own))
        with_record += score(own, _found(find, own, document.record))
    transformed: dict[str, Score] = {}
    for name, note in transformed_notes(corpus, part, extent, seed):
        transformed.setdefault(name, Score()).__iadd__(score(note, _found(find, note)))
    return Measurement(corpus, part, clean, by_template, free, transformed, alone, with_record)


def transformed_notes(
    corpus: Corpus, part: Part, extent: Extent, seed: int = SEED
) -> Iterator[tuple[str, AnnotatedText]]:
    """Each transform's name with each note that it was applied to."""
    documents = build(corpus, part, rounds=extent.sample_rounds, seed=seed)
    for shift, (name, transform) in enumerate(TRANSFORMS[corpus].items()):
        for document in documents[shift % extent.transform_step :: extent.transform_step]:
            draw = random.Random(f"{seed}/{name}/{document.name}")  # noqa: S311
            yield name, transform(document.note, draw)


def _of_the_patient(document: Document) -> AnnotatedText:
    """The note with that gold alone which the record speaks of."""
    note = document.note
    names = {word for known in document.record if known.type is PhiType.NAME for word in re.split("[ ・]", known.value)}
    numbers = {known.value for known in document.record if known.type is PhiType.ID}

    def is_own(span: GoldSpan) -> bool:
        value = note.text[span.begin : span.end]
        words = {word.casefold() for word in re.split(r"[\s,^・]+", value)}
        if span.type is PhiType.NAME:
            return not words.isdisjoint(name.casefold() for name in names) or any(
                value == a + b for a in names for b in names
            )
        return value in numbers

    return AnnotatedText(note.text, tuple(filter(is_own, note.gold)), note.neutral)


def _found(find: Find, note: AnnotatedText, record: Sequence[KnownIdentifier] = ()) -> Sequence[PhiEntity]:
    return [entity for entity in find(note.text, record) if entity.type is not PhiType.PROFESSION]
