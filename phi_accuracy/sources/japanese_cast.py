"""The people, places and numbers of one Japanese note, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_accuracy.sources.dates import english_date, japanese_date, kanji_number
from phi_accuracy.sources.kana import half_width, hiragana, romaji
from phi_accuracy.sources.lists import NameGroup, places
from phi_accuracy.sources.numbers import english_number, japanese_number
from phi_accuracy.template import Filling, Template

_DAY: Final = re.compile(r"([tb])([+-]\d+)?")
_WORDS: Final = {
    "sex": ("女", "男"),
    "sexlong": ("女性", "男性"),
    "spouse": ("夫", "妻"),
    "child": ("長女", "長男"),
    "sexen": ("F", "M"),
}
_PLACE_LISTS: Final = {"f": "facilities", "g": "facilities_without_type", "w": "wards", "e": "employers"}
_FOREIGN: Final = frozenset({"katakana_foreign", "southeast_asian_katakana"})  # written with a middle dot
_PHONES: Final = frozenset({"tel", "mobile", "free", "naisen"})
_FULL_WIDTH: Final = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}


@dataclass(frozen=True, slots=True)
class JapanesePerson:
    """One person of a note; names as written, with the reading."""

    family: tuple[str, str]
    given: tuple[str, str]
    woman: bool
    age: int
    origin: str

    @classmethod
    def of(cls, family: str, given: str, *, woman: bool, age: int = 0, origin: str) -> JapanesePerson:
        """From names of the lists, ``written:reading``."""
        return cls(_written(family), _written(given), woman, age, origin)


class JapaneseCast:
    """Answers the fields of Japanese and of mixed templates.

    Letters are those of ``EnglishCast``; names as ``full`` ``sp`` (with a space) ``fsp`` (full width) ``fam`` ``giv``
    ``kana`` ``hira`` ``hkana`` ``famkana`` ``romaji`` ``romup``; Japan's numbers, ``i.us-mrn`` an English one.
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
        self._places = places("japanese", development=development)
        self._ages = template.ages
        self._sex = template.sex
        self._day = date(2013, 1, 4) + timedelta(days=draw.randrange(4200))
        self._drawn: dict[str, str] = {}
        self._people: dict[str, JapanesePerson] = {}
        self._birth: date | None = None

    def settle(self, patient: JapanesePerson, born: date, numbers: Mapping[str, str]) -> None:
        """Say who the patient is, and numbers by field (``karte``): notes of one patient agree."""
        while self._day <= born + timedelta(days=400):
            self._day += timedelta(days=365)
        self._people["p"] = replace(patient, age=(self._day - born).days * 100 // 36525)
        self._birth = born
        self._drawn |= {f"i.{name}": value for name, value in numbers.items()}

    def record(self) -> tuple[KnownIdentifier, ...]:
        """What the patient's record holds, as far as the note speaks of it: name, reading, birth date, number."""
        if "p" not in self._people:
            return ()
        person = self._people["p"]
        known = [
            KnownIdentifier(_name(person, "sp"), PhiType.NAME, PhiKind.PERSON),
            KnownIdentifier(_name(person, "kana"), PhiType.NAME, PhiKind.KANA),
            KnownIdentifier(self._born().isoformat(), PhiType.DATE, PhiKind.BIRTH_DATE),
        ]
        if number := self._drawn.get("i.karte"):
            known.append(KnownIdentifier(number, PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER))
        return tuple(known)

    def fill(self, field: str) -> Filling:
        """See ``Cast``."""
        if field.startswith("num:"):
            _, low, high = field.split(":")
            if "." in low:
                return Filling(f"{self._draw.uniform(float(low), float(high)):.{len(low.split('.')[1])}f}")
            return Filling(str(self._draw.randint(int(low), int(high))))
        subject, _, form = field.partition(".")
        if day := _DAY.fullmatch(subject):
            return self._date(day, form)
        if subject == "i":
            return self._number(form)
        kind = subject.rstrip("0123456789")
        if kind in ("p", "r", "d", "n", "x"):
            return self._of_person(self._person(subject, kind), subject, form)
        return self._place(kind, subject)

    def _person(self, key: str, kind: str) -> JapanesePerson:
        if key not in self._people:
            draw = self._draw
            group = (
                self._group if kind in "pr" else draw.choice(self._groups if draw.random() < 0.6 else self._groups[:4])
            )
            woman = self._sex == "f" if kind == "p" and self._sex else draw.random() < 0.5
            taken = {person.given[0] for person in self._people.values()}
            names = [name for name in (group.women if woman else group.men) if _written(name)[0] not in taken]
            given = _written(draw.choice(names or group.women + group.men))
            family = _written(draw.choice(group.families))
            if kind == "r" and draw.random() < 0.7:
                family = self._person("p", "p").family
            self._people[key] = JapanesePerson(family, given, woman, draw.randint(*self._ages), group.origin)
        return self._people[key]

    def _of_person(self, person: JapanesePerson, key: str, form: str) -> Filling:
        if form in _WORDS:
            return Filling(_WORDS[form][not person.woman])
        if form in ("age", "agefw", "agek"):
            written = {
                "age": str(person.age),
                "agefw": str(person.age).translate(_FULL_WIDTH),
                "agek": kanji_number(person.age),
            }
            return Filling(written[form], PhiType.AGE)
        if form == "email":
            local = romaji(person.given[1]).lower() + self._draw.choice(("", ".", "_")) + str(person.age)
            return Filling(
                self._once(key + form, lambda: f"{local}@{self._draw.choice(self._places['domains'])}"), PhiType.EMAIL
            )
        if form in ("addr", "addrfw", "city", "post", "postfw", "short"):
            return Filling(self._address(key, form), PhiType.ADDRESS)
        return Filling(_name(person, form), PhiType.NAME, person.origin)

    def _address(self, key: str, form: str) -> str:
        draw = self._draw
        prefecture, _, town = self._once(key + "town", lambda: draw.choice(self._places["towns"])).partition(" | ")
        post = self._once(key + "post", lambda: japanese_number("post", draw))
        number = self._once(
            key + "number",
            lambda: draw.choice(
                (
                    f"{draw.randint(1, 9)}丁目{draw.randint(1, 30)}番{draw.randint(1, 20)}号",
                    f"{draw.randint(1, 9)}-{draw.randint(1, 30)}-{draw.randint(1, 20)}",
                    f"{draw.randint(2, 3900)}番地{draw.randint(1, 9)}",
                    f"{draw.randint(1, 9)}-{draw.randint(1, 30)}",
                )
            ),
        )
        district = self._once(key + "district", lambda: draw.choice(self._places["districts"]))
        building = self._once(key + "building", self._building)
        street = f"{district}{number}"
        forms = {
            "addr": f"{prefecture}{town}{street}{building}",
            "addrfw": f"{prefecture}{town}{street}{building}".translate(_FULL_WIDTH),
            "short": f"{town}{street}",
            "city": town,
            "post": post,
            "postfw": post.translate(_FULL_WIDTH),
        }
        return forms[form]

    def _date(self, day: re.Match[str], form: str) -> Filling:
        base = self._day if day[1] == "t" else self._born()
        value = base + timedelta(days=int(day[2] or 0))
        if form == "year":
            return Filling(str(value.year), neutral=True)
        if form.startswith("en-"):
            return Filling(english_date(value, form[3:]), PhiType.DATE)
        return Filling(japanese_date(value, form), PhiType.DATE)

    def _born(self) -> date:
        age = self._person("p", "p").age
        return self._birth or self._day - timedelta(days=int(age * 365.25) + 40)

    def _number(self, form: str) -> Filling:
        kind = form.rstrip("0123456789")
        if kind.startswith("us-"):
            text = self._once("i." + form, lambda: english_number(kind[3:], self._draw))
            return Filling(text, PhiType.PHONE_OR_FAX if kind in ("us-tel", "us-intl") else PhiType.ID)
        text = self._once("i." + form, lambda: japanese_number(kind, self._draw))
        return Filling(text, PhiType.PHONE_OR_FAX if kind.removesuffix("fw") in _PHONES else PhiType.ID)

    def _place(self, kind: str, key: str) -> Filling:
        if kind == "url":
            text = self._once(
                key, lambda: f"https://www.{self._draw.choice(self._places['domains'])}/p/{self._draw.randrange(10**6)}"
            )
            return Filling(text, PhiType.URL)
        if kind == "c":
            town = self._once(key, lambda: self._draw.choice(self._places["towns"])).partition(" | ")[2]
            return Filling(town, PhiType.ADDRESS)
        return Filling(self._once(key, lambda: self._draw.choice(self._places[_PLACE_LISTS[kind]])), PhiType.ADDRESS)

    def _building(self) -> str:
        building = self._draw.choice(self._places["buildings"])
        return "" if building == "-" else self._draw.choice(("", " ")) + building

    def _once(self, key: str, drawn: Callable[[], str]) -> str:
        if key not in self._drawn:
            self._drawn[key] = drawn()
        return self._drawn[key]


def _written(name: str) -> tuple[str, str]:
    """As written, and the reading in katakana."""
    text, _, reading = name.partition(":")
    return text, reading or text


def _name(person: JapanesePerson, form: str) -> str:
    """Foreign names stand given name first with a middle dot, or family name first: グエン・ティ・ラン."""
    family, given = person.family, person.given
    foreign = person.origin in _FOREIGN
    first_given = person.origin == "katakana_foreign"
    order = (given, family) if first_given else (family, given)
    gap = {"full": "・" if foreign else "", "sp": "・" if foreign else " ", "fsp": "・" if foreign else "\u3000"}
    if form in gap:
        return gap[form].join(part[0] for part in order)
    reading = ("・" if foreign else " ").join(part[1] for part in order)
    roman = [romaji(part[1]) for part in order]
    names = {
        "fam": family[0],
        "giv": given[0],
        "famkana": family[1],
        "givkana": given[1],
        "kana": reading,
        "kanafw": reading.replace(" ", "\u3000"),
        "hira": hiragana(reading),
        "hkana": half_width(reading),
        "romaji": " ".join(roman),
        "romup": f"{romaji(family[1]).upper()} {romaji(given[1])}",
        "romcaret": f"{romaji(family[1])}^{romaji(given[1])}".upper(),
        "famrom": romaji(family[1]),
        "givrom": romaji(given[1]),
    }
    return names[form]
