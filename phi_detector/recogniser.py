"""What the core and the languages agree on: a recogniser reads a normalised text and proposes candidates.

A recogniser holds no state of a document, so that one instance serves every thread; it never drops a candidate for
want of a check digit; and it is linear in the length of the text, whatever the text is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.normalised_text import NormalisedText


class Source(StrEnum):
    """Why a candidate is one; merging prefers the stronger source, propagation starts only from strong ones."""

    RULE = "RULE"
    GAZETTEER = "GAZETTEER"
    MODEL = "MODEL"
    KNOWN = "KNOWN"  # the record of the patient says so
    PROPAGATION = "PROPAGATION"  # named elsewhere in the document


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a ``NormalisedText``: offsets into its ``text``, end exclusive; score from 0 to 1.

    Scores: 0.95 and above where label or check digit prove it, 0.8 where shape and context agree, 0.5 where only
    one of them speaks. Below ``detector.LEAST_SCORE`` a candidate is not reported.
    """

    begin: int
    end: int
    type: PhiType
    score: float
    kind: PhiKind = PhiKind.UNKNOWN
    source: Source = Source.RULE


class Recogniser(Protocol):
    """Finds candidates. ``text`` is one segment of one language (``phi_detector.routing``), or a chunk of it."""

    def find(self, text: NormalisedText) -> Iterable[Candidate]: ...
