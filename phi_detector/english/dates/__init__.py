"""Dates in English: every element below the year (164.514(b)(2)(i)(C)). A year alone may stay; weekdays are none."""

from typing import Final

from phi_detector.english.dates import births, day_and_month, named_days, named_months, numeric
from phi_detector.english.dates.editions import is_of_an_edition

__all__ = ["RULES", "is_of_an_edition"]

RULES: Final = (*births.RULES, *numeric.RULES, *named_months.RULES, *day_and_month.RULES, *named_days.RULES)
