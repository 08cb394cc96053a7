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
from phi_detector.corpora.handwritten.sources import NameGroup, Sources
from phi_detector.corpora.handwritten.template import Filling, Template

_DAY: Final = re.compile(r"([tb])([+-]\d+)?")
_MEASURED: Final = re.compile(r"num\d*:([\d.]+):([\d.]+)")
_OWN_FORM: Final = re.compile(r"(no|tel|code)\d*:(.+)")
_OWN_FORM_TYPES: Final = {"no": PhiType.ID, "tel": PhiType.PHONE_OR_FAX, "code": None}
_PICTURE: Final[Mapping[str, Sequence[str]]] = {
    "9": "0123456789",
    "N": "23456789",
    "A": "ABCDEFGHJKLMNPRSTUVWXYZ",
    "@": ("206", "213", "313", "319", "402", "509", "601", "713", "785", "843", "907", "978"),  # area codes
    "_": " ",
}
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
    """Answers the fields of the templates of one language; see ``handwritten.template.Cast``.

    ``p`` is the patient, ``r1`` a relative (``rf1`` a woman, ``rm1`` a man, ``rs1`` the spouse), ``d1`` ``n1`` ``x1``
    others; ``t`` is the day of the note, ``b`` the birth date; ``f1`` a facility, ``g1`` one whose name does not say
    so, ``c1`` a town, ``w1`` a ward, ``e1`` an employer, ``f1.short`` ``f1.abbr`` what insiders call it; ``i.mrn`` a
    number, ``i.tel1`` a telephone; ``no1:AA-99`` ``tel1:9999`` ``code1:A99.9`` a number that identifies, a telephone, a
    code that identifies nobody, in the template's own form; ``num:3:9`` a number that identifies nobody.
    """

    address_forms: ClassVar[frozenset[str]]
    """Forms that people and places have: ``addr`` of ``f1.addr``."""
    record_number: ClassVar[str]
    """The number that the patient's record holds: ``mrn`` of ``i.mrn``."""

    def __init__(
        self,
        draw: random.Random,
        group: NameGroup,
        template: Template,
        sources: Sources,
    ) -> None:
        self._draw = draw
        self._group = group
        self._sources = sources
        self._groups = sources.groups
        self._places = sources.places
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
        if measured := _MEASURED.fullmatch(field):
            return Filling(self._measured(measured[1], measured[2]))
        if own := _OWN_FORM.fullmatch(field):
            return Filling(self._once(field, lambda: self._number_like(own[2])), _OWN_FORM_TYPES[own[1]])
        subject, _, form = field.partition(".")
        if day := _DAY.fullmatch(subject):
            return self._date(day, form)
        if subject == "i":
            return self._number(form)
        kind = subject.rstrip("0123456789")
        if kind in _KINDS_OF_PEOPLE:
            return self._of_person(self._person(subject, kind), subject, form)
        return self._of_place(kind, subject, form)

    def _of_place(self, kind: str, key: str, form: str) -> Filling:
        if form in self.address_forms:
            return self._address_of(key, form)
        place = self._place(kind, key)
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
    def _address_of(self, key: str, form: str) -> Filling:
        """Where somebody lives or a facility stands."""

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
        kind = PhiKind.BIRTH_DATE if day[0] == "b" else PhiKind.UNKNOWN
        return Filling(self._written_date(value, form), PhiType.DATE, kind=kind)

    def _born(self) -> date:
        age = self._person("p", "p").age
        return self._birth or self._day - timedelta(days=int(age * 365.25) + 40)

    def _measured(self, low: str, high: str) -> str:
        if "." in low:
            return f"{self._draw.uniform(float(low), float(high)):.{len(low.split('.')[1])}f}"
        return str(self._draw.randint(int(low), int(high)))

    def _number_like(self, form: str) -> str:
        """A number of a template's own form: ``_`` is a space, what ``_PICTURE`` does not know stands for itself."""
        return "".join(self._draw.choice(_PICTURE[c]) if c in _PICTURE else c for c in form)

    def _once(self, key: str, drawn: Callable[[], str]) -> str:
        if key not in self._drawn:
            self._drawn[key] = drawn()
        return self._drawn[key]
