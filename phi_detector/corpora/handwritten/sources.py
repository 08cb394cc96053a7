"""What casts draw from: names, places and numbers. Who learns and who measures draw from different ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Given names of women and men, and family names, of one origin. Japanese ones as ``written:reading``."""

    origin: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Names, places and numbers of one language.

    Parameters
    ----------
    places
        Lists by name: ``facilities``, ``towns``, ...
    number
        ``number(kind, draw)``; KeyError names an unknown kind.
    street
        A house in its street, as one line.
    spellings
        How foreigners' names are spelled in Latin letters, by the name as written.
    abroad
        Of the other language, where notes speak both.
    """

    groups: Sequence[NameGroup]
    places: Mapping[str, Sequence[str]]
    number: Callable[[str, random.Random], str]
    street: Callable[[random.Random], str]
    spellings: Mapping[str, str] = field(default_factory=dict)
    abroad: Sources | None = None
