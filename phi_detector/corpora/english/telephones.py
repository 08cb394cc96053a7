"""Telephone numbers."""

import random
from typing import Final

from phi_detector.corpora.english.numerals import digits

_COUNTRIES: Final = (1, 27, 33, 34, 44, 49, 52, 61, 63, 65, 81, 82, 84, 91, 234, 251)


def telephone(rng: random.Random) -> str:
    """A number as North America writes it, and now and then as Britain does."""
    area, exchange, line = (digits(rng, count) for count in (3, 3, 4))
    return rng.choice(
        [
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            f"+1 {area} {exchange} {line}",
            f"1-{area}-{exchange}-{line}",
            f"{area} {exchange} {line}",
            f"{exchange}-{line}",
            f"({area}){exchange}-{line}",
            f"+44 20 {exchange}{line[0]} {line}",
            f"{area}-{exchange}-{line} ext. {line[:3]}",
            f"{area}-{exchange}-{line} x{line}",
            f"{area} {exchange}-{line}",
            f"{area}/{exchange}-{line}",
            f"({area}) {exchange}.{line}",
            f"{area}{exchange}{line}",
            f"1 ({area}) {exchange}-{line}",
            telephone_abroad(rng),
        ]
    )


def telephone_abroad(rng: random.Random) -> str:
    """A number of another country, as it is dialled from here or there (ITU-T E.123)."""
    country = rng.choice(_COUNTRIES)
    city, first, second = (digits(rng, rng.choice(sizes)) for sizes in ((1, 2, 3), (3, 4), (3, 4)))
    return rng.choice(
        [
            f"+{country} {city} {first} {second}",
            f"+{country}-{city}-{first}-{second}",
            f"+{country} ({city}) {first} {second}",
            f"+{country}{city}{first}{second}",
            f"011 {country} {city} {first}{second}",
            f"011-{country}-{city}-{first}-{second}",
            f"00{country} {city} {first} {second}",
            f"0{city} {first} {second}",
            f"0{city}-{first}-{second}",
            f"(0{city}) {first} {second}",
        ]
    )


def extension(rng: random.Random) -> str:
    """A number of the house: "x5183", "4-2210"."""
    line = digits(rng, 4)
    return rng.choice(
        [
            f"x{line}",
            f"x{digits(rng, 5)}",
            f"ext. {line}",
            f"ext {digits(rng, 3)}",
            f"{rng.randint(2, 9)}-{line}",
            f"{digits(rng, 5)}",
            f"#{line}",
        ]
    )
