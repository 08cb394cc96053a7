"""Lists of places that are drawn when a note asks for them: most notes ask for few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

_ENTRIES: Final = 14


class DrawnPlaces(Mapping[str, Sequence[str]]):
    """Places by the name of their list, a handful of each, drawn once by ``kinds[name]()``."""

    def __init__(self, kinds: Mapping[str, Callable[[], str]]) -> None:
        self._kinds = kinds
        self._drawn: dict[str, Sequence[str]] = {}

    def __getitem__(self, name: str) -> Sequence[str]:
        if name not in self._drawn:
            self._drawn[name] = tuple(self._kinds[name]() for _ in range(_ENTRIES))
        return self._drawn[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)
