"""Telephone numbers."""

import random

from phi_detector.corpora.english.numerals import digits


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
        ]
    )
