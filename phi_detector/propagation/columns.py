"""Ages below a head that a reader of the other language saw: rows in English and in Japanese make one table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import columns
from phi_detector.japanese import tables
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6


def mentions(text: str) -> Iterator[Candidate]:
    """Ages in columns of a whole text, whatever the language of their rows."""
    if text.isascii():
        return  # one reader saw all of it
    for one in (*columns.find_in_columns(text), *tables.find_in_columns(text, ())):
        if one.type is PhiType.AGE:
            yield replace(one, score=_SCORE, source=Source.PROPAGATION)
