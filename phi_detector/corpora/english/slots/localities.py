"""Places: towns, streets, facilities and what lies inside of them."""

from collections.abc import Callable, Mapping
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.corpora.english import places
from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.names import person
from phi_detector.corpora.english.numerals import capitals, digits
from phi_detector.corpora.english.part import Part, Phi
from phi_detector.corpora.english.places import FACILITIES, PLACES

_PLANTS: Final = PLACES["street_names"][:20]
_HEADS: Final = PLACES["street_names"][:30]


def _place(written: Callable[[Case], str], kind: PhiKind) -> Callable[[Case], Part]:
    return lambda case: Phi(written(case), PhiType.ADDRESS, kind)


def _town(case: Case) -> str:
    return case.rng.choice(case.towns).name


def _town_and_state(case: Case) -> str:
    town = case.rng.choice(case.towns)
    return f"{town.name}, {town.state if case.rng.random() < 0.4 else town.state_code}"


def _last_line(case: Case) -> str:
    """The last line of a postal address."""
    town = case.rng.choice(case.towns)
    code = places.postal_code(case.rng)
    return f"{town.name},{case.rng.choice([' ', ' '])}{town.state_code} {code}"


def _school(case: Case) -> str:
    rng = case.rng
    head = rng.choice([_town(case), rng.choice(_HEADS), rng.choice(case.doctors).last])
    return f"{head} {rng.choice(FACILITIES['schools'])}"


def _bare_facility(case: Case) -> str:
    """A facility that no word for its kind betrays."""
    rng = case.rng
    head = rng.choice(
        [_town(case), places.built_town_name(rng), person(rng, "invented").last, rng.choice(FACILITIES["heads"])]
    )
    forms = [
        head,
        places.two_word_name(rng),
        f"{head} {rng.choice(FACILITIES['homes'])}",
        f"{rng.choice(FACILITIES['homes_at'])} at {head}",
        f"The {rng.choice(FACILITIES['homes_of_plants'])}",
        capitals(rng, rng.choice([3, 4])),
        f"{head} {rng.choice(FACILITIES['services'])}",
    ]
    return rng.choices(forms, weights=(6, 3, 3, 2, 2, 2, 2))[0]


def _employer(case: Case) -> str:
    rng = case.rng
    people = (person(rng, "invented"), rng.choice(case.doctors))
    head = rng.choice([_town(case), rng.choice(_HEADS), places.plain_word(rng), *(one.last for one in people)])
    if rng.random() < 0.3:
        return f"{head} {places.plain_word(rng)} {rng.choice(FACILITIES['employers'])}"
    return f"{head} {rng.choice(FACILITIES['employers'])}"


def _ward(case: Case) -> str:
    rng = case.rng
    floor = rng.randint(1, 12)
    return rng.choice(
        [
            f"{floor} {rng.choice(['North', 'South', 'East', 'West'])}",
            f"Ward {floor}{rng.choice(['', 'A', 'B', 'C'])}",
            f"{rng.choice(_PLANTS)} {rng.choice(FACILITIES['wings'])}",
            f"Unit {floor}{rng.choice('ABCDEW')}",
        ]
    )


def _short_ward(case: Case) -> str:
    """A ward as those who work there call it: "7W"."""
    rng = case.rng
    floor = rng.randint(1, 14)
    return rng.choice(
        [
            f"{floor}{rng.choice('NSEW')}",
            f"{floor} {rng.choice(['North', 'South', 'East', 'West', 'Main', 'Tower', 'Center'])}",
            f"{floor}{rng.choice('NSEWABC')}-{rng.randint(1, 40):02}",
            f"{floor}{rng.choice(['NW', 'SE', 'NE', 'SW'])}",
            f"{rng.choice(FACILITIES['care_units'])} {rng.choice('ABCD')}",
            f"{rng.choice(['West', 'East', 'North', 'South'])} {floor}",
            f"{rng.choice(_PLANTS)} {floor}",
        ]
    )


def _room(case: Case) -> str:
    rng = case.rng
    return rng.choice(
        [
            f"Room {rng.randint(100, 999)}",
            f"Rm {rng.randint(1, 12)}{rng.randint(10, 40)}",
            f"room {rng.randint(100, 999)}{rng.choice(['', 'A', '-2'])}",
            f"Bed {rng.randint(1, 40)}",
        ]
    )


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "city": _place(_town, PhiKind.PLACE),
    "city_state": _place(_town_and_state, PhiKind.PLACE),
    "city_state_zip": _place(_last_line, PhiKind.PLACE),
    "state": lambda case: places.state(case.rng),  # 164.514(b)(2)(i)(B): no PHI
    "zip": _place(lambda case: digits(case.rng, 5), PhiKind.POSTAL_CODE),
    "street": _place(lambda case: case.rng.choice(case.homes), PhiKind.STREET),
    "route": _place(lambda case: places.route(case.rng), PhiKind.STREET),
    "facility": _place(lambda case: case.rng.choice(case.facilities), PhiKind.FACILITY),
    "new_facility": _place(lambda case: places.facility(case.rng, case.towns), PhiKind.FACILITY),
    "bare_facility": _place(_bare_facility, PhiKind.FACILITY),
    "school": _place(_school, PhiKind.FACILITY),
    "employer": _place(_employer, PhiKind.FACILITY),
    "ward": _place(_ward, PhiKind.PLACE),
    "short_ward": _place(_short_ward, PhiKind.PLACE),
    "room": _place(_room, PhiKind.PLACE),
}
