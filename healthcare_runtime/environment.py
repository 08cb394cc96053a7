"""Settings that read themselves from the environment, once, at a function's cold start.

A field says which variable it is and what that must look like:

    @dataclass(frozen=True, slots=True)
    class Waiting(Settings):
        seconds: Annotated[int, Whole(Variable.WAIT_SECONDS, 60, minimum=1, maximum=900)]

    Waiting.from_environment()

A value that cannot work ends the start with one line, ``NAME=value: must be ...``, so that whoever set the variable
knows the mend. An empty variable counts as unset.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, Protocol, Self, get_type_hints

_SHOWN: Final = 120
_INTEGER: Final = re.compile(r"[0-9]{1,15}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


class EnvironmentFaultError(ValueError):
    """A variable is missing or cannot work. The text is the one line to show."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        # An operator's own value is shown, as far as it fits a line.
        shown = "".join(c if c.isprintable() else "?" for c in value[:_SHOWN])
        super().__init__(f"{name}={shown}: must be {rule}")


class Variable(Protocol):
    """What stands in the annotation of a field."""

    def read(self, variables: Mapping[str, str]) -> object:
        """Read the field's value, of the field's type, or raise :class:`EnvironmentFaultError`."""
        ...


class Settings:
    """The base of frozen dataclasses whose fields are variables, or settings themselves."""

    __slots__ = ()

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read every field, in their order.

        Raises
        ------
        EnvironmentFaultError
            A variable is missing or cannot work, alone or beside the others; the text is one line.
        """
        hints = get_type_hints(cls, include_extras=True)
        make: Callable[..., Self] = cls
        settings = make(*(_read(hints[field.name], variables) for field in fields(cls)))  # type: ignore[arg-type]
        settings.check_together()
        return settings

    def check_together(self) -> None:
        """What no field can say alone; raises :class:`EnvironmentFaultError`."""


def _read(hint: object, variables: Mapping[str, str]) -> object:
    if isinstance(hint, type) and issubclass(hint, Settings):
        return hint.from_environment(variables)
    [variable] = getattr(hint, "__metadata__")  # noqa: B009 - of Annotated, which has no public type
    read: Callable[[Mapping[str, str]], object] = variable.read
    return read(variables)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that matches ``pattern`` as a whole, or ``default`` when the variable is unset."""

    name: StrEnum
    pattern: str
    rule: str
    default: str = ""

    def read(self, variables: Mapping[str, str]) -> str:
        value = variables.get(self.name, "") or self.default
        if re.fullmatch(self.pattern, value) is None:
            raise EnvironmentFaultError(self.name, value, self.rule)
        return value


@dataclass(frozen=True, slots=True)
class OptionalText:
    """A text that matches ``pattern`` as a whole, or None when the variable is unset."""

    name: StrEnum
    pattern: str
    rule: str

    def read(self, variables: Mapping[str, str]) -> str | None:
        return Text(self.name, self.pattern, self.rule).read(variables) if variables.get(self.name) else None


@dataclass(frozen=True, slots=True)
class TextSet:
    """Texts that match ``pattern``, separated by commas; none when the variable is unset."""

    name: StrEnum
    pattern: str
    rule: str

    def read(self, variables: Mapping[str, str]) -> frozenset[str]:
        texts = Text(self.name, f"({self.pattern}(,{self.pattern})*)?", self.rule).read(variables)
        return frozenset(texts.split(",")) - {""}


@dataclass(frozen=True, slots=True)
class Word:
    """One of the words of an enumeration."""

    name: StrEnum
    words: type[StrEnum]
    rule: str = ""

    def read(self, variables: Mapping[str, str]) -> StrEnum:
        value = variables.get(self.name, "")
        if value not in {*self.words}:
            raise EnvironmentFaultError(self.name, value, self.rule or f"one of {', '.join(self.words)}")
        return self.words(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    name: StrEnum

    def read(self, variables: Mapping[str, str]) -> bool:
        return Text(self.name, "true|false", "true or false").read(variables) == "true"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, or ``default`` when the variable is unset."""

    name: StrEnum
    default: int
    minimum: int
    maximum: int

    def read(self, variables: Mapping[str, str]) -> int:
        value = variables.get(self.name, "") or str(self.default)
        if _INTEGER.fullmatch(value) is None or not self.minimum <= int(value) <= self.maximum:
            raise EnvironmentFaultError(self.name, value, f"a whole number from {self.minimum} to {self.maximum}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, or ``default`` when the variable is unset."""

    name: StrEnum
    default: float
    minimum: float
    maximum: float

    def read(self, variables: Mapping[str, str]) -> float:
        value = variables.get(self.name, "") or str(self.default)
        if _NUMBER.fullmatch(value) is None or not self.minimum <= float(value) <= self.maximum:
            raise EnvironmentFaultError(self.name, value, f"a number from {self.minimum:g} to {self.maximum:g}")
        return float(value)
