"""The corpora: every template filled for people of every origin, from one seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from healthcare_runtime.phi_entity import KnownIdentifier
from phi_accuracy.annotated_text import AnnotatedText, GoldSpan
from phi_accuracy.line_wrapping import wrap
from phi_accuracy.neutral_text import with_neutral_text
from phi_accuracy.sources.listed import english_sources, japanese_sources
from phi_detector.corpora.handwritten.english_cast import EnglishCast
from phi_detector.corpora.handwritten.japanese_cast import JapaneseCast
from phi_detector.corpora.handwritten.library import Language, named, nameless
from phi_detector.corpora.handwritten.template import Cast, Template, read_templates

_TEMPLATES: Final = Path(__file__).parent / "templates"
SEED: Final = 20261121


class Corpus(StrEnum):
    """The language that notes are written in."""

    ENGLISH = "en"
    JAPANESE = "ja"
    MIXED = "mixed"


class Part(StrEnum):
    """Which notes. Templates, names and seeds of the open and of the held-out parts are disjoint."""

    DEVELOPMENT = "dev"  # the detector's authors may read it, its gold and its errors
    DEVELOPMENT_FREE = "dev_free"  # no PHI at all; open too
    TEST = "test"  # held out from them
    TEST_FREE = "free"  # no PHI at all; held out too

    @property
    def is_open(self) -> bool:
        """Whether the detector's authors may read it."""
        return self in (Part.DEVELOPMENT, Part.DEVELOPMENT_FREE)

    @property
    def is_free(self) -> bool:
        """Whether its notes identify nobody."""
        return self in (Part.DEVELOPMENT_FREE, Part.TEST_FREE)

    @property
    def free(self) -> Part:
        """The notes without PHI that belong to the part."""
        return Part.DEVELOPMENT_FREE if self.is_open else Part.TEST_FREE


@dataclass(frozen=True, slots=True)
class Document:
    """One note of a corpus."""

    name: str
    corpus: Corpus
    template: str
    note: AnnotatedText
    record: tuple[KnownIdentifier, ...] = ()
    """What the patient's record holds: the pipeline hands it to the detector."""


def build(corpus: Corpus, part: Part, *, rounds: int, seed: int = SEED, only: str = "") -> Sequence[Document]:
    """Every template of the part, or ``only`` one, ``rounds`` times, each for a patient of another origin."""
    documents = []
    for position, template in enumerate(templates(corpus, part)):
        if only not in ("", template.name):
            continue
        for turn in range(1 if part.is_free else rounds):
            draw = random.Random(f"{seed}/{corpus}/{part}/{template.name}/{turn}")  # noqa: S311
            cast = _cast(corpus, part, template, draw, position + turn)
            note = wrap(filled(template, cast), draw.choice(template.widths))
            name = f"{corpus}/{part}/{template.name}/{turn}"
            documents.append(Document(name, corpus, template.name, with_neutral_text(note), cast.record()))
    return documents


@cache
def templates(corpus: Corpus, part: Part) -> Sequence[Template]:
    """The templates of a part, by name."""
    if part.is_open:
        return nameless(Language(corpus)) if part.is_free else named(Language(corpus))
    return read_templates(_TEMPLATES / corpus / part)


def filled(template: Template, cast: Cast) -> AnnotatedText:
    """The note with its gold: every filled field with a type is a span."""
    text: list[str] = []
    gold: list[GoldSpan] = []
    neutral: list[tuple[int, int]] = []
    length = 0
    for piece in template.pieces(cast):
        begin, length = length, length + len(piece.text)
        text.append(piece.text)
        if piece.type is not None:
            gold.append(GoldSpan(begin, length, piece.type, piece.origin))
        elif piece.neutral:
            neutral.append((begin, length))
    return AnnotatedText("".join(text), tuple(gold), tuple(neutral))


def _cast(corpus: Corpus, part: Part, template: Template, draw: random.Random, turn: int) -> Cast:
    if corpus is Corpus.ENGLISH:
        english = english_sources(development=part.is_open)
        return EnglishCast(draw, english.groups[turn % len(english.groups)], template, english)
    japanese = japanese_sources(development=part.is_open)
    return JapaneseCast(draw, japanese.groups[turn % len(japanese.groups)], template, japanese)
