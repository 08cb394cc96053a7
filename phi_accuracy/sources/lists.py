"""The lists that notes are filled from: names in groups by origin, and places. See ``lists/README.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "lists"


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Given names of women and men, and family names, of one origin. Japanese ones as ``written:reading``."""

    origin: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]

    def share(self, *, development: bool) -> NameGroup:
        """Every third name belongs to the development part, the others to the test part."""
        women, men, families = (_share(names, development) for names in (self.women, self.men, self.families))
        return NameGroup(self.origin, women, men, families)


@cache
def name_groups(language: str) -> Sequence[NameGroup]:
    """The groups of ``english`` or ``japanese``."""
    groups = []
    for block in _blocks(f"{language}_names.txt"):
        origin, women, men, families = block
        groups.append(NameGroup(origin, *(tuple(names.split(", ")) for names in (women, men, families))))
    return groups


@cache
def places(language: str, *, development: bool) -> Mapping[str, Sequence[str]]:
    """The lists of places of ``english`` or ``japanese``, by the list's name, shared out like the names."""
    return {block[0]: _share(tuple(block[1:]), development) for block in _blocks(f"{language}_places.txt")}


def _share(entries: tuple[str, ...], development: bool) -> tuple[str, ...]:
    return tuple(entry for index, entry in enumerate(entries) if (index % 3 == 0) is development)


def _blocks(name: str) -> list[list[str]]:
    return [block.split("\n") for block in (_FOLDER / name).read_text(encoding="utf-8").strip("\n").split("\n\n")]
