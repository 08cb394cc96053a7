"""Dates as people write them: found in a text, read, and written back in the same notation.

A notation is a regular expression whose groups are the components; everything else of the match stays as it is. All
patterns run over text folded to ASCII width, in which positions are those of the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from healthcare_runtime.masking.eras import era_called, era_of, gregorian_year
from healthcare_runtime.masking.numerals import KANJI_DIGITS, fold_width, read_number, widen, write_number

_MONTH_NAMES: Final = "January February March April May June July August September October November December"
MONTHS: Final = _MONTH_NAMES.split()
_MONTH_NUMBER: Final = {name[:3].casefold(): number for number, name in enumerate(MONTHS, 1)}

_MON: Final = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)(?![a-z])"
)
_K: Final = f"[{KANJI_DIGITS}]"
_N: Final = rf"(?:\d{{1,2}}|{_K}{{1,3}})"
_ERA: Final = r"(?P<e>明治|大正|昭和|平成|令和|(?<![A-Za-z0-9])[MTSHR])\.?\s?"
_ERA_YEAR: Final = rf"(?P<y>元|\d{{1,3}}|{_K}{{1,4}})"
_Y4: Final = r"(?P<y>(?:1[5-9]|20|21)\d\d)"
_ORDINAL: Final = r"(?P<o>st|nd|rd|th)?"
_IN_MONTH: Final = rf"(?:\s?(?P<d>{_N})\s?日)?"


class DayOrder(Enum):
    """How a notation of bare numbers is read where it can be read in more than one way."""

    MONTH_FIRST = "m/d/y"
    YEAR_FIRST = "y/m/d"


_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ERA}{_ERA_YEAR}\s?年\s?(?:(?P<m>{_N})\s?月{_IN_MONTH})?",
        rf"{_ERA}(?P<y>元|\d{{1,3}})(?P<s>\s?[./-]\s?)(?P<m>\d{{1,2}})(?:(?P=s)(?P<d>\d{{1,2}}))?(?!\d)",
        rf"(?<!\d)(?P<y>\d{{4}}|\d\d|{_K}{{4}})\s?年\s?(?P<m>{_N})\s?月{_IN_MONTH}",
        rf"(?<!\d)(?P<y>\d{{4}}|{_K}{{4}})\s?年",
        rf"(?<!\d)(?P<m>{_N})\s?月{_IN_MONTH}",
        rf"(?<!\d){_Y4}(?P<s>\s?[-/.]\s?)(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_Y4}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
        r"(?P<t>(?:[01]\d|2[0-3])(?:[0-5]\d){0,2}(?:\.\d{1,6})?(?:[+-]\d{4})?)?(?!\d)",
        rf"{_MON}\.?\s+(?P<d>\d{{1,2}}){_ORDINAL}\s?(?:-|to|through)\s?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[/.-]\d)"
        rf"(?:\s*,?\s+{_Y4}(?!\d))?",
        rf"(?<!\d)(?P<d>\d{{1,2}}){_ORDINAL}[\s./-]*(?:of\s+)?{_MON}\.?"
        rf"(?:[\s,./-]*(?:{_Y4}(?!\d)|'?(?P<y2>\d\d)(?![\d:])))?",
        rf"{_MON}\.?\s*(?P<d>\d{{1,2}}){_ORDINAL}(?!\d)(?:(?:\s*,\s*|\s+)(?:of\s+)?(?:{_Y4}(?!\d)|'(?P<y2>\d\d)(?!\d)))?",
        rf"{_MON}\.?[\s,/-]*(?:of\s+)?(?:{_Y4}(?!\d)|'(?P<y2>\d\d)(?!\d)|(?<=-)(?P<y3>\d\d)(?!\d))",
        r"(?<!\d)(?P<a>\d{1,2})(?P<s>\s?[-/.]\s?)(?P<b>\d{1,2})(?P=s)(?P<c>(?:1[5-9]|20|21)\d\d|\d\d)(?!\d)",
        rf"(?<!\d){_Y4}\s?[-/.]\s?(?P<m>1[0-2]|0?[1-9])(?!\d)",
        rf"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])\s?[-/.]\s?{_Y4}(?!\d)",
        r"(?<![\d/.-])(?P<a>\d{1,2})\s?[-/.]\s?(?P<b>\d{1,2})(?![\d/])",
        rf"{_MON}",
        rf"(?<!\d){_Y4}(?!\d)",
        rf"{_ERA}(?P<y>\d{{1,2}})(?![\d:])",
    )
)


@dataclass(frozen=True, slots=True)
class Component:
    """A component's value and where in the text it is written."""

    value: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class DateNotation:
    """One date of a text. Components that it does not have are None; ``year`` is Gregorian."""

    text: str
    begin: int
    end: int
    year: Component | None = None
    month: Component | None = None
    day: Component | None = None
    last_day: Component | None = None
    """Of a range within a month: ``March 4-6``."""
    era: Component | None = None
    ordinal: Component | None = None

    def first(self, year: int) -> date:
        """The day, the middle of the month or of the year where no day is said; ``year`` where none is said.

        Raises
        ------
        ValueError
            There is no such day.
        """
        of_year = self.year.value if self.year else year
        if self.month is None:
            return date(of_year, 7, 2)
        return date(of_year, self.month.value, self.day.value if self.day else 15)

    def written(self, day: date, last: date | None = None) -> str | None:
        """Another date in this notation, as precise as this one; None if the notation cannot say it."""
        parts: list[tuple[Component, str]] = []
        if self.era is not None and self.year is not None:
            era = era_of(day)
            if era is None:
                return None
            mark = self._original(self.era)
            letter = len(mark) == 1
            parts.append((self.era, _like_case(era.letter if letter else era.name, mark)))
            years = day.year - era.first_day.year + 1
            padded = fold_width(self._original(self.year)).startswith("0")
            first_year = "元" if years == 1 and not letter else write_number(years, self._era_year(), pad=padded)
            parts.append((self.year, first_year))
        elif self.year is not None:
            like = self._original(self.year)
            short = len(like) == 2
            value = day.year % 100 if short else day.year
            parts.append((self.year, write_number(value, like, pad=short)))
        if self.month is not None:
            parts.append((self.month, self._month(day.month)))
        if self.day is not None:
            parts.append((self.day, write_number(day.day, self._original(self.day), pad=self._pads())))
        if self.ordinal is not None:
            parts.append((self.ordinal, _like_case(_suffix(day.day), self._original(self.ordinal))))
        if self.last_day is not None and last is not None:
            name = "" if last.month == day.month else f"{self._month(last.month)} "
            parts.append((self.last_day, name + write_number(last.day, self._original(self.last_day))))
        return self._with(parts)

    def year_only(self) -> str | None:
        """The year alone, in this notation's calendar; None if it has none."""
        if self.year is None:
            return None
        if self.era is not None:
            mark = self._original(self.era)
            return f"{mark}{self._original(self.year)}{'年' if len(mark) > 1 or self.is_kanji else ''}"
        like = self._original(self.year)
        if len(like) == 2:
            like = widen("0000") if fold_width(like) != like else "0000"
        return write_number(self.year.value, like) + ("年" if self.is_kanji else "")

    @property
    def is_kanji(self) -> bool:
        return "年" in self.text[self.begin : self.end]

    def _original(self, component: Component) -> str:
        return self.text[component.begin : component.end]

    def _era_year(self) -> str:
        """What a year of an era is written like; 元 tells nothing, so the month decides."""
        like = self._original(self.year) if self.year else ""
        if like == "元":
            like = self._original(self.month) if self.month else "1"
        return like[:3]

    def _month(self, month: int) -> str:
        if self.month is None:
            return str(month)
        like = self._original(self.month)
        if not fold_width(like)[0].isalpha() or like[0] in KANJI_DIGITS:
            return write_number(month, like, pad=self._pads())
        short = len(like) <= 4 and (like.casefold() not in ("may", "june", "july") or self._is_compact())
        if like.casefold() in ("june", "july"):
            short = False
        name = MONTHS[month - 1]
        return _like_case(name[:3] if short else name, like)

    def _is_compact(self) -> bool:
        """Whether May is more likely an abbreviation: ``4-May-24``, ``04MAY2024``, ``May.``."""
        end = self.month.end if self.month else 0
        return self.text[end : end + 1] in (".", "-", "/") or self.text[end : end + 1].isdigit()

    def _pads(self) -> bool:
        """Whether months and days below ten have a zero: as far as the date shows, else the custom of the notation."""
        written = [fold_width(self._original(one)) for one in (self.month, self.day) if one is not None]
        numbers = [one for one in written if one.isdigit()]
        if any(one.startswith("0") for one in numbers):
            return True
        whole = self.text[self.begin : self.end]
        return all(len(one) == 2 for one in numbers) and "月" not in whole and (len(numbers) == 2 or whole.isalnum())

    def _with(self, parts: list[tuple[Component, str]]) -> str:
        written: list[str] = []
        at = self.begin
        for component, text in sorted(parts, key=lambda part: part[0].begin):
            written += (self.text[at : component.begin], text)
            at = component.end
        return "".join((*written, self.text[at : self.end]))


