r"""A document as text: its passages, decoded, each with the way back to the place in the source where it stands.

The source is a ``str``; positions are its indices. What a format escapes (``&amp;``, ``\n``, ``\T\``) is one
character of a passage and several of the source: ``jumps`` keeps where the two run apart.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias

from healthcare_runtime.masking.patient_facts import PatientFacts, Sex
from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType

Jumps: TypeAlias = tuple[tuple[int, int], ...]
"""Pairs of text position and source position from which both advance together, up to the next pair."""

_VERSION: Final = 1


class DocumentFormat(StrEnum):
    """What a document is, decided by its content."""

    TEXT = "text"
    PDF = "pdf"  # its text layer; what leaves is text
    HL7V2 = "hl7v2"
    XML = "xml"
    CDA = "cda"
    FHIR = "fhir"
    CSV = "csv"


class PassageRole(StrEnum):
    """What is done with a passage."""

    FREE_TEXT = "FREE_TEXT"  # the detector reads it
    IDENTIFIER = "IDENTIFIER"  # the format says what it is: masked as a whole
    COPY = "COPY"  # on an allow-list: codes, units, numbers
    DROP = "DROP"  # never leaves


class Escape(StrEnum):
    """How a replacement is written into the source."""

    NONE = "NONE"
    JSON = "JSON"  # inside a string
    XML = "XML"  # character data or an attribute's value
    XML_IN_JSON = "XML_IN_JSON"  # of XHTML inside a string
    CDATA = "CDATA"
    BASE64 = "BASE64"  # UTF-8 text, encoded: written anew as a whole
    HL7 = "HL7"
    CSV = "CSV"  # a cell without quotes
    CSV_QUOTED = "CSV_QUOTED"


@dataclass(frozen=True, slots=True)
class Removal:
    """How the format does without a value: this span of the source is replaced by this text."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of content, decoded.

    Parameters
    ----------
    text
        What a reader sees. Empty for DROP: what never leaves needs no copy.
    start, end
        Where it stands in the source.
    path
        Its place in the structure: names of elements and numbers, never values.
    jumps
        None where text and source are the same characters.
    removal
        None where an empty value is how the format does without one.
    """

    text: str
    start: int
    end: int
    role: PassageRole
    path: str
    phi_type: PhiType | None = None
    kind: PhiKind = PhiKind.UNKNOWN
    escape: Escape = Escape.NONE
    jumps: Jumps | None = None
    removal: Removal | None = None

    def source_position(self, index: int) -> int:
        """Where the character ``text[index]`` begins in the source; ``len(text)`` gives the end."""
        if index >= len(self.text):
            return self.end
        if self.jumps is None:
            return self.start + index
        at = bisect_right(self.jumps, index, key=lambda jump: jump[0]) - 1
        text_position, source_position = self.jumps[at]
        return source_position + index - text_position

    def source_end(self, index: int) -> int:
        """Where the stretch that ends before ``text[index]`` ends in the source: with the whole of an escape."""
        if self.jumps is None or index >= len(self.text):
            return self.source_position(index)
        at = bisect_left(self.jumps, index, key=lambda jump: jump[0])
        if at < len(self.jumps) and self.jumps[at][0] == index:
            return self.jumps[at][1]
        return self.source_position(index)

    def __repr__(self) -> str:
        return f"Passage({self.role}, {self.path}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One billed service, as the fraud score needs it. Texts as they stand; empty: not given."""

    claim: str = ""
    patient: str = ""
    provider: str = ""
    service_date: str = ""
    procedure: str = ""
    diagnosis: str = ""
    units: float | None = None
    amount: float | None = None

    def __repr__(self) -> str:
        return "ClaimLine()"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """What a format's reader made of a document.

    Parameters
    ----------
    source
        The whole document, decoded; its declarations of a character set say UTF-8, which is how it leaves.
    passages
        In order of the source, not overlapping. What no passage covers is syntax and leaves as it is.
    patient
        ``system|value`` where the structure names exactly one patient.
    identifiers
        Every number of that patient, ``patient`` among them, and ``Patient/id`` where resources are named.
    known
        Values that identify this patient, to sweep free text for.
    language_hint
        BCP 47 as the document declares it; empty: it does not.
    """

    format: DocumentFormat
    source: str
    passages: tuple[Passage, ...]
    patient: str | None = None
    identifiers: tuple[str, ...] = ()
    known: tuple[KnownIdentifier, ...] = ()
    language_hint: str = ""
    facts: PatientFacts | None = None
    claims: tuple[ClaimLine, ...] | None = None
    embedded_images: int = 0
    """Pictures that stand for themselves: a page that is only an image, a photograph as an attachment."""
    patients: int = 0
    """How many different patients the structure names; masking knows one. 0: it names none."""

    def __post_init__(self) -> None:
        if any(one.end > other.start for one, other in pairwise(self.passages)):
            raise ValueError("passages: must be in order and not overlap")

    def __repr__(self) -> str:
        return f"DocumentText({self.format}, {len(self.passages)} passages)"

    def to_json(self) -> str:
        """The document for the work bucket. It is PHI."""
        return json.dumps(
            {
                "version": _VERSION,
                "format": self.format,
                "source": self.source,
                "passages": [_passage_row(passage) for passage in self.passages],
                "patient": self.patient,
                "identifiers": self.identifiers,
                "known": [[one.value, one.type, one.kind] for one in self.known],
                "languageHint": self.language_hint,
                "facts": _facts_row(self.facts),
                "claims": None if self.claims is None else [_claim_row(claim) for claim in self.claims],
                "embeddedImages": self.embedded_images,
                "patients": self.patients,
            }
        )

    @classmethod
    def from_json(cls, body: str) -> DocumentText:
        """Read what ``to_json`` wrote; ValueError if another version did."""
        read = json.loads(body)
        if read["version"] != _VERSION:
            raise ValueError("document text: written by another version; process the document again")
        return cls(
            format=DocumentFormat(read["format"]),
            source=read["source"],
            passages=tuple(_read_passage(row) for row in read["passages"]),
            patient=read["patient"],
            identifiers=tuple(read.get("identifiers", ())),  # held documents may be of a release before this one
            known=tuple(KnownIdentifier(value, PhiType(kind), PhiKind(more)) for value, kind, more in read["known"]),
            language_hint=read["languageHint"],
            facts=_read_facts(read["facts"]),
            claims=None if read["claims"] is None else tuple(_read_claim(row) for row in read["claims"]),
            embedded_images=read["embeddedImages"],
            patients=read["patients"],
        )


