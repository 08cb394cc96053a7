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
from phi_accuracy.annotated_text import AnnotatedText
from phi_accuracy.line_wrapping import wrap
from phi_accuracy.neutral_text import with_neutral_text
from phi_accuracy.sources.english_cast import EnglishCast
from phi_accuracy.sources.japanese_cast import JapaneseCast
from phi_accuracy.sources.lists import name_groups
from phi_accuracy.template import Cast, Template, read_templates

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
            note = wrap(template.fill(cast), draw.choice(template.widths))
            name = f"{corpus}/{part}/{template.name}/{turn}"
            documents.append(Document(name, corpus, template.name, with_neutral_text(note), cast.record()))
    return documents


@cache
def templates(corpus: Corpus, part: Part) -> Sequence[Template]:
    """The templates of a part, by name."""
    return read_templates(_TEMPLATES / corpus / part)


def _cast(corpus: Corpus, part: Part, template: Template, draw: random.Random, turn: int) -> Cast:
    language = "english" if corpus is Corpus.ENGLISH else "japanese"
    groups = name_groups(language, development=part.is_open)
    cast = EnglishCast if corpus is Corpus.ENGLISH else JapaneseCast
    return cast(draw, groups[turn % len(groups)], groups, template, development=part.is_open)
