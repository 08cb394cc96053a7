"""Reads the environment of a function once, at its cold start; a value that cannot work ends the start.

The error is one line, ``NAME=value: must be ...``, so that whoever set the variable knows the mend.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

_SHOWN: Final = 120
_INTEGER: Final = re.compile(r"[0-9]{1,15}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


class EnvironmentFaultError(ValueError):
    """A variable is missing or cannot work. The text is the one line to show."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        # An operator's own value is shown, as far as it fits a line.
        shown = "".join(c if c.isprintable() else "?" for c in value[:_SHOWN])
        super().__init__(f"{name}={shown}: must be {rule}")


class Environment:
    """Typed access to variables; an empty one counts as unset."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: StrEnum, pattern: re.Pattern[str], rule: str) -> str:
        """Read a text that matches ``pattern`` as a whole."""
        value = self._variables.get(name, "")
        if pattern.fullmatch(value) is None:
            raise EnvironmentFaultError(name, value, rule)
        return value

    def integer(self, name: StrEnum, default: int, *, minimum: int, maximum: int) -> int:
        """Read a whole number, or take ``default`` when the variable is unset."""
        value = self._variables.get(name, "") or str(default)
        if _INTEGER.fullmatch(value) is None or not minimum <= int(value) <= maximum:
            raise EnvironmentFaultError(name, value, f"a whole number from {minimum} to {maximum}")
        return int(value)

    def number(self, name: StrEnum, default: float, *, minimum: float, maximum: float) -> float:
        """Read a decimal number, or take ``default`` when the variable is unset."""
        value = self._variables.get(name, "") or str(default)
        if _NUMBER.fullmatch(value) is None or not minimum <= float(value) <= maximum:
            raise EnvironmentFaultError(name, value, f"a number from {minimum:g} to {maximum:g}")
        return float(value)
