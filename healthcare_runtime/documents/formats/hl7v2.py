r"""HL7 v2 messages in ER7: segments, fields, repetitions, components, subcomponents (HL7 2.5.1, chapter 2).

A message states its separators in its first segment. Escapes stand between backslashes: ``\F\`` is the field
separator, ``\.br\`` a line break. What is written in hexadecimal or in another character set by an escape cannot be
read in place and does not leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from healthcare_runtime.documents.formats.codes import is_code
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.hl7_fields import Content, DataType, component, field_type
from healthcare_runtime.documents.formats.limits import MAXIMUM_PASSAGES
from healthcare_runtime.documents.formats.unescaping import unescape
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Escape, Passage, PassageRole
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.masking.patient_facts import PatientFacts, Sex
from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType

# No separator may be a character that a surrogate has.
_FIRST: Final = re.compile(r"(?:MSH|FHS|BHS)([|^~\\&#$%!*;<>=?])((?:(?!\1)[|^~\\&#$%!*;<>=?]){4,5})\1")
_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}")
_LINE: Final = re.compile(r"[^\r\n]+")
_LEAST_FIELDS: Final = 9
"""Up to MSH-9: without the type of the message it is truncated."""
_CHARSET_FIELD: Final = 18
_CHARSET: Final = "UNICODE UTF-8"  # HL7 table 0211
_OID: Final = re.compile(r"[0-2](?:\.\d+)+")
_LEAST_KNOWN: Final = 2


_PERSON: Final = (PhiType.NAME, PhiKind.PERSON)
_NUMBER: Final = (PhiType.ID, PhiKind.UNKNOWN)
_TELEPHONE: Final = (PhiType.PHONE_OR_FAX, PhiKind.UNKNOWN)
# Field and component of PID: what the text is swept for.
_SWEPT: Final = {
    (3, 1): (PhiType.ID, PhiKind.MEDICAL_RECORD_NUMBER),
    **dict.fromkeys(((4, 1), (18, 1), (20, 1)), _NUMBER),
    (19, 1): (PhiType.ID, PhiKind.SSN),
    **dict.fromkeys(((5, 1), (5, 2), (6, 1), (9, 1), (9, 2)), _PERSON),
    **dict.fromkeys(((13, 1), (14, 1)), _TELEPHONE),
    (13, 4): (PhiType.EMAIL, PhiKind.UNKNOWN),
    (11, 1): (PhiType.ADDRESS, PhiKind.STREET),
}


@dataclass(frozen=True, slots=True)
class Separators:
    """MSH-1 and MSH-2."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


