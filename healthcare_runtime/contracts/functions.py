"""Functions, whatever they do: what each of them is told about itself."""

from enum import StrEnum


class FunctionVariable(StrEnum):
    """Environment of every function."""

    TIME_LIMIT_SECONDS = "TIME_LIMIT_SECONDS"
    """After which Lambda ends a call; AWS clients give up before."""
