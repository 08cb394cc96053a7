"""What the detector finds in a text, as readable pairs."""

from functools import cache

from healthcare_runtime.phi_entity import KnownIdentifier, PhiType
from phi_detector import Detector


@cache
def detector() -> Detector:
    """One detector for all tests: it is immutable."""
    return Detector.load()


def found(text: str, *known: KnownIdentifier) -> set[tuple[PhiType, str]]:
    """Type and text of every entity."""
    return {(one.type, text[one.begin : one.end]) for one in detector().detect(text, known).entities}


def masked(text: str, *known: KnownIdentifier) -> str:
    """The text, with a black bar for every character of an entity."""
    characters = list(text)
    for one in detector().detect(text, known).entities:
        characters[one.begin : one.end] = "█" * (one.end - one.begin)
    return "".join(characters)
