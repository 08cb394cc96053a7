"""Fits a network to synthetic notes. Reproducible: the same plan makes the same bytes on the same machine."""

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from thinc.api import Adam

from healthcare_runtime.phi_entity import PhiEntity
from phi_detector.corpora.note import Note
from phi_detector.normalisation import normalise
from phi_detector.normalised_text import NormalisedText
from phi_detector.tagging import Tokeniser, Tokens
from phi_detector.tagging.network import OUTSIDE, Network, NetworkShape
from phi_detector.training.plan import TrainingPlan

_BATCH_TOKENS = 3000
_LABELS_FROM = 1000  # notes that are read ahead to learn the label set


def fit(plan: TrainingPlan) -> Network:
    """Learn from ``plan.count`` notes, each seen once: the generator never runs dry, so nothing is seen twice."""
    ahead = list(plan.notes(plan.train_seed, min(_LABELS_FROM, plan.count)))
    labels = sorted({label(entity) for note in ahead for entity in note.entities})
    tags = (OUTSIDE, *(f"{prefix}-{name}" for name in labels for prefix in "BI"))
    shape = NetworkShape(tags, plan.tokeniser.rows, plan.width, plan.depth)
    network = Network(shape, seed=plan.train_seed)
    optimiser = Adam(plan.learn_rate, L2=1e-6, grad_clip=1.0)
    rng = np.random.default_rng(plan.train_seed)
    started, seen, loss = time.monotonic(), 0, 0.0
    for step, batch in enumerate(_batches(_examples(plan, tags))):
        seen += len(batch)
        progress = min(1.0, seen / plan.count)
        optimiser.learn_rate = plan.learn_rate * max(0.02, 1.0 - progress)
        features = [_hide(one, plan, rng) for one, _ in batch]
        loss = network.learn(features, [two for _, two in batch], optimiser)
        if step % 50 == 0:
            sys.stderr.write(f"{seen} notes, {time.monotonic() - started:.0f} s, loss {loss:.4f}\n")
    return network


def label(entity: PhiEntity) -> str:
    """The label of an entity: its type, and its kind where it has one."""
    return f"{entity.type}:{entity.kind}" if entity.kind else str(entity.type)


def targets(text: NormalisedText, tokens: Tokens, entities: Iterable[PhiEntity], tags: tuple[str, ...]) -> list[int]:
    """The tag of every token: of the entity that overlaps it, if one does and ``tags`` know its label."""
    index = {tag: position for position, tag in enumerate(tags)}
    answer = [0] * len(tokens.begins)
    ahead = iter(sorted(entities))
    entity = next(ahead, None)
    inside: PhiEntity | None = None
    for position, (first, behind) in enumerate(zip(tokens.begins, tokens.ends, strict=True)):
        begin, end = text.original_span(first, behind)
        while entity is not None and entity.end <= begin:
            entity = next(ahead, None)
        if entity is not None and entity.begin < end:
            answer[position] = index.get(f"{'I' if inside is entity else 'B'}-{label(entity)}", 0)
            inside = entity
    return answer


def _examples(plan: TrainingPlan, tags: tuple[str, ...]) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.float32]]]:
    one_hot = np.eye(len(tags), dtype=np.float32)
    known = set(tags)
    for note in islice(plan.notes(plan.train_seed, plan.count), plan.count):
        unknown = {f"B-{label(entity)}" for entity in note.entities} - known
        if unknown:
            raise ValueError(f"no note read ahead had {', '.join(sorted(unknown))}: read more of them")
        features, tag_ids = example(note, plan.tokeniser, tags)
        if len(tag_ids):
            yield features, one_hot[tag_ids]


def example(note: Note, tokeniser: Tokeniser, tags: tuple[str, ...]) -> tuple[NDArray[np.uint64], list[int]]:
    """Features and tags of a whole note."""
    text = normalise(note.text)
    tokens = tokeniser.tokens(text)
    return tokens.features, targets(text, tokens, note.entities, tags)


def _batches(
    examples: Iterable[tuple[NDArray[np.uint64], NDArray[np.float32]]],
) -> Iterator[list[tuple[NDArray[np.uint64], NDArray[np.float32]]]]:
    batch: list[tuple[NDArray[np.uint64], NDArray[np.float32]]] = []
    size = 0
    for one in examples:
        batch.append(one)
        size += len(one[0])
        if size >= _BATCH_TOKENS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _hide(features: NDArray[np.uint64], plan: TrainingPlan, rng: np.random.Generator) -> NDArray[np.uint64]:
    """Hide what a word is, keep its shape and its place: the model must do without the list."""
    hidden = rng.random(len(features)) < plan.hidden_share
    seen = features.copy()
    for column in plan.tokeniser.lexical:
        seen[hidden, column] = 0
    return seen
