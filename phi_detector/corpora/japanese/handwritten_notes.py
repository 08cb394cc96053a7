"""Whole notes written by hand, filled with this generator's people, places and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from healthcare_runtime.phi_entity import PhiKind
from phi_detector.corpora.english import handwritten_notes as english
from phi_detector.corpora.english.case import assemble as english_case
from phi_detector.corpora.english.names import ORIGINS as ENGLISH_ORIGINS
from phi_detector.corpora.handwritten.collage import collage
from phi_detector.corpora.handwritten.drawn_places import DrawnPlaces
from phi_detector.corpora.handwritten.japanese_cast import JapaneseCast
from phi_detector.corpora.handwritten.library import Language, named, nameless
from phi_detector.corpora.handwritten.sources import NameGroup, Sources
from phi_detector.corpora.japanese import figures, localities
from phi_detector.corpora.japanese.draft import Draft
from phi_detector.corpora.japanese.people import ORIGINS, Person, person
from phi_detector.corpora.japanese.slots import Filling
from phi_detector.corpora.japanese.word_lists import words

_MIXED_SHARE: Final = 0.25
_NAMES_OF_A_GROUP: Final = 10
_ORIGINS_OF_A_NOTE: Final = 4
_WRITTEN_WITH_A_DOT: Final = {"western": "katakana_foreign", "brazilian": "katakana_foreign"}
_HOSPITAL: Final = re.compile(r"病院|医療センター|がんセンター|日赤|医大")
_CLINIC: Final = re.compile(r"クリニック|医院|診療所|科$")
_CARE_OFFICE: Final = re.compile(r"訪問看護|ケアプラン|包括|デイ|特養|老健|ホーム|里$|苑$")
_TRIES: Final = 12
_OFFICES: Final = ("役所", "保健所", "福祉事務所", "児童相談所", "障害福祉課", "社会福祉協議会", "保健センター")
_FLATS: Final = ("101", "205号室", " 302", " 1103号", "A-202", "2号棟401", "B棟15")
_FULL_WIDTH: Final = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-()"}


def compose(rng: Random, *, names_nobody: bool) -> tuple[Draft, str]:
    """One note, and the origin of its patient's name."""
    language = Language.MIXED if rng.random() < _MIXED_SHARE else Language.JAPANESE
    template = collage(nameless(language) if names_nobody else named(language), rng)
    origin = rng.choice(ORIGINS)
    drawn = sources(rng, origin)
    draft = Draft()
    for piece in template.pieces(JapaneseCast(rng, drawn.groups[0], template, drawn)):
        kind = PhiKind.UNKNOWN if piece.kind is PhiKind.PERSON else piece.kind
        draft.pieces.append(Filling(piece.text, piece.type, kind))
    return draft, origin


def sources(rng: Random, origin: str) -> Sources:
    """What a cast of a note draws from."""
    people = {one: [person(rng, one) for _ in range(_NAMES_OF_A_GROUP)] for one in (origin, *rng.sample(ORIGINS, 4))}
    abroad = rng.choice(ENGLISH_ORIGINS)
    return Sources(
        tuple(_group(one, members) for one, members in people.items()),
        DrawnPlaces(_kinds_of_places(rng)),
        _number,
        localities.town_address,
        {name: latin for members in people.values() for one in members for name, latin in _spellings(one)},
        english.sources(english_case(rng, abroad), abroad),
    )


def _group(origin: str, people: list[Person]) -> NameGroup:
    givens = tuple(dict.fromkeys(f"{one.given}:{one.given_kana}" for one in people))
    written = _WRITTEN_WITH_A_DOT.get(origin, "southeast_asian_katakana") if people[0].foreign else origin
    return NameGroup(written, givens, givens, tuple(f"{one.family}:{one.family_kana}" for one in people))


def _spellings(one: Person) -> tuple[tuple[str, str], ...]:
    return ((one.family, one.romaji[0]), (one.given, one.romaji[1])) if one.foreign else ()


