"""A note while it is written: text, and the entities in it."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Final

from healthcare_runtime.phi_entity import PhiEntity
from phi_detector.corpora.japanese.cast import Cast
from phi_detector.corpora.japanese.slots import Filling, fill

_SLOT: Final = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Draft:
    """Text in pieces, each with what it is."""

    pieces: list[Filling] = field(default_factory=list)

    def write(self, template: str, rng: Random, cast: Cast) -> None:
        """Write a line of a template with its slots filled."""
        position = 0
        for slot in _SLOT.finditer(template):
            self.pieces.append(Filling(template[position : slot.start()]))
            self.pieces.append(fill(slot.group(1), rng, cast))
            position = slot.end()
        self.pieces.append(Filling(template[position:]))

    def plain(self, text: str) -> None:
        self.pieces.append(Filling(text))

    def finished(self) -> tuple[str, list[PhiEntity]]:
        """The text and its entities, neighbours of one type and no gap joined."""
        text: list[str] = []
        entities: list[PhiEntity] = []
        position = 0
        for piece in self.pieces:
            end = position + len(piece.text)
            if piece.type is not None and piece.text:
                last = entities[-1] if entities else None
                if last is not None and last.end == position and last.type is piece.type:
                    entities[-1] = PhiEntity(last.begin, end, last.type, 1.0, last.kind)
                else:
                    entities.append(PhiEntity(position, end, piece.type, 1.0, piece.kind))
            text.append(piece.text)
            position = end
        return "".join(text), entities
