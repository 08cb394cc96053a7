"""What happens to a note on its way: hard wraps, capitals, typing errors, OCR. Gold moves with the characters."""

import random
from dataclasses import dataclass, field

from healthcare_runtime.phi_entity import PhiEntity
from phi_detector.corpora.english.part import Part, Phi

_OCR = {"0": "O", "1": "l", "O": "0", "l": "1", "S": "5", "I": "l", "5": "S", "B": "8", "m": "rn", "e": "c"}


@dataclass
class Draft:
    """A note in the making: characters, and for each the number of the entity that it belongs to, or -1."""

    characters: list[str] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    entities: list[Phi] = field(default_factory=list)

    def add(self, part: Part) -> None:
        mark = -1
        text = part
        if isinstance(part, Phi):
            mark, text = len(self.entities), part.text
            self.entities.append(part)
        assert isinstance(text, str)
        self.characters.extend(text)
        self.marks.extend([mark] * len(text))

    def text(self) -> str:
        return "".join(self.characters)

    def gold(self) -> tuple[PhiEntity, ...]:
        """The entities where they stand now; what noise has taken away whole is gone."""
        found: list[PhiEntity] = []
        position = 0
        begin: dict[int, int] = {}
        end: dict[int, int] = {}
        for character, mark in zip(self.characters, self.marks, strict=True):
            if mark >= 0 and character:
                begin.setdefault(mark, position)
                end[mark] = position + len(character)
            position += len(character)
        for mark, first in begin.items():
            phi = self.entities[mark]
            found.append(PhiEntity(first, end[mark], phi.type, 1.0, phi.kind))
        return tuple(sorted(found))


def wrap(draft: Draft, width: int, indent: str) -> None:
    """Break lines at spaces, entities or not, as a printer of fixed width does."""
    column, last_space = 0, -1
    for position, character in enumerate(draft.characters):
        if character == "\n":
            column, last_space = 0, -1
            continue
        column += 1
        if character == " ":
            last_space = position
        if column > width and last_space >= 0:
            draft.characters[last_space] = "\n" + indent
            column, last_space = position - last_space + len(indent), -1


def shout(draft: Draft) -> None:
    draft.characters[:] = [c.upper() if len(c.upper()) == len(c) else c for c in draft.characters]


def whisper(draft: Draft) -> None:
    draft.characters[:] = [c.lower() if len(c.lower()) == len(c) else c for c in draft.characters]


def mistype(draft: Draft, rng: random.Random, rate: float) -> None:
    """Letters dropped, doubled or swapped with a neighbour."""
    count = len(draft.characters)
    for _ in range(int(count * rate)):
        position = rng.randrange(1, max(2, count - 1))
        character = draft.characters[position]
        if not character.isalpha():
            continue
        draft.characters[position] = rng.choice(["", character * 2, rng.choice("aeioustnrl")])


def scan(draft: Draft, rng: random.Random, rate: float) -> None:
    """OCR's confusions."""
    for position, character in enumerate(draft.characters):
        if character in _OCR and rng.random() < rate:
            draft.characters[position] = _OCR[character]


def disturb(draft: Draft, rng: random.Random) -> None:
    """What a note may suffer, drawn at random; most are wrapped, few are shouted, scanned or mistyped."""
    if rng.random() < 0.6:
        wrap(draft, rng.randint(58, 82), rng.choice(["", "", "", "  ", "    "]))
    draw = rng.random()
    if draw < 0.13:
        shout(draft)
    elif draw < 0.27:
        whisper(draft)
    if rng.random() < 0.15:
        mistype(draft, rng, rng.choice([0.002, 0.006]))
    if rng.random() < 0.12:
        scan(draft, rng, rng.choice([0.01, 0.04]))
