"""Labels behind a look at the next character match what they match alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phi_detector.japanese.foreseen import foreseen

LABELS = r"患者(?:氏名|名)?|[線X]車|お?名\s?前|(?:主治|担当)医|(?<![A-Za-z])(?:ID|Pt\.?)(?=[:は])|[一二]号|-"


@given(st.text("患者氏名線X車お 前主治担当医IDPt.:は一二三号-]^a", max_size=30))
def test_given_any_text_then_foreseen_labels_match_what_the_labels_match(text: str) -> None:
    seen = [match.span() for match in re.finditer(foreseen(LABELS), text)]
    assert seen == [match.span() for match in re.finditer(LABELS, text)]


@pytest.mark.parametrize("labels", [r"\d号", "[ァ-ヺ]様", "[A-Z]号", r"名|\s前", "[^X]車", "[1-3]号", "[一-三]号"])
def test_given_a_label_that_begins_with_a_class_then_it_is_refused(labels: str) -> None:
    with pytest.raises(ValueError, match="written out"):
        foreseen(labels)
