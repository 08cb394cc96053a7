"""The allow-list of FHIR elements: ``fhir_elements.toml``, read once."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Final

from healthcare_runtime.documents.passage import PassageRole
from healthcare_runtime.phi_entity import PhiKind, PhiType


class Content(StrEnum):
    """What a primitive element is."""

    COPY = "."
    TEXT = "t"  # free text
    NAME = "n"
    BIRTH_DATE = "b"
    DATE = "d"
    ID = "i"  # of the resource, of a thing
    VALUE = "v"  # of an identifier, with its system
    REFERENCE = "r"  # Type/id, urn:uuid:, #contained
    TELECOM = "c"
    STREET = "s"
    PLACE = "p"
    POSTAL_CODE = "z"
    FACILITY = "f"
    NARRATIVE = "x"  # XHTML
    ATTACHMENT = "a"  # base64, read where it is text
    RESOURCE = "*"  # whose own resourceType says what it is


CONTENTS: Final[dict[Content, tuple[PassageRole, PhiType | None, PhiKind]]] = {
    Content.COPY: (PassageRole.COPY, None, PhiKind.UNKNOWN),
    Content.TEXT: (PassageRole.FREE_TEXT, None, PhiKind.UNKNOWN),
    Content.NAME: (PassageRole.IDENTIFIER, PhiType.NAME, PhiKind.PERSON),
    Content.BIRTH_DATE: (PassageRole.IDENTIFIER, PhiType.DATE, PhiKind.BIRTH_DATE),
    Content.DATE: (PassageRole.IDENTIFIER, PhiType.DATE, PhiKind.UNKNOWN),
    Content.ID: (PassageRole.IDENTIFIER, PhiType.ID, PhiKind.UNKNOWN),
    Content.VALUE: (PassageRole.IDENTIFIER, PhiType.ID, PhiKind.UNKNOWN),
    Content.STREET: (PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.STREET),
    Content.PLACE: (PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.PLACE),
    Content.POSTAL_CODE: (PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.POSTAL_CODE),
    Content.FACILITY: (PassageRole.IDENTIFIER, PhiType.ADDRESS, PhiKind.FACILITY),
}

Elements = dict[str, Content | str]
"""Of a type: name of the element, and its content or its type."""


def _elements(described: str) -> Elements:
    table: Elements = {}
    for word in described.split():
        name, _, kind = word.partition(":")
        table[name] = Content(kind or ".") if len(kind) < 2 else kind
    return table


_TABLE: Final = tomllib.loads((files(__package__) / "fhir_elements.toml").read_text("utf-8"))
RESOURCES: Final = frozenset(_TABLE["resources"])
"""Resource types that are read."""
ELEMENTS: Final[dict[str, Elements]] = {
    **{name: _elements(described) for name, described in _TABLE["types"].items()},
    **{name: _elements(f"{_TABLE['every_resource']} {one}") for name, one in _TABLE["resources"].items()},
}
