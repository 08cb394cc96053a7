"""Masks dates: the year alone (Safe Harbor), or every date of a patient by the same number of weeks (limited).

The shift is a whole number of weeks, so weekdays stay true, between 1 and 52 weeks **into the past**: a shift into the
future would give the documents of today a date that has not been yet, and the shift must be one for all documents of
a patient, also those to come. One shift for all dates keeps intervals, and keeps birth before death.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from healthcare_runtime.masking.context import MaskingContext
from healthcare_runtime.masking.date_notation import DateNotation, DayOrder, find_dates
from healthcare_runtime.masking.keyed_choice import KeyedChoice
from healthcare_runtime.masking.numerals import fold_width
from healthcare_runtime.masking.profile import MaskingProfile
from healthcare_runtime.masking.replacement import Action
from healthcare_runtime.phi_entity import PhiKind

PLACEHOLDER: Final = "[DATE]"
OLDEST_AGE: Final = 89
"""Ages above, and dates that tell them, are one category (164.514(b)(2)(i)(C))."""
LONGEST_SHIFT_WEEKS: Final = 52

_JAPANESE: Final = re.compile(r"[\u3041-\u30ff]")
_TIME: Final = re.compile(
    r"T?\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?(?![a-z])|\d{1,2}\s?[ap]\.?m\.?(?![a-z])|(?<!\d)(?:[01]\d|2[0-3])[0-5]\d(?:\s?h)?(?!\d)"
    r"|(?:午前|午後)?\s?\d{1,2}\s?時(?:\s?\d{1,2}\s?分|半)?",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:early|late|mid|middle|beginning|start|end"
    r"|the|of|on|in|from|since|to|until|till|through|thru|and|or|at|by|about|around|est|edt|cst|cdt|mst|mdt|pst|pdt|jst"
    r"|utc|gmt|hrs?|hours)\b|[月火水木金土日]曜日?|[（(][月火水木金土日祝・]+[)）]|上旬|中旬|下旬|初旬|初め|始め|半ば|末|頃|ごろ|ころ"
    r"|から|より|まで|以降|以前|生まれ|生|付け?|西暦|朝|昼|夕方?|夜|午前|午後",
    re.IGNORECASE,
)


def shift_weeks(choice: KeyedChoice) -> int:
    """The patient's shift, -52 to -1 weeks."""
    return -1 - choice.number("date-shift", "", LONGEST_SHIFT_WEEKS)


class DateMasking:
    """Masks the dates of one document."""

    def __init__(self, context: MaskingContext, choice: KeyedChoice) -> None:
        self._profile = context.profile
        self._as_of = context.as_of
        self._shift = timedelta(weeks=shift_weeks(choice))
        self._reference_year = context.as_of.year

    def mask(self, text: str, begin: int, end: int, kind: PhiKind) -> tuple[str, Action]:
        """What stands in the place of the date ``text[begin:end]``."""
        value = text[begin:end]
        birth = kind is PhiKind.BIRTH_DATE
        order = DayOrder.YEAR_FIRST if _JAPANESE.search(text) else DayOrder.MONTH_FIRST
        dates = find_dates(value, order=order, latest_year=self._as_of.year + (0 if birth else 1))
        if not dates:
            return PLACEHOLDER, Action.REMOVED
        if self._profile is MaskingProfile.SAFE_HARBOR:
            return self._years(value, dates)
        return self._shifted(value, dates)

    def _years(self, value: str, dates: tuple[DateNotation, ...]) -> tuple[str, Action]:
        years = list(dict.fromkeys(one.year_only() for one in dates if one.year is not None))
        if not years or any(self._tells_great_age(one) for one in dates):
            return PLACEHOLDER, Action.REMOVED
        kept = "-".join(str(year) for year in years)
        return kept, Action.KEPT if kept == value else Action.GENERALISED

    def _tells_great_age(self, one: DateNotation) -> bool:
        return one.year is not None and self._as_of.year - one.year.value > OLDEST_AGE

    def _shifted(self, value: str, dates: tuple[DateNotation, ...]) -> tuple[str, Action]:
        if _says_more(value, dates):
            return PLACEHOLDER, Action.REMOVED
        written: list[str] = []
        at = 0
        kept = True
        for one in dates:
            new = self._shifted_date(one)
            if new is None:
                return PLACEHOLDER, Action.REMOVED
            kept = kept and new == value[one.begin : one.end]
            written += (value[at : one.begin], new)
            at = one.end
        return "".join((*written, value[at:])), Action.KEPT if kept else Action.SHIFTED

    def _shifted_date(self, one: DateNotation) -> str | None:
        if one.year is not None:
            self._reference_year = one.year.value
        try:
            first = one.first(self._reference_year)
            day = first + self._shift
            last = first.replace(day=one.last_day.value) + self._shift if one.last_day else None
        except (ValueError, OverflowError):  # the 29th of February without a year
            return None
        if age_on(day, self._as_of) > OLDEST_AGE and one.year is not None:
            return None
        if one.month is None:  # a year alone may stay (164.514(b)(2)(i)(C))
            return one.text[one.begin : one.end]
        return one.written(day, last)


def age_on(birth: date, day: date) -> int:
    """Full years from one day to another."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _says_more(value: str, dates: tuple[DateNotation, ...]) -> bool:
    """Whether there is something beside the dates that is no time of day and no word of the calendar: ``Christmas``."""
    folded = list(fold_width(value))
    for one in dates:
        folded[one.begin : one.end] = " " * (one.end - one.begin)
    rest = _WORDS.sub(" ", _TIME.sub(" ", "".join(folded)))
    return any(character.isalnum() for character in rest)
