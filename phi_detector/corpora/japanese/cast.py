"""Who and what one note is about: its people and places come back, as they do in a chart."""

from dataclasses import dataclass
from random import Random
from typing import Final

from phi_detector.corpora.japanese import localities
from phi_detector.corpora.japanese.people import ORIGINS, Person, person

_STAFF: Final = (
    *("japanese", "japanese", "japanese", "composed", "composed", "rare", "rare", "kirakira", "chinese_korean"),
    *("single", "single", "vietnamese", "brazilian", "western", "south_asian", "southeast"),
)
_KIN_WOMEN: Final = ("妻", "長女", "次女", "母", "姉", "妹", "娘", "三女", "孫", "長男の嫁", "義母", "姪")
_KIN_MEN: Final = ("夫", "長男", "次男", "父", "兄", "弟", "息子", "三男", "孫", "義父", "甥")


@dataclass(frozen=True, slots=True)
class Cast:
    """The people and places of one note, and how this note writes names.

    Parameters
    ----------
    gap
        Between family and given name: nothing, a space, a wide space.
    """

    patient: Person
    doctors: tuple[Person, ...]
    nurses: tuple[Person, ...]
    relatives: tuple[Person, ...]
    others: tuple[Person, ...]
    facilities: tuple[str, ...]
    address: str
    kin: tuple[str, ...]
    age: int
    record_number: str
    gap: str

    def full(self, someone: Person) -> str:
        """The full name, as this note writes it."""
        if someone.foreign:
            return (
                f"{someone.given}・{someone.family}"
                if self.gap == ""
                else f"{someone.family}{'・' if self.gap == '　' else ' '}{someone.given}"
            )
        return f"{someone.family}{self.gap}{someone.given}"

    def kana(self, someone: Person) -> str:
        return f"{someone.family_kana}{' ' if self.gap == '' else self.gap}{someone.given_kana}"


def assemble(rng: Random, record_number: str) -> Cast:
    """Invent the cast of one note."""
    patient = person(rng, rng.choice(ORIGINS))
    relatives = []
    for _ in range(4):
        own = person(rng, patient.origin if rng.random() < 0.7 else "japanese")
        same_family = not patient.foreign and not own.foreign and rng.random() < 0.6
        relatives.append(
            Person(
                patient.family,
                own.given,
                patient.family_kana,
                own.given_kana,
                (patient.romaji[0], own.romaji[1]),
                own.origin,
            )
            if same_family
            else own
        )
    return Cast(
        patient,
        tuple(person(rng, rng.choice(_STAFF)) for _ in range(3)),
        tuple(person(rng, rng.choice(_STAFF)) for _ in range(3)),
        tuple(relatives),
        tuple(person(rng, rng.choice(_STAFF)) for _ in range(5)),
        tuple(localities.facility(rng) for _ in range(4)),
        localities.address(rng),
        tuple(rng.choice(_KIN_WOMEN + _KIN_MEN) for _ in range(4)),
        rng.randint(0, 104),
        record_number,
        rng.choice(("", "", " ", "　", " ")),
    )
