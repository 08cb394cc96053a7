"""What a slot of a template is filled with."""

from dataclasses import dataclass

from healthcare_runtime.phi_entity import PhiKind, PhiType


@dataclass(frozen=True, slots=True)
class Phi:
    """A text that is an entity."""

    text: str
    type: PhiType
    kind: PhiKind = PhiKind.UNKNOWN


Part = Phi | str
"""An entity, or a text that is none."""
