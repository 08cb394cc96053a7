"""Words of medicine and of every day, from lists."""

from collections.abc import Callable, Mapping
from typing import Final

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.part import Part
from phi_detector.corpora.english.word_lists import pools


def _from_list(words: tuple[str, ...]) -> Callable[[Case], Part]:
    return lambda case: case.rng.choice(words)


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    name: _from_list(words) for name, words in pools("medicine").items()
}
