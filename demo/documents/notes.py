"""Clinical notes of the demo's patients, from the open templates of the corpus: the held-out ones stay out of sight."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from demo.documents.patients import DemoPatient
from phi_accuracy.corpus import Corpus, Part, filled, templates
from phi_accuracy.line_wrapping import wrap
from phi_accuracy.sources.listed import english_sources, japanese_sources
from phi_detector.corpora.handwritten.english_cast import EnglishCast
from phi_detector.corpora.handwritten.japanese_cast import JapaneseCast
from phi_detector.corpora.handwritten.template import Template

_FITS_ANYBODY: Final = (19, 97)
_FILLS_A_PAGE: Final = 300
"""Characters: shorter templates are snippets for tuning, no documents."""


def note(patient: DemoPatient, corpus: Corpus, number: int, draw: random.Random) -> str:
    """The text of one note about the patient; notes of different numbers come from different templates."""
    chosen = _templates(corpus)
    template = chosen[number % len(chosen)]
    return wrap(filled(template, _cast(patient, corpus, template, draw)), draw.choice(template.widths)).text


def snippet(patient: DemoPatient, draw: random.Random, *, longest: int = 700) -> str:
    """A short piece of a note, for a field of a message: whole lines of about ``longest`` characters."""
    corpus = Corpus.ENGLISH if patient.jurisdiction == "US" else Corpus.JAPANESE
    kept: list[str] = []
    for line in note(patient, corpus, draw.randrange(100), draw).splitlines():
        if sum(map(len, kept)) + len(line) > longest and kept:
            break
        kept.append(line)
    return "\n".join(kept)


def _templates(corpus: Corpus) -> Sequence[Template]:
    found = templates(corpus, Part.DEVELOPMENT)
    whole = [template for template in found if len(template.body) >= _FILLS_A_PAGE]
    return [template for template in whole if template.ages == _FITS_ANYBODY and not template.sex]


def _cast(patient: DemoPatient, corpus: Corpus, template: Template, draw: random.Random) -> EnglishCast | JapaneseCast:
    if corpus is Corpus.ENGLISH:
        if patient.english is None:
            raise ValueError("the patient has no English name")
        listed = english_sources(development=True)
        english = EnglishCast(draw, draw.choice(listed.groups), template, listed)
        english.settle(patient.english, patient.born, patient.numbers)
        return english
    if patient.japanese is None:
        raise ValueError("the patient has no Japanese name")
    listed = japanese_sources(development=True)
    japanese = JapaneseCast(draw, draw.choice(listed.groups), template, listed)
    japanese.settle(patient.japanese, patient.born, patient.numbers)
    return japanese
