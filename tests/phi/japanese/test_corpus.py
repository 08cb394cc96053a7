"""The generator: whole notes, gold that points at what it says, the same notes for the same seed."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from phi_detector.corpora.japanese import notes
from phi_detector.corpora.japanese.genre import genres
from phi_detector.japanese.training_plan import PLAN
from phi_detector.training.fitting import example, fit

SEED = 912_000


def test_given_a_seed_when_notes_are_written_twice_then_they_are_the_same() -> None:
    assert list(notes(SEED, 12)) == list(notes(SEED, 20))[:12]


def test_given_another_seed_when_notes_are_written_then_they_are_others() -> None:
    assert not {note.text for note in notes(SEED, 20)} & {note.text for note in notes(SEED + 1, 20)}


def test_given_many_notes_when_read_then_gold_is_sorted_apart_and_never_blank() -> None:
    for note in notes(SEED, 150):
        assert all(one.end <= two.begin for one, two in pairwise(note.entities))
        assert all(note.text[one.begin : one.end].strip() for one in note.entities)
        assert all(one.end <= len(note.text) for one in note.entities)


def test_given_many_notes_when_counted_then_every_genre_and_every_type_is_among_them() -> None:
    many = list(notes(SEED, 300))

    assert {note.genre for note in many} == {*genres(), "handwritten", "handwritten free"}
    assert {str(one.type) for note in many for one in note.entities} == {
        "NAME",
        "AGE",
        "DATE",
        "PHONE_OR_FAX",
        "EMAIL",
        "ID",
        "URL",
        "ADDRESS",
        "PROFESSION",
    }


def test_given_a_wrapped_note_when_tokenised_then_gold_reaches_the_tags() -> None:
    tags = ("O", "B-NAME", "I-NAME")
    tagged = [example(note, PLAN.tokeniser, tags)[1] for note in notes(SEED, 30) if note.entities]

    assert sum(1 for one in tagged if any(one)) == len(tagged)


def test_given_a_plan_when_fitted_twice_then_the_models_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fit(replace(PLAN, count=12, width=16)).write(tmp_path / name)

    assert (tmp_path / "one" / "tagger.npz").read_bytes() == (tmp_path / "two" / "tagger.npz").read_bytes()