@dataclass(frozen=True, slots=True)
class _Field:
    """One repetition of a field."""

    segment: str
    number: int
    repetition: int
    data_type: DataType
    path: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A subcomponent, where it stands and what it is."""

    field: _Field
    component: int
    start: int
    end: int
    content: Content
    path: str


def is_hl7v2(text: str) -> bool:
    return _FIRST.match(text) is not None


def read_hl7v2(text: str) -> DocumentText:
    """The passages of a message or a batch.

    Raises
    ------
    DocumentDamagedError
        HL7_DAMAGED: a line is no segment, or a message ends before its type. TOO_LARGE: too many values.
    """
    first = _FIRST.match(text)
    if first is None:
        raise DocumentDamagedError(ReasonCode.HL7_DAMAGED)
    encoding = first[2]
    separators = Separators(first[1], encoding[0], encoding[1], encoding[2], encoding[3])
    if len({first[1], *encoding}) != 1 + len(encoding):
        raise DocumentDamagedError(ReasonCode.HL7_DAMAGED)
    source = _in_utf8(text, separators)
    reader = _Reader(source, separators)
    passages = tuple(reader.passages())
    return reader.document(passages)


class _Reader:
    """One document's passages, and what they say of its patient."""

    def __init__(self, source: str, separators: Separators) -> None:
        self._source = source
        self._separators = separators
        mark = re.escape(separators.escape)
        self._escapes = re.compile(rf"{mark}([^{mark}\r\n]*){mark}")
        self._literals = {
            "F": separators.field, "S": separators.component, "T": separators.subcomponent, "R": separators.repetition,
            "E": separators.escape, ".br": "\n", ".sp": "\n", ".ce": "\n", "H": "", "N": "",
        }  # fmt: skip
        self._images = 0
        self._texts: dict[tuple[int, int, int], str] = {}
        self._patients: list[str] = []
        self._numbers: dict[str, None] = {}
        self._numberless: set[str] = set()

    def passages(self) -> Iterator[Passage]:
        for count, value in enumerate(self._values(), 1):
            passage = self._passage(value)
            if count > MAXIMUM_PASSAGES:
                raise DocumentDamagedError(ReasonCode.TOO_LARGE)
            if value.field.segment == "PID":
                place = (value.field.number, value.field.repetition, value.component)
                self._texts.setdefault(place, passage.text)
            yield passage

    def document(self, passages: tuple[Passage, ...]) -> DocumentText:
        patients = {*self._patients, *self._numberless}
        return DocumentText(
            format=DocumentFormat.HL7V2,
            source=self._source,
            passages=passages,
            patient=self._patients[0] if self._patients and len(patients) == 1 else None,
            identifiers=tuple(self._numbers) if len(patients) == 1 else (),
            known=tuple(self._known()),
            facts=self._facts() if len(patients) <= 1 else None,
            embedded_images=self._images,
            patients=len(patients),
        )

    def _values(self) -> Iterator[_Value]:
        for number, line in enumerate(_LINE.finditer(self._source), 1):
            if not line[0].strip("\x0b\x1c \t"):
                continue  # the frame of MLLP
            start = line.start() + (1 if line[0].startswith("\x0b") else 0)
            name = self._source[start : start + 3]
            if not _SEGMENT.fullmatch(name) or self._source[start + 3 : start + 4] not in (
                self._separators.field,
                "\r",
                "\n",
                "",
            ):
                raise DocumentDamagedError(ReasonCode.HL7_DAMAGED)
            yield from self._segment(name, number, start, line.end())

    def _segment(self, name: str, number: int, start: int, end: int) -> Iterator[_Value]:
        spans = list(_split(self._source, start, end, self._separators.field))
        header = name in ("MSH", "FHS", "BHS")
        if name == "MSH" and len(spans) < _LEAST_FIELDS:
            raise DocumentDamagedError(ReasonCode.HL7_DAMAGED)
        observed = self._source[slice(*spans[2])] if name == "OBX" and len(spans) > 2 else ""
        if name == "OBX" and observed == "ED":
            self._images += 1
        if name == "PID":
            self._note_patient(spans)
        for index, (field_start, field_end) in enumerate(spans[1:], 1):
            field = index + 1 if header else index  # MSH-1 is the separator itself
            if header and field == 2:
                continue
            data_type = field_type(name, field, observed)
            repetitions = list(_split(self._source, field_start, field_end, self._separators.repetition))
            for repetition, (begin, stop) in enumerate(repetitions, 1):
                place = f"{name}[{number}]-{field}" + (f"({repetition})" if len(repetitions) > 1 else "")
                yield from self._components(_Field(name, field, repetition, data_type, place), begin, stop)

    def _components(self, field: _Field, start: int, end: int) -> Iterator[_Value]:
        if field.data_type in (DataType.ST, DataType.DROP, DataType.ED):
            # Text holds separators without escapes more often than not, and data is dropped as a whole.
            yield _Value(field, 1, start, end, component(field.data_type, 1), field.path)
            return
        for number, (begin, stop) in enumerate(_split(self._source, start, end, self._separators.component), 1):
            content = component(field.data_type, number)
            for sub, (first, last) in enumerate(_split(self._source, begin, stop, self._separators.subcomponent), 1):
                path = f"{field.path}.{number}" + (f".{sub}" if sub > 1 else "")
                yield _Value(field, number, first, last, content, path)

    def _passage(self, value: _Value) -> Passage:
        content = value.content
        text, jumps = unescape(self._source, value.start, value.end, self._escapes, self._literal)
        role = content.role
        if text == '""' or not text.strip():  # "" deletes a value at the receiver (2.5.3.3)
            role = PassageRole.COPY
        elif "\ufffc" in text:
            role = PassageRole.DROP
        elif role is PassageRole.COPY and not is_code(text):
            role = PassageRole.FREE_TEXT
        return Passage(
            text="" if role is PassageRole.DROP else text,
            start=value.start,
            end=value.end,
            role=role,
            path=value.path,
            phi_type=content.phi_type if role is PassageRole.IDENTIFIER else None,
            kind=content.kind if role is PassageRole.IDENTIFIER else PhiKind.UNKNOWN,
            escape=Escape.HL7,
            jumps=None if role is PassageRole.DROP else jumps,
        )

    def _literal(self, match: re.Match[str]) -> str:
        """A character, nothing, or the mark of what cannot be read in place."""
        code = match[1]
        if code in self._literals:
            return self._literals[code]
        return "\n" if re.fullmatch(r"\.(?:sp|in|ti|sk|fi|nf|ce)[+-]?\d*", code) else "\ufffc"

    def _note_patient(self, fields: list[tuple[int, int]]) -> None:
        """The record number of a PID segment: that of type MR, else the first (2.A.14); else name and birth date."""
        found: list[tuple[bool, str]] = []
        numbers = fields[3] if len(fields) > 3 else (0, 0)
        for start, end in _split(self._source, *numbers, self._separators.repetition):
            parts = [
                self._source[slice(*span)] for span in _split(self._source, start, end, self._separators.component)
            ]
            value = parts[0].strip() if parts else ""
            if not value:
                continue
            authority = (parts[3] if len(parts) > 3 else "").split(self._separators.subcomponent)
            oid = authority[1] if len(authority) > 1 and _OID.fullmatch(authority[1]) else ""
            system = f"urn:oid:{oid}" if oid else ""
            found.append((len(parts) > 4 and parts[4] == "MR", f"{system}|{value}"))
        person = self._separators.field.join(
            self._source[slice(*span)].strip() for span in (*fields[5:6], *fields[7:8])
        )
        self._numbers |= dict.fromkeys(number for _, number in found)
        if found:
            self._patients.append(max(found, key=lambda one: one[0])[1])
        elif person.strip(self._separators.field):
            self._numberless.add(person)

    def _pid(self, field: int, repetition: int, component_: int) -> str:
        return self._texts.get((field, repetition, component_), "").strip()

    def _known(self) -> Iterator[KnownIdentifier]:
        for (field, _, number), text in self._texts.items():
            wanted = _SWEPT.get((field, number))
            if wanted is not None and len(text.strip()) >= _LEAST_KNOWN:
                yield KnownIdentifier(text.strip(), *wanted)

    def _facts(self) -> PatientFacts | None:
        if not self._texts:
            return None
        names = []
        for repetition in range(1, 1 + max(repetition for _, repetition, _ in self._texts)):
            family, given = self._pid(5, repetition, 1), self._pid(5, repetition, 2)
            if family and given:
                middle = self._pid(5, repetition, 3)
                name = f"{family}, {given} {middle}".strip() if family.isascii() else f"{family} {given}"
                names.append(name)
        sexes = {"F": Sex.FEMALE, "M": Sex.MALE}
        return PatientFacts(
            birth_date=_date(self._pid(7, 1, 1)),
            death_date=_date(self._pid(29, 1, 1)),
            sex=sexes.get(self._pid(8, 1, 1), Sex.UNKNOWN),
            known_names=tuple(names),
        )


def _in_utf8(text: str, separators: Separators) -> str:
    """The text with MSH-18 saying how it leaves."""
    parts: list[str] = []
    at = 0
    for line in _LINE.finditer(text):
        if not line[0].lstrip("\x0b").startswith("MSH"):
            continue
        spans = list(_split(text, line.start(), line.end(), separators.field))
        if len(spans) >= _CHARSET_FIELD:
            start, end = spans[_CHARSET_FIELD - 1]
            if start < end:
                parts += (text[at:start], _CHARSET)
                at = end
    return "".join((*parts, text[at:]))


def _split(text: str, start: int, end: int, separator: str) -> Iterator[tuple[int, int]]:
    at = start
    while True:
        found = text.find(separator, at, end)
        if found < 0:
            yield at, end
            return
        yield at, found
        at = found + 1


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
