"""Who and what one note is about: its people, places and numbers come back, as they do in a chart."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from phi_detector.corpora.english.dates import FORMS, DateForm
from phi_detector.corpora.english.names import ORIGINS, Person, person
from phi_detector.corpora.english.numerals import digits
from phi_detector.corpora.english.places import Town, facility, street, town
from phi_detector.corpora.english.telephones import telephone


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Parameters
    ----------
    rng
        What every slot of this note is drawn from.
    date_form
        How this note mostly writes dates.
    """

    rng: random.Random
    patient: Person
    doctors: list[Person]
    relatives: list[Person]
    admitted: date
    years: int
    born: date
    towns: list[Town]
    homes: list[str]
    facilities: list[str]
    record: str
    telephones: list[str]
    date_form: DateForm

    def day(self) -> date:
        """A day of the case: mostly near the admission, or within the years before it."""
        return self.admitted + timedelta(days=self.rng.choice([self.rng.randint(-900, 40), self.rng.randint(-10, 10)]))


def assemble(rng: random.Random, home_origin: str) -> Case:
    """Invent a case whose patient, relatives and half of the staff have names of ``home_origin``."""
    patient = person(rng, home_origin)
    doctors = [
        person(rng, home_origin if rng.random() < 0.5 else rng.choice(ORIGINS)) for _ in range(rng.randint(3, 7))
    ]
    relatives = [person(rng, home_origin, patient.last if rng.random() < 0.6 else None) for _ in range(3)]
    admitted = date(2005, 1, 1) + timedelta(days=rng.randrange(7700))
    years = rng.choice([rng.randint(18, 104), rng.randint(40, 90), rng.randint(1, 17)])
    born = admitted - timedelta(days=years * 365 + rng.randrange(360))
    towns = [town(rng) for _ in range(3)]
    return Case(
        rng,
        patient,
        doctors,
        relatives,
        admitted,
        years,
        born,
        towns,
        homes=[street(rng) for _ in range(2)],
        facilities=[facility(rng, towns) for _ in range(3)],
        record=digits(rng, rng.choice([6, 7, 8, 8, 9, 10])),
        telephones=[telephone(rng) for _ in range(3)],
        date_form=rng.choice(FORMS),
    )
