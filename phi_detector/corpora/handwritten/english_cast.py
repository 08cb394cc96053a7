"""The people, places and numbers of one English note, drawn from a seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_detector.corpora.handwritten.dates import english_date
from phi_detector.corpora.handwritten.note_cast import NoteCast, Person
from phi_detector.corpora.handwritten.template import Filling

_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PLACE_LISTS: Final = {"f": "facilities", "g": "facilities_without_type", "c": "towns", "w": "wards", "e": "employers"}
_INSTITUTIONS: Final = {
    "hospital": "hospitals", "clinic": "clinics", "school": "schools", "home": "homes", "church": "churches",
    "pharmacy": "pharmacies", "agency": "agencies",
}  # fmt: skip
_PRONOUNS: Final = {
    "he": ("she", "he"), "He": ("She", "He"), "his": ("her", "his"), "His": ("Her", "His"), "him": ("her", "him"),
    "man": ("woman", "man"), "gentleman": ("lady", "gentleman"), "sex": ("F", "M"), "male": ("female", "male"),
    "mr": ("Ms.", "Mr."), "spouse": ("husband", "wife"), "son": ("daughter", "son"), "boy": ("girl", "boy"),
}  # fmt: skip
_TYPE_WORDS: Final = re.compile(
    r"\b(General|Regional|Community|Memorial|Medical|Health|Care|Nursing|Rehabilitation|Family|Urgent|Surgical|Surgery|"
    r"Assisted|Living|Elementary|Middle|High|Physical|Therapy|Hospital|Cent(er|re)|Clinic|Home|House|Hospice|School|"
    r"Pharmacy|Practice|Group|Associates|Services?|Church|Agency|Systems?|Institute|Facility|Inc|LLC|Ltd|Co)\b\.?"
)
_ADDRESS_KINDS: Final = {
    "addr": PhiKind.STREET, "street": PhiKind.STREET, "csz": PhiKind.PLACE, "zip": PhiKind.POSTAL_CODE,
}  # fmt: skip
_PHONES: Final = frozenset({"tel", "telx", "ext", "intl", "uk"})


@dataclass(frozen=True, slots=True)
class EnglishPerson(Person):
    """One person of a note."""

    given: str
    middle: str
    family: str


class EnglishCast(NoteCast[EnglishPerson]):
    """Answers the fields of English templates; ``j1`` is an address in Japan.

    ``hospital1`` ``clinic1`` ``school1`` ``home1`` ``church1`` ``pharmacy1`` ``agency1``: of the held-out lists; the
    open ones do not tell facilities apart.
    """

    address_forms: ClassVar[frozenset[str]] = frozenset(_ADDRESS_KINDS)
    record_number: ClassVar[str] = "mrn"

    def _known_names(self, patient: EnglishPerson) -> Sequence[KnownIdentifier]:
        return (KnownIdentifier(f"{patient.given} {patient.family}", PhiType.NAME, PhiKind.PERSON),)

    def _new_person(self, kind: str) -> EnglishPerson:
        draw = self._draw
        group = self._group if kind[0] in "pr" and (kind == "p" or draw.random() < 0.8) else draw.choice(self._groups)
        woman = self._woman(kind)
        taken = {person.given for person in self._people.values()}
        names = [name for name in (group.women if woman else group.men) if name not in taken]
        given, middle = draw.sample(names if len(names) > 1 else group.women + group.men, 2)
        family = draw.choice(group.families)
        if self._is_family(kind):
            family = self._person("p", "p").family
        age = draw.randint(*self._template.ages)
        return EnglishPerson(given, middle, family, woman=woman, age=age, origin=group.origin)

    def _of_person(self, person: EnglishPerson, key: str, form: str) -> Filling:
        if form in _PRONOUNS:
            return Filling(_PRONOUNS[form][not person.woman])
        if form == "age":
            return Filling(str(person.age), PhiType.AGE)
        if form == "agew":
            return Filling(_words(person.age), PhiType.AGE)
        if form == "email":
            return self._email(key, re.sub(r"[^a-z]", "", person.given.lower()), person.age)
        if form in self.address_forms:
            return self._address_of(key, form)
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
        return Filling(names[form], PhiType.NAME, person.origin, kind=PhiKind.PERSON)

    def _address_of(self, key: str, form: str) -> Filling:
        return Filling(self._address(key, form), PhiType.ADDRESS, kind=_ADDRESS_KINDS[form])

    def _address(self, key: str, form: str) -> str:
        draw = self._draw
        street = self._once(key + "street", lambda: self._sources.street(draw))
        town = self._once(key + "town", lambda: draw.choice(self._places["towns"]))
        state = self._once(key + "state", lambda: draw.choice(self._places["states"]))
        code = self._once(key + "zip", lambda: self._sources.number("zip", draw))
        return {
            "street": street,
            "csz": f"{town}, {state} {code}",
            "zip": code,
            "addr": f"{street}, {town}, {state} {code}",
        }[form]

    def _written_date(self, day: date, form: str) -> str:
        return english_date(day, form)

    def _number(self, form: str) -> Filling:
        kind = form.rstrip("0123456789") if form not in ("ssn4", "ip6") else form
        text = self._once("i." + form, lambda: self._sources.number(kind, self._draw))
        if kind == "lot":
            return Filling(text, neutral=True)  # of a batch, not of a person
        return Filling(text, PhiType.PHONE_OR_FAX if kind in _PHONES else PhiType.ID)

    def _place(self, kind: str, key: str) -> Filling:
        if kind == "url":
            return Filling(self._once(key, self._url), PhiType.URL)
        if kind in _INSTITUTIONS and _INSTITUTIONS[kind] in self._places:
            return Filling(
                self._once(key, lambda: self._institution(_INSTITUTIONS[kind])), PhiType.ADDRESS, kind=PhiKind.FACILITY
            )
        if kind == "j":
            return Filling(self._once(key, self._address_in_japan), PhiType.ADDRESS, kind=PhiKind.STREET)
        places = "facilities" if kind in _INSTITUTIONS else _PLACE_LISTS[kind]
        text = self._once(key, lambda: self._draw.choice(self._places[places]))
        return Filling(text, PhiType.ADDRESS, kind=PhiKind.PLACE if kind in "cw" else PhiKind.FACILITY)

    def _shortened(self, place: str, form: str) -> str:
        words = re.findall(r"[A-Z][\w.'’-]*", place)
        if form == "abbr":
            return "".join(word[0] for word in words) if len(words) > 1 else words[0][:4].upper()
        return {"short": " ".join(_TYPE_WORDS.sub("", place).split()).strip(" ,-").removesuffix(" of") or words[0]}[
            form
        ]

    def _institution(self, list_name: str) -> str:
        """One that the note does not name yet."""
        named = set(self._drawn.values())
        return self._draw.choice([place for place in self._places[list_name] if place not in named])

    def _address_in_japan(self) -> str:
        """In Latin letters, as letters abroad write it."""
        draw = self._draw
        number = f"{draw.randint(1, 6)}-{draw.randint(1, 29)}-{draw.randint(1, 18)}"
        return f"{number} {draw.choice(self._places.get('japan') or self._places['towns'])}"

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


def _words(age: int) -> str:
    if age < 20:
        return _ONES[age]
    tens, ones = divmod(age, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")
