"""Whole notes written by hand, filled with this generator's people, places and numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

from phi_detector.corpora.english import places
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.names import ORIGINS, person
from phi_detector.corpora.english.noise import Draft
from phi_detector.corpora.english.numerals import digits
from phi_detector.corpora.english.part import Phi
from phi_detector.corpora.english.slots import fill
from phi_detector.corpora.english.variation import varied
from phi_detector.corpora.english.word_lists import pools
from phi_detector.corpora.handwritten.collage import collage
from phi_detector.corpora.handwritten.drawn_places import DrawnPlaces
from phi_detector.corpora.handwritten.english_cast import EnglishCast
from phi_detector.corpora.handwritten.library import Language, named, nameless
from phi_detector.corpora.handwritten.sources import NameGroup, Sources

_FACILITIES: Final = pools("facilities")
_NAMES_OF_A_GROUP: Final = 12
_ORIGINS_OF_A_NOTE: Final = 4
_HOSTS: Final = ("example.com", "example.org", "mail.example.net", "clinic.example.edu", "health.example")  # RFC 2606
_SLOTS_OF_NUMBERS: Final = {
    "mrn": "mrn", "chart": "mrn", "nhs": "number", "ssn": "ssn", "ssn4": "last_four", "policy": "plan_number",
    "member": "plan_number", "medicare": "plan_number", "accession": "accession", "plate": "plate", "ip": "ip",
    "tel": "new_phone", "telx": "new_phone", "ext": "extension", "intl": "phone_abroad", "uk": "phone_abroad",
    "zip": "zip",
}  # fmt: skip
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "hospitals": ("Hospital", "Medical Center", "General", "Regional", "Memorial", "Infirmary", "Children's Hospital"),
    "clinics": ("Clinic", "Family Practice", "Medical Group", "Surgery", "Associates", "Walk-In", "Eye Care", "Dental"),
    "homes": ("Manor", "Nursing Home", "Care Center", "Lodge", "House", "Court", "Senior Living", "Rest Home"),
    "churches": ("Baptist Church", "Parish", "Lutheran", "AME", "Mosque", "Temple", "Chapel", "Church of Christ"),
    "pharmacies": ("Pharmacy", "Drugs", "Drug", "Apothecary", "Chemist", "Rx"),
    "agencies": (
        "Home Care",
        "Home Health",
        "Hospice",
        "County DSS",
        "VNA",
        "Legal Aid",
        "Child Services",
        "Transport",
    ),
}


def write(draft: Draft, case: Case, origin: str, *, names_nobody: bool) -> None:
    """Write one note into ``draft``."""
    templates = nameless(Language.ENGLISH) if names_nobody else named(Language.ENGLISH)
    template = collage(templates, case.rng)
    drawn = sources(case, origin)
    for piece in template.pieces(EnglishCast(case.rng, drawn.groups[0], template, drawn)):
        if piece.type is None:
            draft.add(varied(piece.text, case.rng))
        elif piece.text:
            draft.add(Phi(piece.text, piece.type, piece.kind))


def sources(case: Case, origin: str) -> Sources:
    """What a cast of this note draws from."""
    rng = case.rng
    others = rng.sample(ORIGINS, _ORIGINS_OF_A_NOTE)
    return Sources(
        tuple(_group(rng, one) for one in (origin, *others)),
        DrawnPlaces(_kinds_of_places(case)),
        lambda kind, _: _number(case, kind),
        lambda _: places.street(rng) if rng.random() < 0.9 else places.route(rng),
    )


def _group(rng: random.Random, origin: str) -> NameGroup:
    people = [person(rng, origin) for _ in range(_NAMES_OF_A_GROUP)]
    firsts = tuple(dict.fromkeys(one.first for one in people))
    return NameGroup(origin, firsts, firsts, tuple(one.last for one in people))


def _kinds_of_places(case: Case) -> Mapping[str, Callable[[], str]]:
    rng = case.rng

    def slot(*names: str) -> Callable[[], str]:
        return lambda: _text(case, rng.choice(names))

    def typed(types: tuple[str, ...]) -> Callable[[], str]:
        return lambda: f"{_head(case)} {rng.choice(types)}"

    return {
        "facilities": slot("new_facility", "new_facility", "facility", "school"),
        "facilities_without_type": slot("bare_facility"),
        "towns": lambda: places.town(rng).name,
        "wards": slot("ward", "short_ward", "short_ward", "room"),
        "employers": slot("employer"),
        "schools": slot("school"),
        "states": lambda: places.town(rng).state_code,
        "domains": lambda: rng.choice(_HOSTS),
        "japan": lambda: f"{places.town(rng).name}-cho",
        **{name: typed(types) for name, types in _TYPES.items()},
    }


def _head(case: Case) -> str:
    """What a facility is named after."""
    rng = case.rng
    draw = rng.random()
    if draw < 0.2:
        return rng.choice(_FACILITIES["heads"])
    if draw < 0.4:
        return places.town(rng).name
    if draw < 0.6:
        return person(rng, rng.choice(ORIGINS)).last
    if draw < 0.8:
        return places.two_word_name(rng)
    return f"{rng.choice(('St.', 'St', 'Saint'))} {rng.choice(_FACILITIES['saints'])}{rng.choice(('', chr(39) + 's'))}"


def _number(case: Case, kind: str) -> str:
    if kind == "badge":
        return digits(case.rng, case.rng.choice((4, 5, 6)))
    return _text(case, _SLOTS_OF_NUMBERS.get(kind, "number"))


def _text(case: Case, slot: str) -> str:
    part = fill(slot, case)
    return part.text if isinstance(part, Phi) else part
