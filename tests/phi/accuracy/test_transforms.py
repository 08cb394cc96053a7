"""Transforms change the text and carry the gold along exactly."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import PhiType
from phi_accuracy.annotated_text import AnnotatedText, GoldSpan
from phi_accuracy.corpus import Corpus, Part
from phi_accuracy.line_wrapping import wrap
from phi_accuracy.transforms import TRANSFORMS, Transform
from tests.phi.accuracy.notes import notes

ALL = sorted(
    {(name, transform) for made in TRANSFORMS.values() for name, transform in made.items()}, key=lambda x: x[0]
)
BIJECTIVE = {"no-break spaces, dashes, quotes", "line breaks in identifiers", "zero-width characters in identifiers"}


def _undone(text: str) -> str:
    """Without what those transforms put in."""
    plain = "".join(c for c in text if unicodedata.category(c) != "Cf" and not c.isspace())
    return plain.replace("\u2013", "-").replace("\u2019", "'")


@pytest.mark.parametrize(("name", "transform"), ALL, ids=[name for name, _ in ALL])
@pytest.mark.parametrize("corpus", [Corpus.ENGLISH, Corpus.JAPANESE])
def test_every_entity_is_still_the_same_entity(name: str, transform: Transform, corpus: Corpus) -> None:
    for document in notes(corpus, Part.TEST)[:12]:
        made = transform(document.note, random.Random(7))
        assert [span.type for span in made.gold] == [span.type for span in document.note.gold]
        for before, after in zip(document.note.gold, made.gold, strict=True):
            old = document.note.text[before.begin : before.end]
            new = made.text[after.begin : after.end]
            assert new == new.strip()
            if name in BIJECTIVE:
                assert _undone(new) == _undone(old)
            elif name == "all capitals":
                assert new == old.upper()
            elif name == "full-width text":
                assert unicodedata.normalize("NFKC", new) == unicodedata.normalize("NFKC", old)


@pytest.mark.parametrize(("name", "transform"), ALL, ids=[name for name, _ in ALL])
def test_every_transform_does_something(name: str, transform: Transform) -> None:
    corpus = Corpus.JAPANESE if name == "half-width katakana" else Corpus.ENGLISH
    clean = [document.note for document in notes(corpus, Part.TEST)]
    changed = [transform(note, random.Random(7)).text != note.text for note in clean]
    assert sum(changed) > len(clean) / 2


@st.composite
def _notes(draw: st.DrawFn) -> AnnotatedText:
    pieces = draw(st.lists(st.text(st.sampled_from("ab 田中、。\nßİé𠮷-0"), max_size=12), min_size=1, max_size=12))
    gold, length = [], 0
    for index, piece in enumerate(pieces):
        if index % 2 and piece.strip() == piece and piece:
            gold.append(GoldSpan(length, length + len(piece), PhiType.NAME, str(index)))
        length += len(piece)
    return AnnotatedText("".join(pieces), tuple(gold))


@given(_notes(), st.integers(4, 40))
def test_wrapping_only_breaks_lines_and_keeps_every_entity(note: AnnotatedText, width: int) -> None:
    made = wrap(note, width)
    assert made.text.replace("\n", "").replace(" ", "") == note.text.replace("\n", "").replace(" ", "")
    kept = [made.text[span.begin : span.end].replace("\n", "").replace(" ", "") for span in made.gold]
    assert kept == [note.text[span.begin : span.end].replace("\n", "").replace(" ", "") for span in note.gold]


@given(_notes(), st.integers(0, 2**32))
def test_no_transform_loses_order_or_leaves_the_text(note: AnnotatedText, seed: int) -> None:
    for _, transform in ALL:
        made = transform(note, random.Random(seed))
        ends = [0, *(span.end for span in made.gold)]
        assert all(begin >= end for begin, end in zip((span.begin for span in made.gold), ends, strict=False))
        assert ends[-1] <= len(made.text)