def find_dates(text: str, *, order: DayOrder, latest_year: int) -> tuple[DateNotation, ...]:
    """The dates of a short text, in order.

    Parameters
    ----------
    order
        How ``03/04/05`` is read.
    latest_year
        Two-digit years are the latest ones that are not after this year.
    """
    folded = fold_width(text)
    found: list[DateNotation] = []
    taken = [False] * len(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(taken[match.start() : match.end()]):
                continue
            notation = _read(text, match, order, latest_year)
            if notation is not None and _is_time(notation, found):
                continue
            if notation is not None:
                found.append(notation)
                taken[notation.begin : notation.end] = [True] * (notation.end - notation.begin)
    return tuple(sorted(found, key=lambda one: one.begin))


def _is_time(notation: DateNotation, found: list[DateNotation]) -> bool:
    """Whether four digits right behind a full date are the time of day: ``1/10/20 1900``."""
    return notation.month is None and any(
        one.day is not None and one.year is not None and 0 <= notation.begin - one.end <= 1 for one in found
    )


def _read(text: str, match: re.Match[str], order: DayOrder, latest_year: int) -> DateNotation | None:
    groups = match.groupdict()
    names = {"e": groups.get("e"), "y": groups.get("y") or groups.get("y2") or groups.get("y3")}
    year_group = next((name for name in ("y", "y2", "y3") if groups.get(name)), None)
    month_group, day_group = ("m" if groups.get("m") else None), ("d" if groups.get("d") else None)
    if groups.get("a"):
        roles = _roles(groups["a"], groups["b"], groups.get("c"), groups.get("s") or "/", order)
        if roles is None:
            return None
        year_group, month_group, day_group = roles
    try:
        year = None if year_group is None else _year(match[year_group], names["e"], latest_year)
        month = None if month_group is None else _month_number(match[month_group])
        day = None if day_group is None else read_number(match[day_group])
        last = read_number(match["d2"]) if groups.get("d2") else None
        if month is not None:
            date(year or 2000, month, day or 1)
            if last is not None:
                date(year or 2000, month, last)
    except ValueError:
        return None

    def at(group: str | None, value: int | None) -> Component | None:
        return None if group is None or value is None else Component(value, *match.span(group))

    begin, end = match.span()
    return DateNotation(
        text,
        begin,
        end,
        year=at(year_group, year),
        month=at(month_group, month),
        day=at(day_group, day),
        last_day=at("d2", last),
        era=at("e" if names["e"] else None, 0),
        ordinal=at("o" if groups.get("o") else None, 0),
    )


def _roles(
    a: str, b: str, c: str | None, separator: str, order: DayOrder
) -> tuple[str | None, str | None, str | None] | None:
    """Which group is year, month, day; None if it cannot be a date."""
    first, second = int(a), int(b)
    month_first, day_first = first <= 12 and second <= 31, second <= 12 and first <= 31
    if c is None:
        if month_first:
            return None, "a", "b"
        return (None, "b", "a") if day_first else None
    year_first = len(c) == 2 and len(a) == 2 and 1 <= second <= 12 and 1 <= int(c) <= 31
    if year_first and (order is DayOrder.YEAR_FIRST or not (month_first or day_first)):
        return "a", "b", "c"
    if separator.strip() == "." and day_first:
        return "c", "b", "a"
    if month_first:
        return "c", "a", "b"
    return ("c", "b", "a") if day_first else None


def _year(written: str, era: str | None, latest_year: int) -> int:
    if era:
        return gregorian_year(era_called(era), read_number(written))
    year = read_number(written)
    if len(written) > 2:
        return year
    century = latest_year - latest_year % 100
    return century + year if century + year <= latest_year else century - 100 + year


def _month_number(written: str) -> int:
    return _MONTH_NUMBER[written[:3].casefold()] if written[0].isalpha() and written.isascii() else read_number(written)


def _suffix(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _like_case(word: str, like: str) -> str:
    cased = word.upper() if like.isupper() and len(like) > 1 else word.lower() if like.islower() else word
    return widen(cased) if like[0] != fold_width(like[0]) else cased
