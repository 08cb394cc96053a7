"""The people, places and numbers of one Japanese note, drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType
from phi_detector.corpora.handwritten.dates import english_date, japanese_date, kanji_number
from phi_detector.corpora.handwritten.english_cast import EnglishCast
from phi_detector.corpora.handwritten.kana import half_width, hiragana, romaji
from phi_detector.corpora.handwritten.note_cast import NoteCast, Person
from phi_detector.corpora.handwritten.template import Filling

_WORDS: Final = {
    "sex": ("女", "男"),
    "sexlong": ("女性", "男性"),
    "spouse": ("夫", "妻"),
    "child": ("長女", "長男"),
    "sexen": ("F", "M"),
}
_PLACE_LISTS: Final = {
    "f": "facilities", "g": "facilities_without_type", "w": "wards", "e": "employers",
    "h": "hospitals", "k": "clinics", "s": "schools", "y": "pharmacies", "m": "care_offices", "o": "public_offices",
    "l": "localities", "j": "specialists", "q": "nurseries", "hs": "high_schools", "u": "universities", "v": "lodgings",
    "fd": "fire_departments", "pd": "police_stations",
}  # fmt: skip
_OPEN_LISTS: Final = {"l": "districts", "o": "districts"}
_LEGAL_FORMS: Final = re.compile(
    r"(医療|社会福祉|学校|財団|社団|宗教|独立行政|国立大学)法人(社団|財団)?(\w{1,3}会)?|[株有]式会社|合同会社|国立病院機構|"
    r"特別養護老人ホーム|介護老人保健施設|グループホーム|デイサービス"
)
_TYPE_WORDS: Final = re.compile(
    r"(記念|総合|中央|附属|こども|大学)?病院|医療センター|クリニック|診療所|医院|内科|外科|歯科|整形|眼科|訪問看護|薬局|"
    r"小学校|中学校|高等学校|高校|大学|保育園|幼稚園|工業|製作所|商事|運輸|市|区|町"
)
_READINGS: Final = frozenset({"kana", "kanafw", "hira", "hkana", "famkana", "givkana"})
_ADDRESS_KINDS: Final = {
    "post": PhiKind.POSTAL_CODE, "postfw": PhiKind.POSTAL_CODE, "city": PhiKind.PLACE, "cityp": PhiKind.PLACE,
}  # fmt: skip
_FOREIGN: Final = frozenset({"katakana_foreign", "southeast_asian_katakana"})  # written with a middle dot
_FOREIGN_ORIGINS: Final = _FOREIGN | {"chinese_resident", "korean_resident"}
_PHONES_ABROAD: Final = frozenset({"us-tel", "us-telx", "us-intl", "us-uk"})
_PHONES: Final = frozenset({"tel", "mobile", "free", "naisen"})
_FULL_WIDTH: Final = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}


@dataclass(frozen=True, slots=True)
class JapanesePerson(Person):
    """One person of a note; names as written, with the reading."""

    family: tuple[str, str]
    given: tuple[str, str]

    @classmethod
    def of(cls, family: str, given: str, *, woman: bool, age: int = 0, origin: str) -> JapanesePerson:
        """From names of the lists, ``written:reading``."""
        return cls(_written(family), _written(given), woman=woman, age=age, origin=origin)


class JapaneseCast(NoteCast[JapanesePerson]):
    """Answers the fields of Japanese and of mixed templates.

    Names as ``full`` ``sp`` (with a space) ``fsp`` (full width) ``fam`` ``giv`` ``kana`` ``hira`` ``hkana``
    ``famkana`` ``romaji`` ``romup`` ``romgf`` (given name first) ``romlf``; Japan's numbers, ``i.us-mrn`` an English
    one. Places by their kind stand in the held-out lists (in the open ones all are facilities): ``h1`` a hospital,
    ``k1`` a clinic, ``j1`` a specialist's, ``y1`` a pharmacy, ``m1`` a care office, ``o1`` a public office, ``fd1``
    ``pd1`` firemen and police, ``q1`` a nursery, ``s1`` ``hs1`` ``u1`` a school, a high school, a university, ``v1`` an
    inn, ``l1`` a place by its bare name. ``addrk`` is an address in kanji numbers; ``cityp`` ``street`` ``bldg`` are
    the lines of one that is written on several. ``en:d1.full`` asks an English cast: another person than ``d1``, of the
    same note and day.
    """

    address_forms: ClassVar[frozenset[str]] = frozenset(
        {"addr", "addrfw", "addrk", "city", "cityp", "street", "bldg", "post", "postfw"}
    )
    record_number: ClassVar[str] = "karte"
    _abroad: EnglishCast | None = None

    def fill(self, field: str) -> Filling:
        """See ``Cast``."""
        if not field.startswith("en:"):
            return super().fill(field)
        if self._abroad is None:
            self._abroad = self._english_cast()
        return self._abroad.fill(field[3:])

    def record(self) -> tuple[KnownIdentifier, ...]:
        """See ``Cast``; a note about a patient with an English name may hold no other."""
        return super().record() or (self._abroad.record() if self._abroad else ())

    def _english_cast(self) -> EnglishCast:
        draw = random.Random(self._draw.random())  # noqa: S311
        sources = self._sources.abroad
        if sources is None:
            raise KeyError("en: without English sources")
        cast = EnglishCast(draw, draw.choice(sources.groups), self._template, sources)
        cast.meet_on(self._day)
        return cast

    def _known_names(self, patient: JapanesePerson) -> Sequence[KnownIdentifier]:
        return (
            KnownIdentifier(_name(patient, "sp"), PhiType.NAME, PhiKind.PERSON),
            KnownIdentifier(_name(patient, "kana"), PhiType.NAME, PhiKind.KANA),
        )

    def _new_person(self, kind: str) -> JapanesePerson:
        draw = self._draw
        group = self._group
        if kind[0] not in "pr":
            group = draw.choice(self._groups if draw.random() < 0.6 else self._groups[:4])
        woman = self._woman(kind)
        taken = {person.given[0] for person in self._people.values()}
        names = [name for name in (group.women if woman else group.men) if _written(name)[0] not in taken]
        given = _written(draw.choice(names or group.women + group.men))
        family = _written(draw.choice(group.families))
        if self._is_family(kind):
            family = self._person("p", "p").family
        age = draw.randint(*self._template.ages)
        return JapanesePerson(family, given, woman=woman, age=age, origin=group.origin)

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
            return self._email(key, self._roman(person)[1].replace(" ", "").lower(), person.age)
        if form in self.address_forms or form == "short":
            return self._address_of(key, form)
        name = _roman_name(*self._roman(person), form, person.origin) or _name(person, form)
        return Filling(name, PhiType.NAME, person.origin, kind=PhiKind.KANA if form in _READINGS else PhiKind.PERSON)

    def _roman(self, person: JapanesePerson) -> tuple[str, str]:
        """Family and given name in Latin letters: of foreigners as their passport spells them, where that is known."""
        spelled = self._sources.spellings if person.origin in _FOREIGN_ORIGINS else {}
        family, given = (spelled.get(name[0]) or romaji(name[1]) for name in (person.family, person.given))
        return family, given

    def _address_of(self, key: str, form: str) -> Filling:
        address = self._address_in_kanji(key) if form == "addrk" else self._address(key, form)
        return Filling(address, PhiType.ADDRESS if address else None, kind=_ADDRESS_KINDS.get(form, PhiKind.STREET))

    def _address(self, key: str, form: str) -> str:
        draw = self._draw
        prefecture, _, town = self._once(key + "town", lambda: draw.choice(self._places["towns"])).partition(" | ")
        post = self._once(key + "post", lambda: self._sources.number("post", draw))
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
            "cityp": f"{prefecture}{town}",
            "street": street,
            "bldg": building.strip(),
            "post": post,
            "postfw": post.translate(_FULL_WIDTH),
        }
        return forms[form]

    def _address_in_kanji(self, key: str) -> str:
        draw = self._draw
        street = self._once(
            key + "kanji",
            lambda: (
                f"{draw.choice(self._places['districts'])}{kanji_number(draw.randint(1, 9))}丁目"
                f"{kanji_number(draw.randint(1, 30))}番地の{kanji_number(draw.randint(1, 20))}"
            ),
        )
        return self._address(key, "cityp") + street

    def _written_date(self, day: date, form: str) -> str:
        return english_date(day, form[3:]) if form.startswith("en-") else japanese_date(day, form)

    def _number(self, form: str) -> Filling:
        kind = form.rstrip("0123456789")
        if kind.startswith("us-"):
            abroad = self._sources.abroad or self._sources
            text = self._once("i." + form, lambda: abroad.number(kind[3:], self._draw))
            return Filling(text, PhiType.PHONE_OR_FAX if kind in _PHONES_ABROAD else PhiType.ID)
        text = self._once("i." + form, lambda: self._sources.number(kind, self._draw))
        return Filling(text, PhiType.PHONE_OR_FAX if kind.removesuffix("fw") in _PHONES else PhiType.ID)

    def _place(self, kind: str, key: str) -> Filling:
        if kind == "url":
            text = self._once(
                key, lambda: f"https://www.{self._draw.choice(self._places['domains'])}/p/{self._draw.randrange(10**6)}"
            )
            return Filling(text, PhiType.URL)
        if kind == "c":
            town = self._once(key, lambda: self._draw.choice(self._places["towns"])).partition(" | ")[2]
            return Filling(town, PhiType.ADDRESS, kind=PhiKind.PLACE)
        places = _PLACE_LISTS[kind] if _PLACE_LISTS[kind] in self._places else _OPEN_LISTS.get(kind, "facilities")
        text = self._once(key, lambda: self._draw.choice(self._places[places]))
        return Filling(text, PhiType.ADDRESS, kind=PhiKind.PLACE if kind == "l" else PhiKind.FACILITY)

    def _shortened(self, place: str, form: str) -> str:
        bare = re.split(r"[\s\u3000]", _LEGAL_FORMS.sub("", place))[0]
        kind = _TYPE_WORDS.search(bare)
        short = bare[: kind.start()] if kind and kind.start() > 1 else bare
        return {"short": short, "abbr": short[:2] + (kind[0][0] if kind and kind[0][0] in "病中大薬" else "")}[form]

    def _building(self) -> str:
        building = self._draw.choice(self._places["buildings"])
        return "" if building == "-" else self._draw.choice(("", " ")) + building


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
    names = {
        "fam": family[0],
        "giv": given[0],
        "famkana": family[1],
        "givkana": given[1],
        "kana": reading,
        "kanafw": reading.replace(" ", "\u3000"),
        "hira": hiragana(reading),
        "hkana": half_width(reading),
    }
    return names[form]


def _roman_name(family: str, given: str, form: str, origin: str) -> str:
    """Empty for a form in another script."""
    names = {
        "romaji": f"{given} {family}" if origin == "katakana_foreign" else f"{family} {given}",
        "romgf": f"{given} {family}",
        "romlf": f"{family}, {given}",
        "romup": f"{family.upper()} {given}",
        "romcaret": f"{family}^{given}".upper(),
        "famrom": family,
        "givrom": given,
    }
    return names.get(form, "")
