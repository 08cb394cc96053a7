"""A rule that one regular expression can state."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.recogniser import Candidate

Evidence: TypeAlias = Callable[[str, int, int], float]
"""The factor from 0 to 1 by which what stands around ``text[begin:end]`` changes the score; 0 refuses."""


@dataclass(frozen=True, slots=True)
class PatternRule:
    """Proposes every match of ``pattern``, or of its group ``v`` where it has one.

    Every repetition of a pattern is bounded, so that matching is linear in the text.
    """

    pattern: re.Pattern[str] | LabelledPattern
    type: PhiType
    score: float
    kind: PhiKind = PhiKind.UNKNOWN
    evidence: Evidence | None = None

    def find(self, text: str, words: Words | None = None) -> Iterator[Candidate]:
        """Candidates of ``text``, whose ``words`` are read once for all rules of a set."""
        pattern = self.pattern
        found = pattern.finditer(text) if isinstance(pattern, re.Pattern) else pattern.finditer(text, words)
        for match in found:
            begin, end = match.span("v" if "v" in match.re.groupindex else 0)
            if begin == end:
                continue
            factor = self.evidence(text, begin, end) if self.evidence else 1.0
            if factor > 0:
                yield Candidate(begin, end, self.type, self.score * factor, self.kind)
