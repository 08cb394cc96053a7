"""Every settings object of the platform: its fields read what their types say, and a bad value is one line."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, get_args, get_type_hints

import pytest

from healthcare_runtime.environment import (
    EnvironmentFaultError,
    Flag,
    Number,
    OptionalText,
    Settings,
    Text,
    TextSet,
    Whole,
    Word,
)

REPOSITORY: Final = Path(__file__).parents[2]
ROOMS: Final = (
    "healthcare_runtime.audit.settings",
    "healthcare_runtime.consent.settings",
    "healthcare_runtime.consent.api.settings",
    "healthcare_runtime.documents.settings",
    "healthcare_runtime.imaging.settings",
)
READS: Mapping[type, object] = {
    Text: str,
    OptionalText: str | None,
    TextSet: frozenset[str],
    Flag: bool,
    Whole: int,
    Number: float,
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Name(StrEnum):
    HOST = "HOST"
    PORT = "PORT"
    SHARE = "SHARE"
    COLOUR = "COLOUR"
    FLAG = "FLAG"
    WORDS = "WORDS"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True)
class Inner(Settings):
    host: Annotated[str, Text(Name.HOST, "[a-z]+", "a word", "localhost")]
    port: Annotated[int, Whole(Name.PORT, 80, minimum=1, maximum=99)]

    def check_together(self) -> None:
        if self.host == "localhost" and self.port == 99:
            raise EnvironmentFaultError(Name.PORT, str(self.port), "another one on localhost")


@dataclass(frozen=True, slots=True)
class Outer(Settings):
    inner: Inner
    share: Annotated[float, Number(Name.SHARE, 0.5, minimum=0, maximum=1)]
    colour: Annotated[Colour, Word(Name.COLOUR, Colour)]
    flag: Annotated[bool, Flag(Name.FLAG)]
    words: Annotated[frozenset[str], TextSet(Name.WORDS, "[a-z]+", "words, separated by commas")]
    note: Annotated[str | None, OptionalText(Name.NOTE, "[a-z]+", "a word, or unset")]


SET: Mapping[str, str] = {"COLOUR": "red", "FLAG": "true"}


def every_settings() -> list[type[Settings]]:
    found = {
        value
        for room in ROOMS
        for value in vars(importlib.import_module(room)).values()
        if isinstance(value, type) and issubclass(value, Settings) and value is not Settings
    }
    return sorted(found, key=lambda each: each.__qualname__)


@pytest.mark.parametrize("settings", every_settings())
def test_given_a_settings_class_then_each_field_reads_what_its_type_says(settings: type[Settings]) -> None:
    hints = get_type_hints(settings, include_extras=True)
    for field in fields(settings):  # type: ignore[arg-type]
        hint = hints[field.name]
        if isinstance(hint, type):
            assert issubclass(hint, Settings), field.name
            continue
        kind, variable = get_args(hint)
        said = variable.words if isinstance(variable, Word) else READS[type(variable)]
        assert kind == said, f"{settings.__name__}.{field.name}"


def test_given_only_what_must_be_set_then_the_rest_is_the_defaults() -> None:
    assert Outer.from_environment(SET) == Outer(Inner("localhost", 80), 0.5, Colour.RED, True, frozenset(), None)


def test_given_every_variable_then_each_is_read() -> None:
    given = {
        "HOST": "pacs",
        "PORT": "99",
        "SHARE": "0.25",
        "COLOUR": "blue",
        "FLAG": "false",
        "WORDS": "a,b",
        "NOTE": "n",
    }
    assert Outer.from_environment(given) == Outer(
        Inner("pacs", 99), 0.25, Colour.BLUE, False, frozenset({"a", "b"}), "n"
    )


def test_given_empty_variables_then_they_count_as_unset() -> None:
    assert Outer.from_environment({**dict.fromkeys(Name, ""), **SET}) == Outer.from_environment(SET)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("HOST", "a b", "HOST=a b: must be a word"),
        ("PORT", "0", "PORT=0: must be a whole number from 1 to 99"),
        ("PORT", "1e1", "PORT=1e1: must be a whole number from 1 to 99"),
        ("PORT", "99", "PORT=99: must be another one on localhost"),
        ("SHARE", "1.5", "SHARE=1.5: must be a number from 0 to 1"),
        ("SHARE", "nan", "SHARE=nan: must be a number from 0 to 1"),
        ("COLOUR", "", "COLOUR=: must be one of red, blue"),
        ("FLAG", "yes", "FLAG=yes: must be true or false"),
        ("WORDS", "a,,b", "WORDS=a,,b: must be words, separated by commas"),
        ("NOTE", "1", "NOTE=1: must be a word, or unset"),
        ("NOTE", "a\nb", "NOTE=a?b: must be a word, or unset"),
        ("NOTE", "A" * 500, f"NOTE={'A' * 120}: must be a word, or unset"),
    ],
)
def test_given_a_value_that_cannot_work_then_one_line_names_it_and_the_mend(name: str, value: str, line: str) -> None:
    with pytest.raises(EnvironmentFaultError) as fault:
        Outer.from_environment({**SET, name: value})
    assert str(fault.value) == line


def test_given_the_runtime_then_the_rooms_of_settings_are_all_of_its_rooms() -> None:
    rooms = [path.relative_to(REPOSITORY) for path in (REPOSITORY / "healthcare_runtime").rglob("settings.py")]
    assert {".".join(room.with_suffix("").parts) for room in rooms} == set(ROOMS)
