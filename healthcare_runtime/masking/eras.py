"""Japanese eras: which year of which era a day is in, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Era:
    """An era: its first day is a day of its year 1."""

    name: str
    letter: str
    first_day: date


ERAS: Final = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 10, 23)),
)
_BY_NAME: Final = {spelling: era for era in ERAS for spelling in (era.name, era.letter)}


def era_called(name: str) -> Era:
    """The era of a name or a letter in any case; KeyError if there is none."""
    return _BY_NAME[name.upper()]


def gregorian_year(era: Era, year: int) -> int:
    """The year that a year of an era is. Systems that never learned of a new era count on: 昭和100年 is 2025."""
    return era.first_day.year + year - 1


def era_of(day: date) -> Era | None:
    """The era of a day; None before Meiji."""
    return next((era for era in ERAS if day >= era.first_day), None)
