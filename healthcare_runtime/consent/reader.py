"""Reads elements of a FHIR resource one by one, each by its type; the first that is wrong is named by its path.

The path has names that R4 defines and numbers only. Values never appear, nor names that R4 does not define.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

from healthcare_runtime.consent.faults import ConsentFaultError
from healthcare_runtime.consent.fhir_time import FhirPeriod, FhirTime
from healthcare_runtime.consent.record import Coding, Concept
from healthcare_runtime.consent.strict_json import Json

T = TypeVar("T")

MAXIMUM_ITEMS: Final = 1_000

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE: Final = re.compile(r"[^\s]+( [^\s]+)*")
_URI: Final = re.compile(r"[^\s]{1,2048}")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+")
_IDENTIFIER_USES: Final = ("usual", "official", "temp", "secondary", "old")
_PRIMITIVE_EXTENSION: Final = frozenset({"id", "extension"})
_ELEMENT: Final = frozenset({"id", "extension"})


@dataclass(frozen=True, slots=True)
class Element:
    """A value with its path."""

    value: Json
    path: str

    def refuse(self, rule: str) -> NoReturn:
        raise ConsentFaultError(self.path, rule)

    def members(self, *names: str, backbone: bool = False) -> "Members":
        """Read an object that may have ``names``, and what every FHIR element may have."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        if not self.value:
            self.refuse("must not be empty")
        if backbone and "modifierExtension" in self.value:
            Element(None, f"{self.path}.modifierExtension").refuse("is not understood, and could change the meaning")
        allowed = _ELEMENT.union(names)
        for name, value in self.value.items():
            if name in allowed:
                if value is None:
                    Element(None, f"{self.path}.{name}").refuse("must not be null")
            elif not (name.startswith("_") and name[1:] in allowed):
                self.refuse("must have no element that FHIR R4 does not define")
            else:
                Element(value, f"{self.path}.{name}").primitive_extension()
        found = Members(self.value, self.path)
        found.optional("id", Element.string)
        found.each("extension", Element.extension)
        return found

    def items(self) -> Iterator["Element"]:
        if not isinstance(self.value, list):
            self.refuse("must be a list")
        if not 1 <= len(self.value) <= MAXIMUM_ITEMS:
            self.refuse(f"must have from 1 to {MAXIMUM_ITEMS} items")
        for place, item in enumerate(self.value):
            yield Element(item, f"{self.path}[{place}]")

    def string(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("must be a text that is not empty")
        return self.value

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value

    def identity(self) -> str:
        return self._matching(_ID, "must be an id: 1 to 64 letters, digits, hyphens and dots")

    def code(self) -> str:
        return self._matching(_CODE, "must be a code: no leading, trailing or double spaces")

    def uri(self) -> str:
        return self._matching(_URI, "must be a URI")

    def _matching(self, pattern: re.Pattern[str], rule: str) -> str:
        if not isinstance(self.value, str) or pattern.fullmatch(self.value) is None:
            self.refuse(rule)
        return self.value

    def one_of(self, allowed: tuple[str, ...]) -> str:
        if not isinstance(self.value, str) or self.value not in allowed:
            self.refuse(f"must be {', '.join(allowed[:-1])} or {allowed[-1]}")
        return self.value

    def date_time(self) -> FhirTime:
        text = self.string()
        try:
            return FhirTime.parse(text)
        except ValueError:
            self.refuse("must be a FHIR dateTime that exists; one with a time has seconds and a zone")

    def instant(self) -> FhirTime:
        self._matching(_INSTANT, "must be a FHIR instant")
        return self.date_time()

    def base64(self) -> None:
        try:
            base64.b64decode("".join(self.string().split()), validate=True)
        except (binascii.Error, ValueError):
            self.refuse("must be base64")

    def unsigned(self) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.refuse("must be a whole number of at least 0")
        return self.value

    def extension(self) -> None:
        """An extension that is no modifier may be ignored (R4, Extensibility): only its form is read."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object")
        Members(self.value, self.path).required("url", Element.uri)
        values = [name for name in self.value if name.startswith("value")]
        if len(values) + ("extension" in self.value) != 1:
            self.refuse("must have one value or extensions")

    def primitive_extension(self) -> None:
        """``_name`` beside a primitive: an object, or a list of objects and nulls."""
        for item in self.value if isinstance(self.value, list) else [self.value]:
            if item is not None and not (isinstance(item, dict) and item.keys() <= _PRIMITIVE_EXTENSION):
                self.refuse("must have id and extension only")

    def coding(self) -> Coding:
        members = self.members("system", "version", "code", "display", "userSelected")
        for name in ("version", "display"):
            members.optional(name, Element.string)
        members.optional("userSelected", Element.boolean)
        system, code = members.optional("system", Element.uri), members.optional("code", Element.code)
        return Coding(system or "", code or "")

    def required_coding(self) -> Coding:
        """A coding that selects something: without its code it would select nothing."""
        found = self.coding()
        if not found.code:
            Element(None, f"{self.path}.code").refuse("is required")
        return found

    def concept(self) -> Concept:
        members = self.members("coding", "text")
        members.optional("text", Element.string)
        return Concept(tuple(coding for coding in members.each("coding", Element.coding) if coding.code))

    def period(self) -> FhirPeriod:
        members = self.members("start", "end")
        period = FhirPeriod(members.optional("start", Element.date_time), members.optional("end", Element.date_time))
        if period.is_backward:
            self.refuse("must not end before it starts")  # per-1
        return period

    def identifier(self) -> tuple[str, str]:
        """System and value, ``""`` where missing."""
        members = self.members("use", "type", "system", "value", "period", "assigner")
        members.optional("use", lambda element: element.one_of(_IDENTIFIER_USES))
        members.optional("type", Element.concept)
        members.optional("period", Element.period)
        members.optional("assigner", Element.reference)
        return members.optional("system", Element.uri) or "", members.optional("value", Element.string) or ""

    def reference(self) -> str:
        """The literal reference without its version, or ``system|value``, or ``""`` where there is but a display."""
        members = self.members("reference", "type", "identifier", "display")
        members.optional("type", Element.uri)
        members.optional("display", Element.string)
        literal = members.optional("reference", Element.uri)
        identifier = None
        if "identifier" in members:  # read here and not by a method: an identifier's assigner is a reference
            identifier = members.required("identifier", Element.identifier)
        if literal is not None:
            return literal.partition("/_history/")[0]
        return "|".join(identifier) if identifier is not None and identifier[1] else ""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one object."""

    values: Mapping[str, Json]
    path: str

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def optional(self, name: str, read: Callable[[Element], T]) -> T | None:
        return read(Element(self.values[name], f"{self.path}.{name}")) if name in self.values else None

    def required(self, name: str, read: Callable[[Element], T]) -> T:
        if name not in self.values:
            raise ConsentFaultError(f"{self.path}.{name}", "is required")
        return read(Element(self.values[name], f"{self.path}.{name}"))

    def each(self, name: str, read: Callable[[Element], T]) -> tuple[T, ...]:
        if name not in self.values:
            return ()
        return tuple(read(item) for item in Element(self.values[name], f"{self.path}.{name}").items())
