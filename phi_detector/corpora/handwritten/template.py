"""Hand-written notes with fields: ``{p.full}`` is filled from a cast, ``<ADDRESS:4 West>`` is gold as it stands.

``<~:Ohio>`` marks text that is neutral. A template starts with its directives: ``@wrap 72 80 0`` names the line widths
that it is wrapped at (0: not wrapped; one is drawn), ``@ages 19 44`` and ``@sex f`` say who the patient is.
``@repeat 4`` ... ``@end`` repeats a block, and ``#`` in its field names becomes the round, so that ``{n#.full}`` is
another nurse in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType

_FIELD: Final = re.compile(r"\{([^{}\s]+|(?:no|tel|code)[\d#]*:[^{}\n]+)\}")
_PIECE: Final = re.compile(_FIELD.pattern + r"|<([A-Z_]+|~):([^<>]+)>")
_REPEAT: Final = re.compile(r"^@repeat (\d+)\n(.*?)^@end\n", re.MULTILINE | re.DOTALL)
_DIRECTIVE: Final = re.compile(r"\A@(wrap|ages|sex) (.+)\n")


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in place of a field. ``type`` is None for text that identifies nobody."""

    text: str
    type: PhiType | None = None
    origin: str = ""
    neutral: bool = False
    kind: PhiKind = PhiKind.UNKNOWN


class Cast(Protocol):
    """The people, places and numbers of one note."""

    def fill(self, field: str) -> Filling:
        """Answer the field; the same field is the same person or number in the whole note.

        Raises
        ------
        KeyError
            Names a field that no cast knows.
        """
        ...

    def record(self) -> tuple[KnownIdentifier, ...]:
        """What the patient's record holds."""
        ...


@dataclass(frozen=True, slots=True)
class Template:
    """One note, written by hand."""

    name: str
    body: str
    widths: tuple[int, ...] = (0,)
    ages: tuple[int, int] = (19, 97)
    sex: str = ""

    @property
    def literal_text(self) -> str:
        """What stands between the fields."""
        return _PIECE.sub("", self.body)

    def pieces(self, cast: Cast) -> Iterator[Filling]:
        """The note in pieces, each with what it is: what was written, and what the cast fills in."""
        read = 0
        for match in _PIECE.finditer(self.body):
            yield Filling(self.body[read : match.start()])
            yield cast.fill(match[1]) if match[1] else _literal(match[2], match[3], cast)
            read = match.end()
        yield Filling(self.body[read:])


def read_templates(folder: Path) -> Sequence[Template]:
    """The templates of a folder, by name."""
    return [_read(path) for path in sorted(folder.glob("*.txt"))]


def _read(path: Path) -> Template:
    body = path.read_text(encoding="utf-8")
    said: dict[str, str] = {}
    while directive := _DIRECTIVE.match(body):
        said[directive[1]] = directive[2]
        body = body[directive.end() :]
    youngest, oldest = map(int, said.get("ages", "19 97").split())
    return Template(
        path.stem,
        _REPEAT.sub(lambda block: _rounds(int(block[1]), block[2]), body),
        tuple(map(int, said.get("wrap", "0").split())),
        (youngest, oldest),
        said.get("sex", ""),
    )


def _rounds(count: int, block: str) -> str:
    def numbered(round_: int) -> str:
        return _PIECE.sub(lambda piece: piece[0].replace("#", str(round_)), block)

    return "".join(numbered(round_) for round_ in range(1, count + 1))


def _literal(kind: str, text: str, cast: Cast) -> Filling:
    """Gold as it stands; a field inside of it is a part of it: ``<ADDRESS:Red Cross {c1}>``."""
    text = _FIELD.sub(lambda field: cast.fill(field[1]).text, text)
    if kind == "~":
        return Filling(text, neutral=True)
    return Filling(text, PhiType(kind), kind=PhiKind.FACILITY if kind == PhiType.ADDRESS else PhiKind.UNKNOWN)
