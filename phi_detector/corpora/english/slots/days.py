"""Dates, and parts and ranges of dates."""

from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.dates import FORMS, month
from phi_detector.corpora.english.numerals import ordinal
from phi_detector.corpora.english.part import Part, Phi


def _birth_date(case: Case) -> Part:
    return Phi(case.rng.choice(FORMS)(case.born), PhiType.DATE, PhiKind.BIRTH_DATE)


def _date(case: Case) -> Part:
    form = case.date_form if case.rng.random() < 0.6 else case.rng.choice(FORMS)
    return Phi(form(case.day()), PhiType.DATE)


def _short_date(case: Case) -> Part:
    day = case.day()
    forms = [
        f"{day.month}/{day.day}",
        f"{day.month:02}/{day.day:02}",
        f"{month(day)} {day.day}",
        f"{month(day)[:3]} {day.day}",
        f"{month(day)} {ordinal(day.day)}",
        f"{ordinal(day.day)} of {month(day)}",
    ]
    return Phi(case.rng.choice(forms), PhiType.DATE)


def _month(case: Case) -> Part:
    day = case.day()
    name = month(day)
    forms = [
        f"{name} {day.year}",
        f"{name[:3]} {day.year}",
        f"{name} of {day.year}",
        f"{day.month:02}/{day.year}",
        name,
        f"{name[:3]} '{day.year % 100:02}",
    ]
    return Phi(case.rng.choice(forms), PhiType.DATE)


def _date_range(case: Case) -> Part:
    day, later = case.day(), case.day()
    first = min(day.day, 20)
    forms = [
        f"{month(day)} {first}-{first + 4}, {day.year}",
        f"{day.month}/{day.day}-{later.month}/{later.day}",
        f"{month(day)[:3]} {first} to {first + 6}",
    ]
    return Phi(case.rng.choice(forms), PhiType.DATE)


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "dob": _birth_date,
    "date": _date,
    "short_date": _short_date,
    "month": _month,
    "date_range": _date_range,
    "year": lambda case: str(case.admitted.year - case.rng.randint(0, 30)),  # 164.514(b)(2)(i)(C): no PHI
}
