"""FHIR R4 in JSON: resources, bundles, and one resource a line. Only elements on the allow-list leave.

Dropped members go with their commas, and an object of which nothing is left goes as a whole, so that what leaves is
JSON, and FHIR as far as the dropped elements were optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.documents.formats.codes import is_code
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.fhir_content import attached_text, narrative
from healthcare_runtime.documents.formats.fhir_elements import CONTENTS, ELEMENTS, RESOURCES, Content
from healthcare_runtime.documents.formats.fhir_patient import FhirPatients
from healthcare_runtime.documents.formats.json_tree import JsonKind, JsonNode, decoded, parse_json
from healthcare_runtime.documents.formats.limits import MAXIMUM_PASSAGES
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Escape, Passage, PassageRole, Removal
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.phi_entity import PhiType

_REFERENCE: Final = re.compile(
    r"(?P<base>https?://.+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?"
)
_URN: Final = re.compile(r"(?:urn:uuid:|urn:oid:|#)(?P<id>.+)")
# The data type's own way of saying that a value was masked: hl7.org/fhir/R4/extension-data-absent-reason.html
_MASKED: Final = (
    '"_{key}": {{"extension": [{{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",'
    ' "valueCode": "masked"}}]}}'
)
_TELECOM_TYPES: Final = {"email": PhiType.EMAIL, "url": PhiType.URL}
_SHORTEST_COPY: Final = 256


@dataclass(frozen=True, slots=True)
class _Place:
    """A value and what it is."""

    node: JsonNode
    content: Content | str | None
    """None: it is dropped."""
    path: str
    parent: JsonNode | None


def read_fhir(source: str) -> DocumentText:
    """The passages of a resource, a bundle, or lines of resources.

    Raises
    ------
    DocumentDamagedError
        JSON_DAMAGED, or FHIR_UNKNOWN_TYPE: no ``resourceType``, or one that no allow-list describes.
    """
    roots = parse_json(source)
    patients = FhirPatients(source)
    passages: list[Passage] = []
    images = 0
    for number, root in enumerate(roots):
        kind = _resource_type(source, root)
        if kind is None:
            raise DocumentDamagedError(ReasonCode.FHIR_UNKNOWN_TYPE)
        reader = _Reader(source, patients)
        passages += reader.passages(root, kind, kind if len(roots) == 1 else f"{kind}[{number}]")
        images += reader.images
        if len(passages) > MAXIMUM_PASSAGES:
            raise DocumentDamagedError(ReasonCode.TOO_LARGE)
    return DocumentText(
        format=DocumentFormat.FHIR,
        source=source,
        passages=tuple(sorted(passages, key=lambda one: (one.start, one.end))),
        patient=patients.only,
        identifiers=patients.identifiers(),
        known=patients.known(),
        facts=patients.facts(),
        embedded_images=images,
        patients=patients.count,
        claims=None,
    )


def _resource_type(source: str, node: JsonNode) -> str | None:
    member = node.member("resourceType") if node.kind is JsonKind.OBJECT else None
    name = member.text(source) if member is not None else ""
    return name if name in RESOURCES else None


class _Reader:
    """The passages of one resource."""

    def __init__(self, source: str, patients: FhirPatients) -> None:
        self._source = source
        self._patients = patients
        self.images = 0

    def passages(self, root: JsonNode, kind: str, path: str) -> list[Passage]:
        found: list[Passage] = []
        dropped: set[int] = set()
        order: list[_Place] = []
        waiting = [_Place(root, kind, path, None)]
        while waiting:
            place = waiting.pop()
            order.append(place)
            if place.content is not None:
                waiting.extend(self._below(place))
        for place in reversed(order):  # children before their parents
            if self._is_dropped(place, dropped):
                dropped.add(place.node.start)
        kept = {id(place.node) for place in order if place.node.start not in dropped}
        for place in order:
            node = place.node
            if id(node) not in kept:
                continue
            if node.kind in (JsonKind.OBJECT, JsonKind.ARRAY):
                found += _dropped_children(node, dropped, place.path)
            elif node.kind is JsonKind.STRING and isinstance(place.content, Content):
                found += self._string(place, place.content)
        return found

    def _below(self, place: _Place) -> Iterator[_Place]:
        node = place.node
        if node.kind is JsonKind.ARRAY:
            for number, child in enumerate(node.children):
                yield _Place(child, place.content, f"{place.path}[{number}]", node)
            return
        if node.kind is not JsonKind.OBJECT:
            return
        kind: str | None = place.content if isinstance(place.content, str) else None
        if place.content is Content.RESOURCE:
            kind = _resource_type(self._source, node)
        if kind == "Patient":
            self._patients.add(node)
        elements = ELEMENTS.get(kind or "", {})
        for child in node.children:
            yield _Place(child, elements.get(child.key), f"{place.path}.{_shown(child.key, elements)}", node)

    def _is_dropped(self, place: _Place, dropped: set[int]) -> bool:
        node, content = place.node, place.content
        if content is None:
            self._count_image(place)
            return True
        if node.kind is JsonKind.ARRAY or (node.kind is JsonKind.OBJECT and not _is_primitive(content)):
            return place.parent is not None and all(child.start in dropped for child in node.children)
        if node.kind is JsonKind.OBJECT or not _is_primitive(content):
            return True  # an object in the place of a primitive, or the reverse
        if node.kind is JsonKind.SCALAR:
            return content is not Content.COPY
        if content is Content.ATTACHMENT:
            return attached_text(self._source, node, place.parent, place.path) is None
        return content is Content.NARRATIVE and narrative(self._source, node, place.path) is None

    def _string(self, place: _Place, content: Content) -> list[Passage]:
        if content is Content.NARRATIVE:
            return narrative(self._source, place.node, place.path) or []
        if content is Content.ATTACHMENT:
            attached = attached_text(self._source, place.node, place.parent, place.path)
            return [] if attached is None else [attached]
        text, jumps = decoded(self._source, place.node)
        start, end = place.node.start + 1, place.node.end - 1
        if content in (Content.REFERENCE, Content.ID):
            return (
                self._reference(place, text) if content is Content.REFERENCE else [self._typed(place, text, PhiType.ID)]
            )
        if content is Content.TELECOM:
            system = place.parent.member("system") if place.parent is not None else None
            said = "" if system is None else system.text(self._source)
            return [self._typed(place, text, _TELECOM_TYPES.get(said, PhiType.PHONE_OR_FAX))]
        role, phi_type, kind = CONTENTS[content]
        if content is Content.COPY and not is_code(text) and not _is_canonical(text):
            role = PassageRole.FREE_TEXT
        is_date = content in (Content.DATE, Content.BIRTH_DATE) and place.node.key_start >= 0
        removal = Removal(place.node.first, place.node.end, _MASKED.format(key=place.node.key)) if is_date else None
        passage = Passage(
            text=text,
            start=start,
            end=end,
            role=role if text.strip() else PassageRole.COPY,
            path=place.path,
            phi_type=phi_type if text.strip() else None,
            kind=kind,
            escape=Escape.JSON,
            jumps=jumps,
            removal=removal,
        )
        return [passage]

    def _typed(self, place: _Place, text: str, phi_type: PhiType, begin: int = 0, end: int | None = None) -> Passage:
        """An identifier that is a part of a string; ids and references have no escapes where they are valid."""
        start = place.node.start + 1
        whole, jumps = decoded(self._source, place.node)
        if jumps is not None:  # no part of it can be told apart: all of it is one identifier
            return Passage(
                text=whole, start=start, end=place.node.end - 1, role=PassageRole.IDENTIFIER, path=place.path,
                phi_type=phi_type, escape=Escape.JSON, jumps=jumps,
            )  # fmt: skip
        stop = len(text) if end is None else end
        return Passage(
            text=text[begin:stop],
            start=start + begin,
            end=start + stop,
            role=PassageRole.IDENTIFIER if text[begin:stop].strip() else PassageRole.COPY,
            path=place.path,
            phi_type=phi_type,
            escape=Escape.JSON,
        )

    def _reference(self, place: _Place, text: str) -> list[Passage]:
        match = _REFERENCE.fullmatch(text) or _URN.fullmatch(text)
        if match is None or "\\" in self._source[place.node.start : place.node.end]:
            return [self._typed(place, text, PhiType.URL if "://" in text else PhiType.ID)]
        if match.groupdict().get("type") == "Patient":
            self._patients.refer(match["id"])
        found = []
        base = match.groupdict().get("base")
        if base:  # the server's address names the organisation
            found.append(self._typed(place, text, PhiType.URL, 0, len(base) - 1))
        found.append(self._typed(place, text, PhiType.ID, *match.span("id")))
        return found

    def _count_image(self, place: _Place) -> None:
        """Attachments that are dropped are counted where they are pictures."""
        kind = place.node.member("contentType") if place.node.kind is JsonKind.OBJECT else None
        if place.node.key == "photo" or (kind is not None and kind.text(self._source).startswith("image/")):
            self.images += 1


def _is_primitive(content: Content | str) -> bool:
    return isinstance(content, Content) and content is not Content.RESOURCE


def _dropped_children(node: JsonNode, dropped: set[int], path: str) -> Iterator[Passage]:
    """One DROP passage for each run of children that go, with the comma that goes with them."""
    children = node.children
    at = 0
    while at < len(children):
        if children[at].start not in dropped:
            at += 1
            continue
        begin = at
        while at < len(children) and children[at].start in dropped:
            at += 1
        if begin > 0:
            start, end = children[begin - 1].end, children[at - 1].end
        elif at < len(children):
            start, end = children[0].first, children[at].first
        else:
            start, end = children[0].first, children[-1].end
        yield Passage(
            text="", start=start, end=end, role=PassageRole.DROP, path=f"{path}.*", removal=Removal(start, end)
        )


def _shown(key: str, elements: dict[str, Content | str]) -> str:
    """A member's name for a path; of a name that no allow-list has nothing is shown: it may be anything."""
    return key if key in elements else "*"


def _is_canonical(text: str) -> bool:
    return len(text) < _SHORTEST_COPY and re.fullmatch(r"(?:https?://|urn:)[^\s\"<>]+", text) is not None
