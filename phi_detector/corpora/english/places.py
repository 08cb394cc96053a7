"""Towns, streets and facilities, real and built."""

import random
from dataclasses import dataclass
from typing import Final

from phi_detector.corpora.english.names import person
from phi_detector.corpora.english.numerals import digits
from phi_detector.corpora.english.word_lists import pools
from phi_detector.english.words import tagger_words

PLACES: Final = pools("places")
FACILITIES: Final = pools("facilities")
_VOCABULARY: Final = sorted(word for word in tagger_words() if 3 < len(word) < 10)
_STATES: Final = tuple(sorted(entry.partition(", ")[::2] for entry in PLACES["states"]))


@dataclass(frozen=True, slots=True)
class Town:
    """A town and the state that it lies in, in full and as the post writes it."""

    name: str
    state: str
    state_code: str


def town(rng: random.Random) -> Town:
    """A town, real or not."""
    draw = rng.random()
    if draw < 0.35:
        name = rng.choice(PLACES["towns"])
    elif draw < 0.8:
        name = built_town_name(rng)
    else:
        name = rng.choice(PLACES["town_prefixes"]) + _invented_name(rng)
    return Town(name, *rng.choice(_STATES))


def built_town_name(rng: random.Random) -> str:
    """A name as English towns have them: "Ashmouth"."""
    return rng.choice(PLACES["town_heads"]) + rng.choice(PLACES["town_tails"])


def two_word_name(rng: random.Random) -> str:
    """A name of two ordinary words, as homes and practices like it: "Arbor Crest"."""
    return f"{plain_word(rng)} {rng.choice(FACILITIES['landscapes']) if rng.random() < 0.6 else plain_word(rng)}"


def plain_word(rng: random.Random) -> str:
    """An ordinary word with a capital."""
    return rng.choice(PLACES["street_names"][:30] if rng.random() < 0.3 else _VOCABULARY).capitalize()


def state(rng: random.Random) -> str:
    """The full name of a state."""
    return rng.choice(_STATES)[0]


def street(rng: random.Random) -> str:
    """A street with its number, or a box at the post office."""
    name = rng.choice(PLACES["street_names"]) if rng.random() < 0.5 else _invented_name(rng)
    direction = rng.choice(["N ", "S. ", "West ", "E "]) if rng.random() < 0.15 else ""
    unit = rng.choice(PLACES["units"]) if rng.random() < 0.3 else ""
    if rng.random() < 0.06:
        return f"P.O. Box {rng.randint(10, 9999)}"
    return f"{rng.randint(1, 9999)} {direction}{name} {rng.choice(PLACES['street_types'])}{unit}"


def route(rng: random.Random) -> str:
    """A house on a numbered road."""
    number, road, ending = rng.randint(10, 29999), rng.choice(PLACES["roads"]), rng.randint(1, 999)
    return f"{number} {road} {ending}{rng.choice(PLACES['road_endings'])}"


def postal_code(rng: random.Random) -> str:
    """Five digits, or nine."""
    return digits(rng, 5) + (f"-{digits(rng, 4)}" if rng.random() < 0.15 else "")


def facility(rng: random.Random, near: list[Town]) -> str:
    """A facility with a word for its kind; ``near`` gives the towns that it may be named after."""
    draw = rng.random()
    if draw < 0.25:
        saint, name = rng.choice(["St.", "Saint", "St"]), rng.choice(FACILITIES["saints"])
        head = f"{saint} {name}" + rng.choice(["", "'s"])
    elif draw < 0.55:
        head = rng.choice(FACILITIES["heads"])
    elif draw < 0.8:
        head = rng.choice(near).name
    else:
        head = person(rng, "invented").last
    if rng.random() < 0.06:
        return f"University of {head}"
    return f"{head} {rng.choice(FACILITIES['types'])}"


def _invented_name(rng: random.Random) -> str:
    return person(rng, "invented").last.replace(" ", "")
