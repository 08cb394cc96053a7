"""FHIR ``dateTime`` and ``Period``: partial dates are intervals in the zone of the patient (R4, Date/Time).

Every bound is half-open: ``2024-03-31`` as a start is its first instant, as an end the first instant of the next
day, in the patient's zone, whatever the length of that day.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, Self
from zoneinfo import ZoneInfo

_DATE_TIME: Final = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]{1,9}))?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
)
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)
EASTMOST: Final = ZoneInfo("Etc/GMT-14")
WESTMOST: Final = ZoneInfo("Etc/GMT+12")
_WIDEST_OFFSET: Final = timedelta(hours=14)


class FhirTime(NamedTuple):
    """A ``date``, ``dateTime`` or ``instant`` with its precision: a year, a month, a day, or a moment."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a FHIR ``dateTime``.

        Raises
        ------
        ValueError
            It has no such form, does not exist in the calendar, or has a time without a zone.
        """
        if len(text) > 40 or _DATE_TIME.fullmatch(text) is None:
            raise ValueError("must be a FHIR dateTime; one with a time has seconds and a zone")
        found = cls(text)
        found.earliest(ZoneInfo("UTC"))  # 2020-02-30 does not exist
        return found

    @property
    def is_moment(self) -> bool:
        """Whether it has a time; else it is a whole day, month or year."""
        return "T" in self.text

    def earliest(self, zone: ZoneInfo) -> datetime:
        """The first instant that the text means, in UTC."""
        return _bounds(self.text, zone)[0]

    def latest(self, zone: ZoneInfo) -> datetime:
        """The first instant after what the text means, in UTC; of a moment, the moment itself."""
        return _bounds(self.text, zone)[1]


class FhirPeriod(NamedTuple):
    """A ``Period``; a missing end is open."""

    start: FhirTime | None
    end: FhirTime | None

    def contains(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether ``moment`` (aware) lies in the period."""
        start, end = self.bounds(zone)
        return start <= moment < end

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """First instant, and the first instant after; UTC. Empty when the end is before the start."""
        return _period_bounds(self, zone)

    @property
    def is_backward(self) -> bool:
        """Whether the end is before the start, wherever the patient lives (R4 per-1)."""
        if self.start is None or self.end is None:
            return False
        if self.start.is_moment == self.end.is_moment:
            start, end = self.start.earliest(EASTMOST), self.end.latest(EASTMOST)  # any one zone
            return end < start or (end == start and not self.start.is_moment)
        return self.end.latest(WESTMOST) < self.start.earliest(EASTMOST)

    def __str__(self) -> str:
        return f"{self.start.text if self.start else ''}/{self.end.text if self.end else ''}"


@lru_cache(maxsize=4096)
def _period_bounds(period: FhirPeriod, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = EARLIEST if period.start is None else period.start.earliest(zone)
    end = LATEST if period.end is None else period.end.latest(zone)
    return start, end


@lru_cache(maxsize=4096)
def _bounds(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError("must be a FHIR dateTime")
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    if match["hour"] is not None:
        moment = _moment(match, year, month, day)
        return moment, moment
    first = datetime(year, month, day)  # local: the zone follows
    if match["day"]:
        after = _next_day(first)
    elif match["month"]:
        after = _first_of(year + month // 12, month % 12 + 1)
    else:
        after = _first_of(year + 1, 1)
    return _in_zone(first, zone), LATEST if after is None else _in_zone(after, zone)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    second = int(match["second"])
    if second == 60:  # R4: leap seconds may be sent, and systems may not honour them
        second = 59
    microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    offset = timedelta(0)
    if match["offset"] != "Z":
        hours, minutes = int(match["offset"][1:3]), int(match["offset"][4:6])
        offset = timedelta(hours=hours, minutes=minutes)
        if minutes > 59 or offset > _WIDEST_OFFSET:
            raise ValueError("must have a zone between -14:00 and +14:00")
        offset = -offset if match["offset"][0] == "-" else offset
    local = datetime(year, month, day, int(match["hour"]), int(match["minute"]), second, microsecond, tzinfo=UTC)
    try:
        return local - offset
    except OverflowError:
        return EARLIEST if year == 1 else LATEST


def _next_day(first: datetime) -> datetime | None:
    try:
        return first + timedelta(days=1)
    except OverflowError:
        return None


def _first_of(year: int, month: int) -> datetime | None:
    return None if year > 9999 else datetime(year, month, 1)


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local midnight; one that a clock change skips is the instant of the change (fold 0)."""
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return EARLIEST if local.year == 1 else LATEST
