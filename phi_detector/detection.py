"""What the detector answers with."""

from dataclasses import dataclass
from enum import StrEnum

from healthcare_runtime.phi_entity import PhiEntity


class Language(StrEnum):
    """Languages that the detector reads; everything else is UNKNOWN."""

    EN = "en"
    JA = "ja"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Detection:
    """The PHI of one text.

    Parameters
    ----------
    entities
        Sorted, not overlapping, offsets in the original text.
    languages
        Of the text's segments; UNKNOWN where a segment is written in a script that no model reads.
    unknown_language_share
        Share of the letters that no model reads, 0 to 1. Not detected is not the same as not there: the document
        pipeline quarantines on a large share.
    """

    entities: tuple[PhiEntity, ...]
    languages: frozenset[Language]
    unknown_language_share: float
