"""How a detection compares with the gold of one note, and sums over many notes.

Only characters that tell something count (letters, digits, marks): a comma left between two masked words leaks
nothing, and a space masked too harms nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from healthcare_runtime.phi_entity import PhiEntity, PhiType
from phi_accuracy.annotated_text import AnnotatedText, tells


@dataclass(slots=True)
class Score:
    """Counts of one or more notes. Shares are None where there is nothing to count."""

    documents: int = 0
    leak_free: int = 0
    telling: int = 0
    gold_characters: int = 0
    covered_characters: int = 0
    predicted_characters: int = 0
    right_characters: int = 0
    predicted_spans: int = 0
    right_spans: int = 0
    entities: Counter[PhiType] = field(default_factory=Counter)
    full: Counter[PhiType] = field(default_factory=Counter)
    typed: Counter[PhiType] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    full_names: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Score) -> Score:
        for name in self.__slots__:
            total = getattr(self, name)
            total += getattr(other, name)
            setattr(self, name, total)
        return self

    @property
    def character_recall(self) -> float | None:
        """Share of the identifiers' characters that some entity covers."""
        return share(self.covered_characters, self.gold_characters)

    @property
    def span_precision(self) -> float | None:
        """Share of the entities found that touch an identifier."""
        return share(self.right_spans, self.predicted_spans)

    @property
    def character_precision(self) -> float | None:
        """Share of the characters found that belong to an identifier."""
        return share(self.right_characters, self.predicted_characters)

    @property
    def masked(self) -> float | None:
        """Share of all telling characters that would be masked."""
        return share(self.predicted_characters, self.telling)

    @property
    def leak_free_share(self) -> float | None:
        """Share of the notes in which no character of any identifier is left."""
        return share(self.leak_free, self.documents)

    def full_recall(self, *types: PhiType) -> float | None:
        """Share of the identifiers (of these types) of which nothing is left."""
        chosen = types or tuple(PhiType)
        return share(sum(self.full[kind] for kind in chosen), sum(self.entities[kind] for kind in chosen))

    def typed_recall(self, *types: PhiType) -> float | None:
        """Share of the identifiers of which most characters are found, as the right type."""
        chosen = types or tuple(PhiType)
        return share(sum(self.typed[kind] for kind in chosen), sum(self.entities[kind] for kind in chosen))

    def name_recall(self) -> dict[str, float]:
        """By origin of the name: share of names of which nothing is left."""
        return {origin: self.full_names[origin] / count for origin, count in sorted(self.names.items())}


def share(part: int, whole: int) -> float | None:
    """None where there is nothing."""
    return part / whole if whole else None


def score(note: AnnotatedText, found: Sequence[PhiEntity]) -> Score:
    """Compare one note's gold with what was found in it."""
    text = note.text
    telling = bytearray(map(tells, text))
    covered: list[PhiType | None] = [None] * len(text)
    for entity in found:
        covered[entity.begin : entity.end] = [entity.type] * (entity.end - entity.begin)
    gold = bytearray(len(text))
    neutral = bytearray(len(text))
    for begin, end in note.neutral:
        neutral[begin:end] = b"\x01" * (end - begin)
    result = Score(documents=1, telling=sum(telling))
    leaks = False
    for span in note.gold:
        gold[span.begin : span.end] = b"\x01" * (span.end - span.begin)
        inside = [index for index in range(span.begin, span.end) if telling[index]]
        hits = sum(covered[index] is not None for index in inside)
        result.gold_characters += len(inside)
        result.covered_characters += hits
        full = hits == len(inside)
        leaks |= not full
        result.entities[span.type] += 1
        result.full[span.type] += full
        result.typed[span.type] += 2 * sum(covered[index] is span.type for index in inside) > len(inside)
        if span.type is PhiType.NAME:
            result.names[span.origin] += 1
            result.full_names[span.origin] += full
    result.leak_free = int(not leaks)
    for entity in found:
        inside = [index for index in range(entity.begin, entity.end) if telling[index] and not neutral[index]]
        right = sum(gold[index] for index in inside)
        result.predicted_characters += len(inside)
        result.right_characters += right
        if inside:
            result.predicted_spans += 1
            result.right_spans += right > 0
    return result