def _kinds_of_places(rng: Random) -> Mapping[str, Callable[[], str]]:
    def like(pattern: re.Pattern[str]) -> Callable[[], str]:
        return lambda: _facility_like(rng, pattern)

    def ending(heads: Callable[[], str], *endings: str) -> Callable[[], str]:
        return lambda: heads() + rng.choice(endings)

    def city() -> str:
        return localities.municipality(rng)[1]

    def bare_city() -> str:
        return city().rstrip("市区町村")

    def own() -> str:
        """What somebody calls his house: by a word, after himself, after the street."""
        return rng.choice((rng.choice(words("facility_names")), person(rng).family, rng.choice(words("towns"))))

    return {
        "facilities": lambda: localities.facility(rng),
        "facilities_without_type": lambda: rng.choice((localities.home, localities.short_facility))(rng),
        "hospitals": like(_HOSPITAL),
        "clinics": like(_CLINIC),
        "specialists": like(_CLINIC),
        "care_offices": like(_CARE_OFFICE),
        "pharmacies": ending(own, "薬局", "調剤薬局", "ファーマシー", "薬局駅前店"),
        "public_offices": ending(city, *_OFFICES),
        "schools": lambda: localities.school(rng),
        "high_schools": ending(own, "高校", "高等学校", "工業高校", "商業高校"),
        "universities": ending(bare_city, "大学", "医科大学", "女子大", "大"),
        "nurseries": ending(own, "保育園", "こども園", "幼稚園", "保育所"),
        "lodgings": ending(own, "ホテル", "旅館", "荘", "屋", "温泉", "イン"),
        "fire_departments": ending(city, "消防署", "消防局", "消防本部", "東消防署"),
        "police_stations": ending(bare_city, "警察署", "署", "東署", "駅前交番"),
        "wards": lambda: rng.choice((localities.ward, localities.ward, localities.care_ward, localities.room))(rng),
        "employers": lambda: localities.company(rng),
        "localities": lambda: localities.place(rng),
        "towns": lambda: " | ".join(localities.municipality(rng)),
        "districts": lambda: rng.choice(words("towns")),
        "buildings": lambda: f"{rng.choice(words('buildings'))}{rng.choice(_FLATS)}" if rng.random() < 0.5 else "-",
        "domains": lambda: rng.choice(words("mail_hosts")),
    }


def _facility_like(rng: Random, pattern: re.Pattern[str]) -> str:
    for _ in range(_TRIES):
        if pattern.search(found := localities.facility(rng)):
            return found
    return localities.facility(rng)


_NUMBERS: Final[Mapping[str, Callable[[Random], str]]] = {
    "karte": figures.record_number,
    "tel": figures.telephone,
    "mobile": figures.mobile,
    "free": lambda rng: f"0120-{figures.digits(rng, 3)}-{figures.digits(rng, 3)}",
    "naisen": lambda rng: figures.digits(rng, rng.choice((3, 4, 4, 5))),
    "post": figures.postal_code,
    "my": lambda rng: rng.choice(("", " ", "-")).join(figures.digits(rng, 4) for _ in range(3)),
    "hokensha": lambda rng: figures.digits(rng, rng.choice((8, 8, 6))),
    "kohi": lambda rng: figures.digits(rng, 8),
    "kigo": lambda rng: figures.insured(rng).split("・")[0].split(" ")[0].split("-")[0],
    "bango": lambda rng: figures.digits(rng, rng.randint(1, 7)),
    "koza": lambda rng: figures.digits(rng, 7),
    "menkyo": lambda rng: figures.digits(rng, 12),
    "device": figures.serial,
    "kiki": lambda rng: rng.choice((figures.serial, figures.device_number))(rng),
    "sharyo": figures.plate,
    "kuruma": figures.plate,
    "ip": lambda rng: ".".join(str(rng.randint(1, 254)) for _ in range(4)),
}


def _number(kind: str, rng: Random) -> str:
    if kind.endswith("fw"):
        return _number(kind.removesuffix("fw"), rng).translate(_FULL_WIDTH)
    return _NUMBERS.get(kind, figures.any_number)(rng)
