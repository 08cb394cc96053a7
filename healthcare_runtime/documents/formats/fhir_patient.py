"""What the Patient resources of a document say of the patient: who it is, and what to sweep the text for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from healthcare_runtime.documents.formats.json_tree import JsonKind, JsonNode
from healthcare_runtime.masking.patient_facts import PatientFacts, Sex
from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType

_LEAST_KNOWN: Final = 2


class FhirPatients:
    """Collects Patient resources while a document is read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._nodes: list[JsonNode] = []
        self._ids: set[str] = set()

    def add(self, patient: JsonNode) -> None:
        if all(patient is not node for node in self._nodes):
            self._nodes.append(patient)
            self.refer(self._text(patient, "id"))

    def refer(self, patient_id: str) -> None:
        """A reference to a patient, who may be in another document."""
        self._ids |= {patient_id} - {""}

    @property
    def count(self) -> int:
        """How many different patients there are, or are spoken of."""
        return max(
            len({self._identifier(node) or str(number) for number, node in enumerate(self._nodes)}), len(self._ids)
        )

    @property
    def only(self) -> str | None:
        """``system|value`` of the one patient; None where there are none, several, or one without identifier."""
        found = {self._identifier(node) for node in self._nodes}
        return (found.pop() or None) if len(found) == 1 else None

    def identifiers(self) -> tuple[str, ...]:
        """Every identifier of the one patient, and the resource's id; none where there are several."""
        if self.count != 1:
            return ()
        numbers = (number for node in self._nodes for _, number in self._numbers(node))
        return tuple(dict.fromkeys((*numbers, *(f"Patient/{each}" for each in sorted(self._ids)))))

    def known(self) -> tuple[KnownIdentifier, ...]:
        return tuple(one for node in self._nodes for one in self._known(node) if len(one.value) >= _LEAST_KNOWN)

    def facts(self) -> PatientFacts | None:
        if len(self._nodes) != 1:
            return None
        (node,) = self._nodes
        sexes = {"female": Sex.FEMALE, "male": Sex.MALE}
        return PatientFacts(
            birth_date=_date(self._text(node, "birthDate")),
            death_date=_date(self._text(node, "deceasedDateTime")[:10]),
            sex=sexes.get(self._text(node, "gender"), Sex.UNKNOWN),
            known_names=tuple(name for one in _each(node, "name") for name in self._name(one)),
        )

    def _identifier(self, patient: JsonNode) -> str:
        """The record number where one is typed MR (v2-0203), else the first identifier."""
        return max(self._numbers(patient), key=lambda one: one[0], default=(False, ""))[1]

    def _numbers(self, patient: JsonNode) -> Iterator[tuple[bool, str]]:
        """Whether it is a record number, and ``system|value``."""
        for identifier in _each(patient, "identifier"):
            value = self._text(identifier, "value")
            kind = identifier.member("type")
            codes = [] if kind is None else [self._text(coding, "code") for coding in _each(kind, "coding")]
            if value:
                yield "MR" in codes, f"{self._text(identifier, 'system')}|{value}"

    def _known(self, patient: JsonNode) -> Iterator[KnownIdentifier]:
        for identifier in _each(patient, "identifier"):
            yield KnownIdentifier(self._text(identifier, "value"), PhiType.ID)
        for name in _each(patient, "name"):
            for part in (self._text(name, "family"), *self._texts(name, "given")):
                yield KnownIdentifier(part, PhiType.NAME, PhiKind.PERSON)
        for telecom in _each(patient, "telecom"):
            mail = self._text(telecom, "system") == "email"
            yield KnownIdentifier(self._text(telecom, "value"), PhiType.EMAIL if mail else PhiType.PHONE_OR_FAX)
        for address in _each(patient, "address"):
            for line in self._texts(address, "line"):
                yield KnownIdentifier(line, PhiType.ADDRESS, PhiKind.STREET)
        yield KnownIdentifier(self._text(patient, "birthDate"), PhiType.DATE, PhiKind.BIRTH_DATE)

    def _name(self, name: JsonNode) -> Iterator[str]:
        family, given = self._text(name, "family"), self._texts(name, "given")
        if family and given:
            yield f"{family}, {' '.join(given)}" if family.isascii() else f"{family} {given[0]}"

    def _text(self, node: JsonNode, key: str) -> str:
        member = node.member(key)
        return "" if member is None else member.text(self._source).strip()

    def _texts(self, node: JsonNode, key: str) -> list[str]:
        member = node.member(key)
        return (
            [] if member is None else [text for child in member.children if (text := child.text(self._source).strip())]
        )


def _each(node: JsonNode, key: str) -> list[JsonNode]:
    member = node.member(key)
    return [] if member is None else [child for child in member.children if child.kind is JsonKind.OBJECT]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
