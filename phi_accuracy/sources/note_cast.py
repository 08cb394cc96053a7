"""What casts of every language share: one day, one patient, and whoever was drawn once stays who he is."""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Final, Generic, TypeVar

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_accuracy.sources.lists import NameGroup, places
from phi_accuracy.sources.numbers import number_like
from phi_accuracy.template import Filling, Template

_DAY: Final = re.compile(r"([tb])([+-]\d+)?")
_OWN_FORM: Final = re.compile(r"(no|tel|code)\d*:(.+)")
_OWN_FORM_TYPES: Final = {"no": PhiType.ID, "tel": PhiType.PHONE_OR_FAX, "code": None}
_FIRST_DAY: Final = date(2013, 1, 4)
_DAYS: Final = 4200
_KINDS_OF_PEOPLE: Final = ("p", "r", "rf", "rm", "rs", "d", "n", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a note; the names are the language's."""

    woman: bool
    age: int
    origin: str


PersonT = TypeVar("PersonT", bound=Person)


class NoteCast(ABC, Generic[PersonT]):
    """Answers the fields of the templates of one language; see ``phi_accuracy.template.Cast``.

    ``p`` is the patient, ``r1`` a relative (``rf1`` a woman, ``rm1`` a man, ``rs1`` the spouse), ``d1`` ``n1`` ``x1``
    others; ``t`` is the day of the note, ``b`` the birth date; ``f1`` a facility, ``g1`` one whose name does not say
    so, ``c1`` a town, ``w1`` a ward, ``e1`` an employer, ``f1.short`` ``f1.abbr`` what insiders call it; ``i.mrn`` a
    number, ``i.tel1`` a telephone; ``no1:AA-99`` ``tel1:9999`` ``code1:A99.9`` a number that identifies, a telephone, a
    code that identifies nobody, in the template's own form; ``num:3:9`` a number that identifies nobody.
    """

    language: ClassVar[str]
    record_number: ClassVar[str]
    """The number that the patient's record holds: ``mrn`` of ``i.mrn``."""

    def __init__(
        self,
        draw: random.Random,
        group: NameGroup,
        groups: Sequence[NameGroup],
        template: Template,
        *,
        development: bool,
    ) -> None:
        self._draw = draw
        self._group = group
        self._groups = groups
        self._development = development
        self._places = places(self.language, development=development)
        self._template = template
        self._day = _FIRST_DAY + timedelta(days=draw.randrange(_DAYS))
        self._drawn: dict[str, str] = {}
        self._people: dict[str, PersonT] = {}
        self._birth: date | None = None

    def settle(self, patient: PersonT, born: date, numbers: Mapping[str, str]) -> None:
        """Say who the patient is, and numbers by field (``mrn``): notes of one patient agree."""
        while self._day <= born + timedelta(days=400):
            self._day += timedelta(days=365)
        self._people["p"] = replace(patient, age=(self._day - born).days * 100 // 36525)
        self._birth = born
        self._drawn |= {f"i.{name}": value for name, value in numbers.items()}

    def meet_on(self, day: date) -> None:
        """Say which day the note is of."""
        self._day = day

    def record(self) -> tuple[KnownIdentifier, ...]:
        """What the patient's record holds, as far as the note speaks of it: names, birth date, number."""
        if "p" not in self._people:
            return ()
        known = list(self._known_names(self._people["p"]))
        known.append(KnownIdentifier(self._born().isoformat(), PhiType.DATE, PhiKind.BIRTH_DATE))
        if number := self._drawn.get(f"i.{self.record_number}"):
            known.append(KnownIdentifier(number, PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER))
        return tuple(known)

    def fill(self, field: str) -> Filling:
        """See ``Cast``."""
        if field.startswith("num:"):
            return Filling(self._measured(field))
        if own := _OWN_FORM.fullmatch(field):
            text = self._once(field, lambda: number_like(own[2], self._draw))
            return Filling(text, _OWN_FORM_TYPES[own[1]])
        subject, _, form = field.partition(".")
        if day := _DAY.fullmatch(subject):
            return self._date(day, form)
        if subject == "i":
            return self._number(form)
        kind = subject.rstrip("0123456789")
        if kind in _KINDS_OF_PEOPLE:
            return self._of_person(self._person(subject, kind), subject, form)
        place = self._place(kind, subject)
        return replace(place, text=self._shortened(place.text, form)) if form else place

    @abstractmethod
    def _known_names(self, patient: PersonT) -> Sequence[KnownIdentifier]:
        """The patient's names as a record holds them."""

    @abstractmethod
    def _new_person(self, kind: str) -> PersonT:
        """Draw a person whom the note does not know yet."""

    @abstractmethod
    def _of_person(self, person: PersonT, key: str, form: str) -> Filling:
        """A name, an age, an address, a word that agrees."""

    @abstractmethod
    def _written_date(self, day: date, form: str) -> str:
        """The day as the language writes it."""

    @abstractmethod
    def _number(self, form: str) -> Filling:
        """A number that identifies."""

    @abstractmethod
    def _place(self, kind: str, key: str) -> Filling:
        """A facility, a town, an employer, an address of the web."""

    @abstractmethod
    def _shortened(self, place: str, form: str) -> str:
        """How insiders call it: ``short`` or ``abbr``; KeyError names another form."""

    def _person(self, key: str, kind: str) -> PersonT:
        if key not in self._people:
            self._people[key] = self._new_person(kind)
        return self._people[key]

    def _woman(self, kind: str) -> bool:
        """The template may say it of the patient; some relatives are one or the other."""
        if kind in ("rf", "rm"):
            return kind == "rf"
        if kind == "rs":
            return not self._person("p", "p").woman
        sex = self._template.sex if kind == "p" else ""
        return sex == "f" if sex else self._draw.random() < 0.5

    def _is_family(self, kind: str) -> bool:
        """Whether a new person bears the patient's family name: most relatives do."""
        return kind.startswith("r") and self._draw.random() < 0.7

    def _email(self, key: str, given: str, age: int) -> Filling:
        local = given + self._draw.choice(("", ".", "_")) + str(age)
        text = self._once(f"{key}email", lambda: f"{local}@{self._draw.choice(self._places['domains'])}")
        return Filling(text, PhiType.EMAIL)

    def _date(self, day: re.Match[str], form: str) -> Filling:
        base = self._day if day[1] == "t" else self._born()
        value = base + timedelta(days=int(day[2] or 0))
        if form == "year":
            return Filling(str(value.year), neutral=True)
        return Filling(self._written_date(value, form), PhiType.DATE)

    def _born(self) -> date:
        age = self._person("p", "p").age
        return self._birth or self._day - timedelta(days=int(age * 365.25) + 40)

    def _measured(self, field: str) -> str:
        _, low, high = field.split(":")
        if "." in low:
            return f"{self._draw.uniform(float(low), float(high)):.{len(low.split('.')[1])}f}"
        return str(self._draw.randint(int(low), int(high)))

    def _once(self, key: str, drawn: Callable[[], str]) -> str:
        if key not in self._drawn:
            self._drawn[key] = drawn()
        return self._drawn[key]
