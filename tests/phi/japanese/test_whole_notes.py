"""Whole notes written by hand, in no form of the generator: what leaks and what is masked for nothing.

``[[text|TYPE]]`` is gold; ``[[text|]]`` looks like an identifier and is none.
"""

import re
from pathlib import Path

import pytest

from healthcare_runtime.phi_entity import PhiEntity, PhiType
from phi_detector import Detector
from phi_detector.training.evaluation import Accuracy

NOTES = Path(__file__).with_name("notes")
MARK = re.compile(r"\[\[(.*?)\|(\w*)\]\]", re.DOTALL)


def read(name: str) -> tuple[str, list[PhiEntity]]:
    """Text and gold of one note."""
    raw = (NOTES / f"{name}.txt").read_text("utf-8")
    text, gold, position = "", [], 0
    for mark in MARK.finditer(raw):
        text += raw[position : mark.start()]
        begin = len(text)
        text += mark.group(1)
        if mark.group(2):
            gold.append(PhiEntity(begin, len(text), PhiType(mark.group(2)), 1.0))
        position = mark.end()
    return text + raw[position:], gold


def measured(detector: Detector, *names: str) -> Accuracy:
    accuracy = Accuracy()
    for name in names:
        text, gold = read(name)
        accuracy.add(text, gold, detector.detect(text).entities)
    return accuracy


def test_given_notes_of_a_hospital_when_read_then_little_leaks_and_little_else_is_masked(detector: Detector) -> None:
    accuracy = measured(detector, "ward", "letter", "emergency", "conference", "pediatric")

    assert accuracy.covered_characters.total() >= 0.95 * accuracy.gold_characters.total()
    assert accuracy.right_entities.total() >= 0.9 * accuracy.found_entities.total()
    assert accuracy.covered_entities["NAME"] >= 0.95 * accuracy.gold_entities["NAME"]


@pytest.mark.parametrize("name", ["clean"])
def test_given_a_text_about_nobody_when_read_then_at_most_two_in_a_hundred_characters_are_masked(
    detector: Detector, name: str
) -> None:
    accuracy = measured(detector, name)

    assert accuracy.free_masked_characters <= 0.02 * accuracy.free_characters
