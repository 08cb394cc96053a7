"""The word lists of the generator, read once."""

from functools import cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).with_name("words")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of one list, in file order."""
    return tuple((_WORDS / f"{name}.txt").read_text("utf-8").split())


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The words of a list whose entries are ``written/reading``."""
    return tuple((written, reading) for written, _, reading in (word.partition("/") for word in words(name)))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of a list with ``# section`` headings."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (_WORDS / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:], [])
        else:
            lines.append(line)
    return {section: tuple(lines) for section, lines in found.items()}
