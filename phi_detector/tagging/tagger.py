"""The tagger as a recogniser: cuts a text of any length, reads the probabilities, proposes candidates."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate, Source
from phi_detector.tagging.network import Network, Probabilities
from phi_detector.tagging.tokens import Tokeniser, Tokens

_FAINTNESS = 0.7  # 0.4 becomes 0.28: below detector.LEAST_SCORE
_BELIEVED = 0.32  # the least score of what reaches the threshold of its type
_WINDOW = 2048  # tokens at a time: memory stays bounded, and the matrix fits the cache


class Tagger:
    """Finds candidates with a network.

    Parameters
    ----------
    threshold
        Least probability that a token is PHI of any type. De-identification masks at low scores.
    faint
        Least probability of candidates of their own that only count where another recogniser agrees: their score is
        below what the detector reports.
    window
        Tokens at a time. The answer does not depend on it.
    by_type
        Thresholds of single types, instead of ``threshold``: what is missed more often may be believed sooner.
    """

    def __init__(
        self,
        network: Network,
        tokeniser: Tokeniser,
        threshold: float = 0.4,
        faint: float | None = None,
        window: int = _WINDOW,
        *,
        by_type: Mapping[PhiType, float] | None = None,
    ) -> None:
        self._network = network
        self._tokeniser = tokeniser
        self._threshold = threshold
        self._faint = threshold if faint is None else faint
        self._window = window
        self._labels = [_label(tag) for tag in network.shape.tags[1::2]]
        asked = by_type or {}
        self._thresholds = np.array([asked.get(type_, threshold) for type_, _ in self._labels])

    @classmethod
    def load(
        cls,
        directory: Path,
        tokeniser: Tokeniser,
        threshold: float = 0.4,
        faint: float | None = None,
        window: int = _WINDOW,
        *,
        by_type: Mapping[PhiType, float] | None = None,
    ) -> "Tagger":
        return cls(Network.read(directory), tokeniser, threshold, faint, window, by_type=by_type)

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        tokens = self._tokeniser.tokens(text)
        return self.propose(text, tokens, self.probabilities(tokens))

    def propose(self, text: NormalisedText, tokens: Tokens, probabilities: Probabilities) -> Iterator[Candidate]:
        """Candidates of a text that is tagged already: what else needs its probabilities need not tag it twice."""
        if not len(tokens.begins):
            return
        phi = 1.0 - probabilities[:, 0]
        by_label = probabilities[:, 1::2] + probabilities[:, 2::2]
        best = by_label.argmax(axis=1)
        rows = np.arange(len(best))
        starts = probabilities[rows, 1 + 2 * best] > probabilities[rows, 2 + 2 * best]
        strong = phi >= self._thresholds[best]
        active = np.flatnonzero(strong | (phi >= self._faint))
        if not len(active):
            return
        cuts = [0]
        cuts += [
            i + 1
            for i, (one, two) in enumerate(pairwise(active.tolist()))
            if two != one + 1
            or best[one] != best[two]
            or strong[one] != strong[two]
            or starts[two]
            or _parted(text, tokens, one, two)
        ]
        cuts.append(len(active))
        for first, behind in pairwise(cuts):
            span = active[first:behind]
            type_, kind = self._labels[best[span[0]]]
            likely = float(phi[span].mean())
            score = round(max(likely, _BELIEVED) if strong[span[0]] else likely * _FAINTNESS, 3)
            yield Candidate(tokens.begins[span[0]], tokens.ends[span[-1]], type_, score, kind, Source.MODEL)

    def probabilities(self, tokens: Tokens) -> Probabilities:
        """Of every token, shape (tokens, tags): of no PHI first, then of each label's begin and inside.

        By windows that overlap by what a token sees: the answer is that of one pass over the whole text.
        """
        features = tokens.features
        sight = self._network.shape.depth + 1
        parts = []
        for begin in range(0, len(features), self._window):
            left = min(begin, sight)
            window = features[begin - left : begin + self._window + sight]
            parts.append(self._network.probabilities(window)[left : left + self._window])
        return np.concatenate(parts) if parts else np.zeros((0, len(self._network.shape.tags)), dtype=np.float32)


def _parted(text: NormalisedText, tokens: Tokens, one: int, two: int) -> bool:
    """An entity may cross one line end, never a blank line."""
    return text.text.count("\n", tokens.ends[one], tokens.begins[two]) > 1


def _label(tag: str) -> tuple[PhiType, PhiKind]:
    type_, _, kind = tag[2:].partition(":")
    return PhiType(type_), PhiKind(kind)
