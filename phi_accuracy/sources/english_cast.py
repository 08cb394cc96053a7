"""The people, places and numbers of one English note, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_accuracy.sources.dates import english_date
from phi_accuracy.sources.lists import NameGroup, places
from phi_accuracy.sources.numbers import english_number
from phi_accuracy.template import Filling, Template

_DAY: Final = re.compile(r"([tb])([+-]\d+)?")
_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PLACE_LISTS: Final = {"f": "facilities", "g": "facilities_without_type", "c": "towns", "w": "wards", "e": "employers"}
_PRONOUNS: Final = {
    "he": ("she", "he"), "He": ("She", "He"), "his": ("her", "his"), "His": ("Her", "His"), "him": ("her", "him"),
    "man": ("woman", "man"), "gentleman": ("lady", "gentleman"), "sex": ("F", "M"), "male": ("female", "male"),
    "mr": ("Ms.", "Mr."), "spouse": ("husband", "wife"), "son": ("daughter", "son"), "boy": ("girl", "boy"),
}  # fmt: skip
_PHONES: Final = frozenset({"tel", "telx", "ext", "intl"})


@dataclass(frozen=True, slots=True)
class EnglishPerson:
    """One person of a note."""

    given: str
    middle: str
    family: str
    woman: bool
    age: int
    origin: str


class EnglishCast:
    """Answers the fields of English templates.

    ``p`` is the patient, ``r1`` a relative, ``d1`` ``n1`` ``x1`` others; ``t`` is the day of the note, ``b`` the birth
    date; ``f1`` a facility, ``g1`` one whose name does not say so, ``c1`` a town, ``w1`` a ward, ``e1`` an employer;
    ``i.mrn`` a number, ``i.tel1`` a telephone, ``num:3:9`` a number that identifies nobody.
    """

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
        self._places = places("english", development=development)
        self._ages = template.ages
        self._sex = template.sex
        self._day = date(2013, 1, 4) + timedelta(days=draw.randrange(4200))
        self._drawn: dict[str, str] = {}
        self._people: dict[str, EnglishPerson] = {}
        self._birth: date | None = None

    def settle(self, patient: EnglishPerson, born: date, numbers: Mapping[str, str]) -> None:
        """Say who the patient is, and numbers by field (``mrn``): notes of one patient agree."""
        while self._day <= born + timedelta(days=400):
            self._day += timedelta(days=365)
        self._people["p"] = replace(patient, age=(self._day - born).days * 100 // 36525)
        self._birth = born
        self._drawn |= {f"i.{name}": value for name, value in numbers.items()}

    def record(self) -> tuple[KnownIdentifier, ...]:
        """What the patient's record holds, as far as the note speaks of it: name, birth date, number."""
        if "p" not in self._people:
            return ()
        person = self._people["p"]
        known = [KnownIdentifier(f"{person.given} {person.family}", PhiType.NAME, PhiKind.PERSON)]
        known.append(KnownIdentifier(self._born().isoformat(), PhiType.DATE, PhiKind.BIRTH_DATE))
        if number := self._drawn.get("i.mrn"):
            known.append(KnownIdentifier(number, PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER))
        return tuple(known)

    def fill(self, field: str) -> Filling:
        """See ``Cast``."""
        if field.startswith("num:"):
            return Filling(self._measured(field))
        subject, _, form = field.partition(".")
        if day := _DAY.fullmatch(subject):
            return self._date(day, form)
        if subject == "i":
            return self._number(form)
        kind = subject.rstrip("0123456789")
        if kind in "prdnx":
            return self._of_person(self._person(subject, kind), subject, form)
        return self._place(kind, subject)

    def _person(self, key: str, kind: str) -> EnglishPerson:
        if key not in self._people:
            draw = self._draw
            group = self._group if kind in "pr" and (kind == "p" or draw.random() < 0.8) else draw.choice(self._groups)
            woman = self._sex == "f" if kind == "p" and self._sex else draw.random() < 0.5
            taken = {person.given for person in self._people.values()}
            names = [name for name in (group.women if woman else group.men) if name not in taken]
            given, middle = draw.sample(names if len(names) > 1 else group.women + group.men, 2)
            family = draw.choice(group.families)
            if kind == "r" and draw.random() < 0.7:
                family = self._person("p", "p").family
            age = draw.randint(*self._ages)
            self._people[key] = EnglishPerson(given, middle, family, woman, age, group.origin)
        return self._people[key]

    def _of_person(self, person: EnglishPerson, key: str, form: str) -> Filling:
        if form in _PRONOUNS:
            return Filling(_PRONOUNS[form][not person.woman])
        if form == "age":
            return Filling(str(person.age), PhiType.AGE)
        if form == "agew":
            return Filling(_words(person.age), PhiType.AGE)
        if form == "email":
            local = re.sub(r"[^a-z]", "", person.given.lower()) + self._draw.choice(("", ".", "_")) + str(person.age)
            return Filling(
                self._once(key + form, lambda: f"{local}@{self._draw.choice(self._places['domains'])}"), PhiType.EMAIL
            )
        if form in ("addr", "street", "csz", "zip"):
            return Filling(self._address(key, form), PhiType.ADDRESS)
        given, middle, family = person.given, person.middle, person.family
        names = {
            "full": f"{given} {family}",
            "fml": f"{given} {middle[0]}. {family}",
            "fmfl": f"{given} {middle} {family}",
            "first": given,
            "last": family,
            "lf": f"{family}, {given}",
            "lfm": f"{family}, {given} {middle[0]}",
            "upper": f"{family}, {given} {middle[0]}".upper(),
            "fullupper": f"{given} {family}".upper(),
            "lastupper": family.upper(),
            "il": f"{given[0]}. {family}",
            "iml": f"{given[0]}.{middle[0]}. {family}",
            "li": f"{family} {given[0]}",
            "fl": f"{given} {family[0]}.",
            "lower": f"{given} {family}".lower(),
            "firstlower": given.lower(),
            "caret": f"{family}^{given}^{middle[0]}".upper(),
            "inits": f"{given[0]}.{family[0]}.",
        }
        return Filling(names[form], PhiType.NAME, person.origin)

    def _address(self, key: str, form: str) -> str:
        draw = self._draw
        number = self._once(key + "number", lambda: str(draw.randint(3, 18900)))
        street = self._once(
            key + "street",
            lambda: (
                f"{number} {draw.choice(self._places['street_names'])} {draw.choice(self._places['street_types'])}"
                + draw.choice(("", "", "", ", Apt 4B", " #12", ", Unit 207"))
            ),
        )
        town = self._once(key + "town", lambda: draw.choice(self._places["towns"]))
        state = self._once(key + "state", lambda: draw.choice(self._places["states"]))
        code = self._once(key + "zip", lambda: english_number("zip", draw))
        return {
            "street": street,
            "csz": f"{town}, {state} {code}",
            "zip": code,
            "addr": f"{street}, {town}, {state} {code}",
        }[form]

    def _date(self, day: re.Match[str], form: str) -> Filling:
        base = self._day if day[1] == "t" else self._born()
        value = base + timedelta(days=int(day[2] or 0))
        if form == "year":
            return Filling(str(value.year), neutral=True)
        return Filling(english_date(value, form), PhiType.DATE)

    def _born(self) -> date:
        age = self._person("p", "p").age
        return self._birth or self._day - timedelta(days=int(age * 365.25) + 40)

    def _number(self, form: str) -> Filling:
        kind = form.rstrip("0123456789") if form not in ("ssn4", "ip6") else form
        text = self._once("i." + form, lambda: english_number(kind, self._draw))
        if kind == "lot":
            return Filling(text, neutral=True)  # of a batch, not of a person
        return Filling(text, PhiType.PHONE_OR_FAX if kind in _PHONES else PhiType.ID)

    def _place(self, kind: str, key: str) -> Filling:
        if kind == "url":
            return Filling(self._once(key, self._url), PhiType.URL)
        return Filling(self._once(key, lambda: self._draw.choice(self._places[_PLACE_LISTS[kind]])), PhiType.ADDRESS)

    def _url(self) -> str:
        draw = self._draw
        host = draw.choice(self._places["domains"])
        return draw.choice(
            (
                f"https://my.{host}/pt/{draw.randrange(10**6)}",
                f"www.{host}",
                f"http://{host}/results?id={draw.randrange(10**5)}",
            )
        )

    def _measured(self, field: str) -> str:
        _, low, high = field.split(":")
        if "." in low:
            return f"{self._draw.uniform(float(low), float(high)):.{len(low.split('.')[1])}f}"
        return str(self._draw.randint(int(low), int(high)))

    def _once(self, key: str, drawn: Callable[[], str]) -> str:
        if key not in self._drawn:
            self._drawn[key] = drawn()
        return self._drawn[key]


def _words(age: int) -> str:
    if age < 20:
        return _ONES[age]
    tens, ones = divmod(age, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
