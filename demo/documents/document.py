"""One document of the demo, and what must become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.reasons import ReasonCode


class Kind(StrEnum):
    """What the content is."""

    TEXT = "text"
    PDF = "pdf"
    HL7V2 = "hl7v2"
    CDA = "cda"
    FHIR = "fhir"
    CSV = "csv"
    LEGACY_TEXT = "legacy-text"  # Shift_JIS, EUC-JP, ISO-2022-JP
    IMAGE = "image"
    ARCHIVE = "archive"
    BINARY = "binary"
    MARKUP = "markup"


class ReasonFamily(StrEnum):
    """Why a document must not be processed, for people."""

    NONE = ""
    CONSENT = "consent"
    HOSTILE = "hostile"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    LANGUAGE = "language"
    PATIENT = "patient"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDocument:
    """An object to put.

    Parameters
    ----------
    name
        Object key. Some are hostile: quote them, never use them as paths.
    metadata
        User metadata of the object, ASCII: patient-id, purpose-of-use, submitter, document-type, jurisdiction.
    title
        For the page: no PHI.
    expected_reasons
        Any of these is right; empty for PROCESSED.
    patient
        ``system|value``; empty: nobody's.
    language
        ``en``, ``ja``, ``mixed``, ``und``.
    """

    name: str
    body: bytes
    metadata: Mapping[str, str]
    title: str
    kind: Kind
    expected: DocumentStatus
    expected_family: ReasonFamily = ReasonFamily.NONE
    expected_reasons: tuple[ReasonCode, ...] = ()
    patient: str = ""
    language: str = "und"

    def __repr__(self) -> str:
        return f"DemoDocument({self.title!r}, {len(self.body)} bytes)"
