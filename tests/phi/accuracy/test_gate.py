"""The release gate: a detector that got worse does not pass.

A fixed sample of the held-out notes, so that it costs seconds; ``python -m phi_accuracy`` measures the whole. The
bounds lie a little below what the detector reached when they were set (above, for upper bounds): raise them with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pytest

from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity, PhiType
from phi_accuracy.corpus import Corpus
from phi_accuracy.goals import verdicts
from phi_accuracy.measurement import QUICK, Find, Measurement, measure
from tests.phi.found import detector

BOUNDS: Final[Mapping[Corpus, Mapping[str, float]]] = {
    Corpus.ENGLISH: {
        "characters of PHI covered": 0.975,
        "NAME fully covered": 0.965,
        "ADDRESS fully covered": 0.92,
        "ID fully covered": 0.975,
        "PHONE_OR_FAX fully covered": 0.985,
        "EMAIL fully covered": 0.98,
        "precision, spans": 0.94,
        "precision, characters": 0.94,
        "characters masked in notes without PHI": 0.015,
    },
    Corpus.JAPANESE: {
        "characters of PHI covered": 0.975,
        "NAME fully covered": 0.975,
        "ADDRESS fully covered": 0.91,
        "ID fully covered": 0.985,
        "PHONE_OR_FAX fully covered": 0.985,
        "EMAIL fully covered": 0.98,
        "precision, spans": 0.92,
        "precision, characters": 0.92,
        "characters masked in notes without PHI": 0.015,
    },
    Corpus.MIXED: {
        "characters of PHI covered": 0.97,
        "NAME fully covered": 0.965,
        "ADDRESS fully covered": 0.9,
        "ID fully covered": 0.975,
        "precision, spans": 0.935,
        "precision, characters": 0.935,
        "characters masked in notes without PHI": 0.015,
    },
}
WORST_TRANSFORM: Final = {Corpus.ENGLISH: 0.92, Corpus.JAPANESE: 0.925}


@pytest.fixture(scope="module")
def find() -> Find:
    """The detector; each text is read once."""
    read: dict[tuple[str, int], Sequence[PhiEntity]] = {}

    def found(text: str, record: Sequence[KnownIdentifier]) -> Sequence[PhiEntity]:
        key = text, len(record)
        if key not in read:
            read[key] = detector().detect(text, record).entities
        return read[key]

    return found


def _too_bad(measurement: Measurement) -> list[str]:
    """The bounds that are not kept, with what was measured."""
    bounds = BOUNDS[measurement.corpus]
    rows = {row.goal: row for row in verdicts(measurement)}
    assert bounds.keys() <= rows.keys()
    missed = [
        f"{goal}: {rows[goal].value:.3f} against {bound}"
        for goal, bound in bounds.items()
        if (rows[goal].value > bound if rows[goal].at_most else rows[goal].value < bound)
    ]
    shares = {name: score.character_recall or 0.0 for name, score in measurement.transformed.items()}
    if shares and min(shares.values()) < WORST_TRANSFORM[measurement.corpus]:
        missed.append(f"worst transform: {min(shares, key=lambda name: shares[name])} {min(shares.values()):.3f}")
    return missed


@pytest.mark.parametrize("corpus", list(Corpus))
def test_the_detector_is_as_good_as_when_the_bounds_were_set(find: Find, corpus: Corpus) -> None:
    assert _too_bad(measure(find, corpus, QUICK)) == []


def _one_in_ten_names_lost(found: Sequence[PhiEntity]) -> Sequence[PhiEntity]:
    return [one for one in found if one.type is not PhiType.NAME or (one.begin * 7 + one.end) % 10]


def _numbers_lost(found: Sequence[PhiEntity]) -> Sequence[PhiEntity]:
    return [one for one in found if one.type is not PhiType.ID or one.begin % 5]


def _one_letter_short(found: Sequence[PhiEntity]) -> Sequence[PhiEntity]:
    return [
        PhiEntity(one.begin, max(one.begin + 1, one.end - (one.begin % 4 == 0)), one.type, one.score) for one in found
    ]


def _greedy(found: Sequence[PhiEntity]) -> Sequence[PhiEntity]:
    return [PhiEntity(max(0, one.begin - 9), one.end, one.type, one.score) for one in found]


@pytest.mark.parametrize("harm", [_one_in_ten_names_lost, _numbers_lost, _one_letter_short, _greedy])
@pytest.mark.parametrize("corpus", [Corpus.ENGLISH, Corpus.JAPANESE])
def test_the_gate_notices_a_detector_that_got_worse(
    find: Find, corpus: Corpus, harm: Callable[[Sequence[PhiEntity]], Sequence[PhiEntity]]
) -> None:
    assert _too_bad(measure(lambda text, record: harm(find(text, record)), corpus, QUICK))
