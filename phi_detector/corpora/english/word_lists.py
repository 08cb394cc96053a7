"""The word lists and templates of the generator, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_WORDS: Final = Path(__file__).with_name("words")
_TEMPLATES: Final = Path(__file__).with_name("templates")
_NEXT_DOCUMENT: Final = "==="

Pools = Mapping[str, tuple[str, ...]]
"""Words by what they are; a word that stands twice is drawn twice as often."""


@cache
def pools(name: str) -> Pools:
    """The pools of a file of ``words``."""
    return {pool: tuple(words) for pool, words in _parsed(name).items()}


@cache
def tables(name: str) -> Mapping[str, Pools]:
    """The pools of a file of ``words`` whose pools stand in tables."""
    return {table: {pool: tuple(words) for pool, words in within.items()} for table, within in _parsed(name).items()}


@cache
def templates(name: str) -> tuple[str, ...]:
    """The lines of a file of ``templates``: one template each, ``{slot}`` for what the case fills in."""
    return tuple((_TEMPLATES / f"{name}.txt").read_text("utf-8").splitlines())


@cache
def documents(name: str) -> tuple[tuple[str, ...], ...]:
    """The templates of a file that holds runs of lines."""
    found: list[list[str]] = [[]]
    for line in templates(name):
        if line == _NEXT_DOCUMENT:
            found.append([])
        else:
            found[-1].append(line)
    return tuple(tuple(lines) for lines in found)


def _parsed(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_WORDS / f"{name}.toml").read_text("utf-8"))
