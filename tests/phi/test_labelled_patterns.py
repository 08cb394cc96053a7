"""Labelled patterns: they find what their plain expression finds, and look only where the label stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import PhiType
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.pattern_rule import PatternRule

LABELS = r"runs?|(?:home )?van|e-?ticket|s/n|m\.?r\.?n\.?|conf(?:irmation)?|lock ?box|(?:blue|red) tag|bag\w*"
BEHIND = r"[ ]?(?:no\.?|#){0,2}[ :#]{1,3}(?P<v>[A-Z]{0,2}\d{2,6})(?!\d)"
PATTERN = LabelledPattern(LABELS, BEHIND)
PLAIN = re.compile(rf"(?i:(?<![a-z])(?:{LABELS})){BEHIND}")

labels = st.sampled_from(
    ["run", "runs", "home van", "VAN", "e-ticket", "eticket", "S/N", "m.r.n.", "mrn", "Conf", "lockbox", "blue tag"]
)
pieces = st.one_of(
    labels, st.sampled_from(["no.", "no", "#", ":", " ", "  ", "\n", "é", "x", "_", "-", "AB12", "345", "7"])
)
texts = st.lists(pieces, max_size=40).map("".join)


def spans(text: str, pattern: LabelledPattern = PATTERN) -> list[str]:
    return [match.group() for match in pattern.finditer(text)]


@given(texts)
def test_given_any_text_then_a_labelled_pattern_finds_what_its_plain_expression_finds(text: str) -> None:
    assert [match.span("v") for match in PATTERN.finditer(text)] == [match.span("v") for match in PLAIN.finditer(text)]


first_pieces = st.sampled_from(["a", "ab", "ba", "a?b", "[ab]", "(?:a|bb)", "(?:ab )?b", "(?:(?:a|b)[ ])?ab", "b{1,2}"])
more_pieces = st.sampled_from(["", "a", "b?", "(?:a|b-)?", r"\.", r"\.?", "[ ]", "-a", "/b", "(?=[:.])", "a*", " ?b"])
expressions = st.lists(st.tuples(first_pieces, more_pieces, more_pieces).map("".join), min_size=1, max_size=3).map(
    "|".join
)


@given(expressions, st.booleans(), st.text("abAB .:-/1é", max_size=30))
def test_given_any_labels_then_none_is_looked_for_in_too_few_places(labels: str, whole: bool, text: str) -> None:
    pattern = LabelledPattern(labels, r"[ :.]{0,2}\d", whole=whole)
    plain = re.compile(rf"(?i:(?<![a-z])(?:{labels})){'(?![A-Za-z])' if whole else ''}[ :.]{{0,2}}\d")
    assert spans(text, pattern) == [match.group() for match in plain.finditer(text)]


@given(texts)
def test_given_capitals_that_matter_then_only_labels_with_them_are_found(text: str) -> None:
    cased = LabelledPattern("VAN|Conf", r"[ :]{1,2}\d{2,4}", cased=True)
    plain = re.compile(r"(?<![A-Za-z])(?:VAN|Conf)[ :]{1,2}\d{2,4}")
    assert spans(text, cased) == plain.findall(text)


def test_given_a_label_inside_of_a_word_then_it_is_none() -> None:
    assert spans("Reruns 123, caravan 12, sergeant's van 345") == ["van 345"]
    assert spans("2runs 123, _VAN 45, été-van:678") == ["runs 123", "VAN 45", "van:678"]


def test_given_a_label_that_a_longer_word_begins_with_then_what_stands_behind_decides() -> None:
    assert spans("runno 123, runner 123, baggage 77") == ["runno 123", "baggage 77"]


def test_given_a_label_within_the_match_before_then_it_is_not_read_again() -> None:
    pattern = LabelledPattern("tag|id", r"[ ]{1,2}(?:id[ ])?\d{2}")
    assert spans("tag id 12, id 34", pattern) == ["tag id 12", "id 34"]


def test_given_what_must_not_stand_before_then_the_label_does_not_count() -> None:
    pattern = LabelledPattern("no", r"[ ]\d\d", before="(?<!form )")
    assert spans("Form no 12, badge NO 34", pattern) == ["NO 34"]


def test_given_the_words_of_a_text_with_its_line_ends_then_they_serve_the_one_without() -> None:
    text = "seen\nrun\n123"
    assert [match.group() for match in PATTERN.finditer(text.replace("\n", " "), Words(text))] == ["run 123"]


def test_given_a_rule_of_it_then_its_group_is_proposed() -> None:
    (one,) = PatternRule(PATTERN, PhiType.ID, 0.7).find("conf # 4711")
    assert (one.begin, one.end, one.type, one.score) == (7, 11, PhiType.ID, 0.7)


@pytest.mark.parametrize("labels", ["#|run", "x?#", "x?", "[a1]b", "(?:'s)?name", r"\d", "run|"])
def test_given_a_label_that_may_begin_with_no_letter_then_it_is_refused(labels: str) -> None:
    with pytest.raises(ValueError, match="must begin with a letter"):
        LabelledPattern(labels, "")
