"""The measure itself: what counts as found, as left, as taken too much."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity, PhiType
from phi_accuracy.annotated_text import AnnotatedText, GoldSpan
from phi_accuracy.corpus import Corpus, Part, build
from phi_accuracy.goals import verdicts
from phi_accuracy.measurement import QUICK, measure
from phi_accuracy.resampling import interval
from phi_accuracy.scores import Score, score

NOTE = AnnotatedText(
    "Seen: O'Brien, Mary, 48, in 2019.",
    (GoldSpan(6, 19, PhiType.NAME, "celtic"), GoldSpan(21, 23, PhiType.AGE)),
    ((28, 32),),
)


def _found(*spans: tuple[int, int, PhiType]) -> list[PhiEntity]:
    return [PhiEntity(begin, end, kind, 0.9) for begin, end, kind in spans]


def test_all_found_leaves_nothing() -> None:
    result = score(NOTE, _found((6, 19, PhiType.NAME), (21, 23, PhiType.AGE)))
    assert (result.character_recall, result.full_recall(), result.span_precision) == (1.0, 1.0, 1.0)
    assert result.leak_free == 1


def test_a_comma_left_between_two_words_is_no_leak() -> None:
    result = score(NOTE, _found((6, 13, PhiType.NAME), (15, 19, PhiType.NAME), (21, 23, PhiType.AGE)))
    assert result.leak_free_share == 1.0
    assert result.full_names["celtic"] == 1


def test_one_letter_left_is_a_leak() -> None:
    result = score(NOTE, _found((6, 18, PhiType.NAME), (21, 23, PhiType.AGE)))
    assert result.full_recall(PhiType.NAME) == 0.0
    assert result.leak_free == 0
    assert result.character_recall == pytest.approx(11 / 12)


def test_the_wrong_type_covers_but_is_not_typed() -> None:
    result = score(NOTE, _found((6, 19, PhiType.ADDRESS), (21, 23, PhiType.AGE)))
    assert result.full_recall(PhiType.NAME) == 1.0
    assert result.typed_recall(PhiType.NAME) == 0.0


def test_a_year_alone_counts_for_neither_side() -> None:
    result = score(NOTE, _found((28, 32, PhiType.DATE)))
    assert result.predicted_spans == 0
    assert result.span_precision is None


def test_what_is_taken_too_much_counts_by_span_and_by_character() -> None:
    result = score(NOTE, _found((0, 4, PhiType.NAME), (6, 19, PhiType.NAME)))
    assert result.span_precision == 0.5
    assert result.character_precision == pytest.approx(10 / 14)


def test_finding_nothing_and_finding_everything_both_miss_goals() -> None:
    nothing = measure(lambda _, __: (), Corpus.ENGLISH, QUICK)
    everything = measure(lambda text, _: _found((0, len(text), PhiType.NAME)), Corpus.ENGLISH, QUICK)
    missed = {verdict.goal for verdict in verdicts(nothing) if not verdict.reached}
    overdone = {verdict.goal for verdict in verdicts(everything) if not verdict.reached}
    assert "characters of PHI covered" in missed
    assert "NAME fully covered" in missed
    assert overdone == {"precision, characters", "characters masked in notes without PHI"}


@pytest.mark.parametrize("corpus", list(Corpus))
def test_a_detector_that_answers_the_gold_reaches_every_goal(corpus: Corpus) -> None:
    gold = {document.note.text: document.note.gold for document in build(corpus, Part.TEST, rounds=QUICK.rounds)}

    def find(text: str, _: Sequence[KnownIdentifier]) -> list[PhiEntity]:
        return _found(*((span.begin, span.end, span.type) for span in gold.get(text, ())))

    rows = [row for row in verdicts(measure(find, corpus, QUICK)) if "characters covered" not in row.goal]
    assert rows
    assert all(row.reached for row in rows)


def test_the_interval_holds_the_share_and_widens_with_disagreement() -> None:
    agreeing = [Score(documents=1, gold_characters=100, covered_characters=90) for _ in range(20)]
    split = [Score(documents=1, gold_characters=100, covered_characters=80 + 20 * (n % 2)) for n in range(20)]

    def count(one: Score) -> tuple[int, int]:
        return one.covered_characters, one.gold_characters

    assert interval(agreeing, count) == (0.9, 0.9)
    between = interval(split, count)
    assert between is not None
    assert between[0] < 0.9 < between[1]
