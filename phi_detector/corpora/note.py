"""One synthetic note."""

from dataclasses import dataclass

from healthcare_runtime.phi_entity import PhiEntity


@dataclass(frozen=True, slots=True)
class Note:
    """A synthetic document and what a reader must find in it.

    Parameters
    ----------
    text
        The note, 1 to 15 KB, as it would arrive: wrapped, with tables, headers and noise.
    entities
        Gold: sorted, not overlapping, ``score`` 1.0.
    genre
        The kind of note, for reports by kind.
    origin
        The group that the names come from, for reports by group; empty where there are none.
    """

    text: str
    entities: tuple[PhiEntity, ...]
    genre: str
    origin: str = ""
