"""What the notes of the measurement are filled from: the lists, whose open and held-out shares are disjoint."""

from __future__ import annotations

import random
from functools import cache

from phi_accuracy.sources.lists import name_groups, places, spellings
from phi_accuracy.sources.numbers import english_number, japanese_number, open_english_number, open_japanese_number
from phi_detector.corpora.handwritten.sources import Sources


@cache
def english_sources(*, development: bool) -> Sources:
    """Names, places and numbers of English notes."""
    listed = places("english", development=development)

    def street(draw: random.Random) -> str:
        number = draw.randint(3, 18900)
        name, kind = draw.choice(listed["street_names"]), draw.choice(listed["street_types"])
        return f"{number} {name} {kind}{draw.choice(('', '', '', ', Apt 4B', ' #12', ', Unit 207'))}"

    return Sources(
        name_groups("english", development=development),
        listed,
        open_english_number if development else english_number,
        street,
    )


@cache
def japanese_sources(*, development: bool) -> Sources:
    """Names, places and numbers of Japanese and mixed notes."""
    listed = places("japanese", development=development)
    return Sources(
        name_groups("japanese", development=development),
        listed,
        open_japanese_number if development else japanese_number,
        lambda draw: draw.choice(listed["districts"]),
        {} if development else spellings(),
        english_sources(development=development),
    )
