"""Words of medicine and of every day, from lists."""

from collections.abc import Callable, Mapping
from typing import Final

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.part import Part
from phi_detector.corpora.english.word_lists import pools


def _from_list(words: tuple[str, ...]) -> Callable[[Case], Part]:
    return lambda case: case.rng.choice(words)


def _clock(case: Case) -> Part:
    hour, minute = case.rng.randint(0, 23), case.rng.randint(0, 59)
    return case.rng.choice([f"{hour:02}{minute:02}", f"{hour:02}:{minute:02}", f"{hour % 12 + 1}:{minute:02} pm"])


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "clock": _clock,
    **{name: _from_list(words) for name, words in pools("medicine").items()},
}
