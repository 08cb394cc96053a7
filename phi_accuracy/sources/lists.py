"""The lists that notes are filled from: names in groups by origin, and places. See ``lists/README.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from phi_detector.corpora.handwritten.sources import NameGroup

_FOLDER: Final = Path(__file__).parent / "lists"


@cache
def name_groups(language: str, *, development: bool) -> Sequence[NameGroup]:
    """The groups of ``english`` or ``japanese``, as far as they belong to the part."""
    added = {} if development else {block[0]: block[1:] for block in _blocks(f"{language}_names_held_out.txt")}
    groups = []
    for origin, *lines in _blocks(f"{language}_names.txt"):
        shares = [_share(tuple(line.split(", ")), development) for line in lines]
        for index, line in enumerate(added.pop(origin, ())):
            shares[index] += tuple(line.split(", "))
        groups.append(NameGroup(origin, *shares))
    return groups + [NameGroup(origin, *(tuple(line.split(", ")) for line in lines)) for origin, lines in added.items()]


@cache
def places(language: str, *, development: bool) -> Mapping[str, Sequence[str]]:
    """The lists of places of ``english`` or ``japanese``, by the list's name, shared out like the names."""
    found = {block[0]: _share(tuple(block[1:]), development) for block in _blocks(f"{language}_places.txt")}
    if not development:
        for name, *entries in _blocks(f"{language}_places_held_out.txt"):
            found[name] = (*found.get(name, ()), *entries)
    return found


@cache
def spellings() -> Mapping[str, str]:
    """How foreigners' names of the Japanese lists are spelled in Latin letters, by the name as written."""
    lines = _blocks("japanese_spellings_held_out.txt")[0]
    return dict(line.split(":") for line in lines)


def _share(entries: tuple[str, ...], development: bool) -> tuple[str, ...]:
    """Every third entry belongs to the development part, the others to the test part."""
    return tuple(entry for index, entry in enumerate(entries) if (index % 3 == 0) is development)


def _blocks(name: str) -> list[list[str]]:
    text = (_FOLDER / name).read_text(encoding="utf-8").strip("\n")
    return [block.split("\n") for block in text.split("\n\n")] if text else []
