"""Notes written by hand: every field can be filled, for who measures and for who learns, and the gold is whole."""

from __future__ import annotations

import itertools
import random

import pytest

from phi_accuracy.preview import main as preview
from phi_accuracy.sources.lists import name_groups, places
from phi_detector.corpora import english
from phi_detector.corpora.english import handwritten_notes as english_notes
from phi_detector.corpora.english.case import assemble
from phi_detector.corpora.handwritten.collage import collage
from phi_detector.corpora.handwritten.english_cast import EnglishCast
from phi_detector.corpora.handwritten.japanese_cast import JapaneseCast
from phi_detector.corpora.handwritten.library import Language, named, nameless
from phi_detector.corpora.handwritten.template import Template
from phi_detector.corpora.japanese import handwritten_notes as japanese_notes

LIBRARY = [(language, template) for language in Language for template in (*named(language), *nameless(language))]


def _cast(language: Language, template: Template, draw: random.Random) -> EnglishCast | JapaneseCast:
    """The cast that learns."""
    if language is Language.ENGLISH:
        drawn = english_notes.sources(assemble(draw, "celtic"), "celtic")
        return EnglishCast(draw, drawn.groups[0], template, drawn)
    drawn = japanese_notes.sources(draw, "japanese")
    return JapaneseCast(draw, drawn.groups[0], template, drawn)


def test_given_the_lists_of_the_measurement_then_every_open_template_can_be_filled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = preview([])
    assert capsys.readouterr().out == "0 faults\n"
    assert status == 0


def test_given_the_generators_then_every_open_template_can_be_filled_and_the_nameless_name_nobody() -> None:
    free = {(language, one.name) for language in Language for one in nameless(language)}
    for language, template in LIBRARY:
        pieces = list(template.pieces(_cast(language, template, random.Random(template.name))))
        identifying = [piece.text for piece in pieces if piece.type is not None]
        assert bool(identifying) is ((language, template.name) not in free), template.name
        assert not any("{" in text for text in identifying), template.name


def test_given_notes_to_learn_from_then_no_family_name_of_a_measured_person_was_taken_from_its_list() -> None:
    """Names are drawn from the generators: of what the measurement lists, only what exists everywhere turns up."""
    held_out = {family for group in name_groups("english", development=False) for family in group.families}
    notes = [note for note in english.notes(11, 60) if note.genre == "handwritten"]
    names = [note.text[one.begin : one.end] for note in notes for one in note.entities if one.type == "NAME"]
    shared = [name for name in names if name.split()[-1] in held_out]
    assert len(names) > 200
    assert len(shared) < len(names) / 20


def test_given_notes_to_learn_from_then_no_facility_of_the_measurement_stands_in_them() -> None:
    listed = {place for kind in ("facilities", "employers") for place in places("english", development=False)[kind]}
    text = " ".join(note.text for note in english.notes(12, 60))
    assert not [place for place in listed if place in text]


def test_given_templates_when_pieced_together_then_lines_stay_whole_and_two_of_them_differ() -> None:
    templates = named(Language.ENGLISH)
    lines = {line for template in templates for line in template.body.splitlines()}
    pieced = [collage(templates, random.Random(number)) for number in range(20)]
    assert all(set(one.body.splitlines()) <= lines for one in pieced)
    assert all(one.body != other.body for one, other in itertools.pairwise(pieced))