_Row: TypeAlias = list[object]


def _passage_row(one: Passage) -> _Row:
    removal = None if one.removal is None else [one.removal.start, one.removal.end, one.removal.text]
    return [one.text, one.start, one.end, one.role, one.path, one.phi_type, one.kind, one.escape, one.jumps, removal]


def _read_passage(row: list) -> Passage:  # type: ignore[type-arg]  # a row of our own JSON
    text, start, end, role, path, phi_type, kind, escape, jumps, removal = row
    return Passage(
        text=text,
        start=start,
        end=end,
        role=PassageRole(role),
        path=path,
        phi_type=None if phi_type is None else PhiType(phi_type),
        kind=PhiKind(kind),
        escape=Escape(escape),
        jumps=None if jumps is None else tuple((to, at) for to, at in jumps),
        removal=None if removal is None else Removal(*removal),
    )


def _facts_row(facts: PatientFacts | None) -> _Row | None:
    if facts is None:
        return None
    days = (None if day is None else day.isoformat() for day in (facts.birth_date, facts.death_date))
    return [*days, facts.sex, facts.known_names]


def _read_facts(row: list | None) -> PatientFacts | None:  # type: ignore[type-arg]
    if row is None:
        return None
    birth, death, sex, names = row
    return PatientFacts(
        birth_date=None if birth is None else date.fromisoformat(birth),
        death_date=None if death is None else date.fromisoformat(death),
        sex=Sex(sex),
        known_names=tuple(names),
    )


def _claim_row(one: ClaimLine) -> _Row:
    texts = (one.claim, one.patient, one.provider, one.service_date, one.procedure, one.diagnosis)
    return [*texts, one.units, one.amount]


def _read_claim(row: list) -> ClaimLine:  # type: ignore[type-arg]
    claim, patient, provider, service_date, procedure, diagnosis, units, amount = row
    return ClaimLine(
        claim=claim,
        patient=patient,
        provider=provider,
        service_date=service_date,
        procedure=procedure,
        diagnosis=diagnosis,
        units=units,
        amount=amount,
    )
