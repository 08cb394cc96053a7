"""What the detector found in a document, passage by passage, as it travels from DetectPhi to MaskAndStore."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.phi_entity import PhiEntity, PhiKind, PhiType

GREY_ZONE: Final = 0.5
"""Below this score an entity is masked all the same, and counted: many of them are a reason to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntities:
    """Entities of each passage, offsets in that passage's text."""

    detector_version: str
    passages: tuple[tuple[PhiEntity, ...], ...]
    languages: tuple[str, ...]
    unknown_language_share: float
    name_entities: int = 0
    """How many the object's name has."""

    @property
    def total(self) -> int:
        return sum(len(found) for found in self.passages)

    @property
    def grey(self) -> int:
        return sum(entity.score < GREY_ZONE for found in self.passages for entity in found)

    def by_type(self) -> Mapping[PhiType, int]:
        return Counter(entity.type for found in self.passages for entity in found)

    def with_more(self, spans: Mapping[int, Iterable[PhiEntity]]) -> DocumentEntities:
        """The same with a reviewer's spans, by number of the passage."""
        return DocumentEntities(
            detector_version=self.detector_version,
            passages=tuple((*found, *spans.get(number, ())) for number, found in enumerate(self.passages)),
            languages=self.languages,
            unknown_language_share=self.unknown_language_share,
            name_entities=self.name_entities,
        )

    def to_json(self) -> str:
        return json.dumps(
            {
                "detectorVersion": self.detector_version,
                "languages": self.languages,
                "unknownLanguageShare": self.unknown_language_share,
                "passages": [[_row(entity) for entity in found] for found in self.passages],
                "nameEntities": self.name_entities,
            }
        )

    @classmethod
    def from_json(cls, body: str | bytes) -> DocumentEntities:
        read = json.loads(body)
        return cls(
            detector_version=read["detectorVersion"],
            languages=tuple(read["languages"]),
            unknown_language_share=read["unknownLanguageShare"],
            passages=tuple(entities_of(found) for found in read["passages"]),
            name_entities=read["nameEntities"],
        )


def entities_of(rows: Iterable[tuple[int, int, str, float, str]]) -> tuple[PhiEntity, ...]:
    """Entities from rows of begin, end, type, score, kind."""
    return tuple(PhiEntity(begin, end, PhiType(kind), score, PhiKind(more)) for begin, end, kind, score, more in rows)


def _row(entity: PhiEntity) -> list[object]:
    return [entity.begin, entity.end, entity.type, round(entity.score, 4), entity.kind]
