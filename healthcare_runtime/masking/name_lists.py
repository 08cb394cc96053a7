"""The surrogate names, and the common names whose gender or reading must be known to replace them well.

Surrogates are made up: English ones from syllables, Japanese ones from kanji that families do not combine, less every
word of the gazetteers and dictionaries that the PHI detector has (a test holds them apart). Nobody is likely to be
called so, and a reader sees a name all the same. Readings of common names: SudachiDict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from healthcare_runtime.masking.patient_facts import Sex


@dataclass(frozen=True, slots=True)
class JapaneseName:
    """A name in kanji, and its reading in katakana."""

    kanji: str
    reading: str


@dataclass(frozen=True, slots=True)
class NameLists:
    """Everything below ``data/``."""

    english_family: tuple[str, ...]
    english_given: dict[Sex, tuple[str, ...]]
    english_sexes: dict[str, Sex]
    """Common given names, lower case."""
    japanese_family: tuple[JapaneseName, ...]
    japanese_given: dict[Sex, tuple[JapaneseName, ...]]
    family_readings: dict[str, str]
    given_readings: dict[str, str]
    given_sexes: dict[str, Sex]
    """Common Japanese given names, in kanji and in katakana."""


@cache
def name_lists() -> NameLists:
    """The lists, read once."""
    sexes = (Sex.FEMALE, Sex.MALE)
    common = [line.split("\t") for line in _lines("japanese_readings.tsv")]
    given = [(Sex(kind), kanji, reading) for kind, kanji, reading in common if kind != "family"]
    return NameLists(
        english_family=tuple(_lines("english_family.txt")),
        english_given={sex: tuple(_lines(f"english_{sex}.txt")) for sex in sexes},
        english_sexes={
            name: Sex(sex) for sex, name in (line.split("\t") for line in _lines("english_given_genders.txt"))
        },
        japanese_family=_japanese("japanese_family.tsv"),
        japanese_given={sex: _japanese(f"japanese_{sex}.tsv") for sex in sexes},
        family_readings={kanji: reading for kind, kanji, reading in common if kind == "family"},
        given_readings={kanji: reading for _, kanji, reading in given},
        given_sexes={form: sex for sex, kanji, reading in given for form in (kanji, reading)},
    )


def _japanese(file: str) -> tuple[JapaneseName, ...]:
    return tuple(JapaneseName(*line.split("\t")) for line in _lines(file))


def _lines(file: str) -> list[str]:
    return (files(__package__) / "data" / file).read_text("utf-8").splitlines()
