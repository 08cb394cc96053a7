"""What a slot of a template is filled with."""

from dataclasses import dataclass, replace

from healthcare_runtime.phi_entity import PhiKind, PhiType


@dataclass(frozen=True, slots=True)
class Phi:
    """A text that is an entity."""

    text: str
    type: PhiType
    kind: PhiKind = PhiKind.UNKNOWN


Part = Phi | str
"""An entity, or a text that is none."""


def lowered(part: Part) -> Part:
    """Without its capitals."""
    return replace(part, text=part.text.lower()) if isinstance(part, Phi) else part.lower()


def raised(part: Part) -> Part:
    """In capitals."""
    return replace(part, text=part.text.upper()) if isinstance(part, Phi) else part.upper()
