"""How a day is written."""

from collections.abc import Callable
from datetime import date
from typing import Final

from phi_detector.corpora.english.numerals import ordinal
from phi_detector.corpora.english.word_lists import pools

DateForm = Callable[[date], str]


def month(day: date) -> str:
    """The name of the month."""
    return _MONTHS[day.month - 1]


_MONTHS: Final = pools("numerals")["months"]

FORMS: Final[tuple[DateForm, ...]] = (
    lambda d: f"{d.month:02}/{d.day:02}/{d.year}",
    lambda d: f"{d.month}/{d.day}/{d.year}",
    lambda d: f"{d.month}/{d.day}/{d.year % 100:02}",
    lambda d: d.isoformat(),
    lambda d: f"{month(d)} {d.day}, {d.year}",
    lambda d: f"{month(d)[:3]} {d.day}, {d.year}",
    lambda d: f"{d.day} {month(d)} {d.year}",
    lambda d: f"{d.day:02}-{month(d)[:3].upper()}-{d.year}",
    lambda d: f"{month(d)} {ordinal(d.day)}, {d.year}",
    lambda d: f"{d.month:02}-{d.day:02}-{d.year}",
    lambda d: f"{ordinal(d.day)} of {month(d)} {d.year}",
    lambda d: f"{d.month:02}.{d.day:02}.{d.year}",
)
"""Forms with a year."""
