"""The detector: normalise, route, recognise, sweep, weigh, propagate, merge.

Every step reads the whole text: rules are linear and the tagger cuts its own windows, so no seam between chunks can
split an entity.
"""

from collections.abc import Iterator, Mapping, Sequence

from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity
from phi_detector import bundle, english, japanese, neutral
from phi_detector.detection import Detection, Language
from phi_detector.document_evidence import weighed
from phi_detector.english.words import is_ordinary
from phi_detector.merging import merge
from phi_detector.normalisation import normalise
from phi_detector.normalised_text import NormalisedText
from phi_detector.propagation import propagate
from phi_detector.readings import repaired_parts
from phi_detector.recogniser import Candidate, Recogniser
from phi_detector.routing import Segment, english_runs, segments, unknown_share
from phi_detector.sweep import sweep

LEAST_SCORE = 0.3
"""Candidates below are not reported. Low: a leak costs more than a masked word (docs of DetectPHI advise the same)."""

_TRUST_IN_REPAIRS = 0.9  # what the writer wrote outweighs what a scanner may have made of it


class Detector:
    """Finds PHI in English and Japanese text. Immutable once loaded: share one between threads."""

    def __init__(self, recognisers: Mapping[Language, Sequence[Recogniser]], version: str) -> None:
        self._recognisers = recognisers
        self.version = version

    @classmethod
    def load(cls) -> "Detector":
        """Load rules and models from the package; no network, no environment."""
        common = tuple(neutral.recognisers())
        return cls(
            {
                Language.EN: (*common, *english.recognisers()),
                Language.JA: (*common, *japanese.recognisers()),
                Language.UNKNOWN: common,
            },
            bundle.version(),
        )

    def detect(self, text: str, known: Sequence[KnownIdentifier] = ()) -> Detection:
        """Find the PHI of ``text``; ``known`` are values of this patient's record, swept for wherever they stand."""
        normal = normalise(text)
        parts = list(segments(normal))
        candidates = [one for part in parts for one in self._read(normal, part)]
        candidates = weighed(normal.text, [*candidates, *sweep(normal.text, known)])
        candidates += propagate(normal.text, merge(normal.text, candidates, LEAST_SCORE), is_ordinary)
        entities = (_entity(normal, one) for one in merge(normal.text, candidates, LEAST_SCORE))
        languages = frozenset(language for part in parts for language in part.languages)
        return Detection(tuple(entities), languages, unknown_share(normal))

    def _read(self, text: NormalisedText, segment: Segment) -> Iterator[Candidate]:
        part = text.part(segment.begin, segment.end)
        for offset, reading in ((0, part), *repaired_parts(part)):
            trust = 1.0 if reading is part else _TRUST_IN_REPAIRS
            for inner, seen, reader in self._readers(segment, reading):
                for one in reader.find(seen):
                    yield _shifted(one, segment.begin + offset + inner, trust)

    def _readers(self, segment: Segment, text: NormalisedText) -> Iterator[tuple[int, NormalisedText, Recogniser]]:
        """Who reads which part of a segment: everyone all of it, but of a mixed text English only what is English."""
        mixed = {Language.EN, Language.JA} <= segment.languages
        languages = segment.languages - {Language.EN} if mixed else segment.languages
        whole = dict.fromkeys(one for language in sorted(languages) for one in self._recognisers[language])
        yield from ((0, text, one) for one in whole)
        if mixed:
            english = [one for one in self._recognisers[Language.EN] if one not in whole]
            yield from ((offset, run, one) for offset, run in english_runs(text) for one in english)


def _shifted(one: Candidate, offset: int, trust: float) -> Candidate:
    if not offset and trust == 1.0:
        return one
    return Candidate(one.begin + offset, one.end + offset, one.type, one.score * trust, one.kind, one.source)


def _entity(text: NormalisedText, one: Candidate) -> PhiEntity:
    begin, end = text.original_span(one.begin, one.end)
    return PhiEntity(begin, end, one.type, round(one.score, 3), one.kind)
