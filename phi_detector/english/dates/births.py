"""Birth dates: whatever stands behind their label, and years so early that they tell an age over 89."""

from typing import Final

from healthcare_runtime.phi_entity import PhiKind
from phi_detector.english.dates.calendar_words import MONTH_ANY_CASE, date_behind

_LABEL: Final = r"d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday|b-?day"
_MARKS: Final = r"[ :=(#.-]{0,6}"
_LAST_YEAR_OF_OVER_89: Final = 1937


def _old_enough(text: str, begin: int, end: int) -> float:
    return 1.0 if int(text[begin:end]) <= _LAST_YEAR_OF_OVER_89 else 0.0


RULES: Final = (
    *(
        date_behind(_LABEL, rf"{_MARKS}(?P<v>{form})(?!\d)", score, kind=PhiKind.BIRTH_DATE)
        for form, score in (
            (r"\d{1,4}[ ]?[/. -][ ]?\d{1,2}[ ]?[/. -][ ]?\d{1,4}", 0.99),
            (rf"\d{{1,2}}[ /.-]?{MONTH_ANY_CASE}[ ,/.-]{{0,3}}\d{{2,4}}", 0.99),
            (rf"{MONTH_ANY_CASE}[ ]{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?,?[ ]{{1,3}}\d{{2,4}}", 0.99),
            (r"\d{6,8}", 0.95),
        )
    ),
    date_behind(r"born in(?: the year)?", r" (?P<v>1[89]\d\d)(?!\d)", 0.8, _old_enough, kind=PhiKind.BIRTH_DATE),
)
