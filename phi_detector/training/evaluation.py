"""Measures a detector on notes with gold: what leaks, what is masked for nothing, by type."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from healthcare_runtime.phi_entity import PhiEntity
from phi_detector.corpora.note import Note
from phi_detector.detector import Detector


@dataclass
class Accuracy:
    """Counts of one evaluation.

    ``characters`` and ``entities`` are (gold, covered) by type; coverage is by entities of any type, because masking
    is what counts. Spaces are no characters.
    """

    gold_characters: Counter[str] = field(default_factory=Counter)
    covered_characters: Counter[str] = field(default_factory=Counter)
    gold_entities: Counter[str] = field(default_factory=Counter)
    covered_entities: Counter[str] = field(default_factory=Counter)
    found_entities: Counter[str] = field(default_factory=Counter)
    right_entities: Counter[str] = field(default_factory=Counter)
    masked_characters: int = 0
    rightly_masked_characters: int = 0
    free_characters: int = 0
    free_masked_characters: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, gold: Iterable[PhiEntity], found: Iterable[PhiEntity]) -> None:
        gold, found = list(gold), list(found)
        masked = _positions(text, found)
        true = _positions(text, gold)
        self.masked_characters += len(masked)
        self.rightly_masked_characters += len(masked & true)
        if not gold:
            self.free_characters += sum(1 for c in text if not c.isspace())
            self.free_masked_characters += len(masked)
        for entity in gold:
            own = _positions(text, [entity])
            self.gold_characters[entity.type] += len(own)
            self.covered_characters[entity.type] += len(own & masked)
            self.gold_entities[entity.type] += 1
            if own <= masked:
                self.covered_entities[entity.type] += 1
            else:
                self.missed[f"{entity.type} {_excerpt(text, entity)}"] += 1
        for entity in found:
            self.found_entities[entity.type] += 1
            if _positions(text, [entity]) & true:
                self.right_entities[entity.type] += 1
            else:
                self.wrong[f"{entity.type} {entity.score} {_excerpt(text, entity)}"] += 1

    def table(self) -> str:
        """The figures as text. No text of a note: see ``missed`` and ``wrong`` for synthetic ones."""
        lines = ["type          gold  charR  fullR      P"]
        for kind in [*sorted(self.gold_entities), ""]:
            gold, covered = _of(self.gold_characters, kind), _of(self.covered_characters, kind)
            entities, full = _of(self.gold_entities, kind), _of(self.covered_entities, kind)
            right, found = _of(self.right_entities, kind), _of(self.found_entities, kind)
            lines.append(
                f"{kind or 'all':12} {entities:5} {_share(covered, gold)}  {_share(full, entities)}  "
                f"{_share(right, found)}"
            )
        lines.append(f"character precision {_share(self.rightly_masked_characters, self.masked_characters)}")
        lines.append(f"masked in PHI-free notes {_share(self.free_masked_characters, self.free_characters)}")
        return "\n".join(lines) + "\n"


def evaluate(notes: Iterable[Note], detector: Detector | None = None) -> Accuracy:
    """Run the whole detector on notes that no training saw."""
    detector = detector or Detector.load()
    accuracy = Accuracy()
    for note in notes:
        accuracy.add(note.text, note.entities, detector.detect(note.text).entities)
    return accuracy


def _positions(text: str, entities: Iterable[PhiEntity]) -> set[int]:
    return {i for entity in entities for i in range(entity.begin, entity.end) if not text[i].isspace()}


def _excerpt(text: str, entity: PhiEntity) -> str:
    before = text[max(0, entity.begin - 25) : entity.begin]
    return repr(f"{before}[[{text[entity.begin : entity.end]}]]{text[entity.end : entity.end + 15]}")


def _of(counter: Counter[str], kind: str) -> int:
    return counter[kind] if kind else counter.total()


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "   - "
