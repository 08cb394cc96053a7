"""Decides by its content what a document is, and has the format's reader find its passages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from healthcare_runtime.documents.formats.charset import decode
from healthcare_runtime.documents.formats.csv_table import is_csv, looks_like_rows, read_csv
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.fhir import read_fhir
from healthcare_runtime.documents.formats.hl7v2 import is_hl7v2, read_hl7v2
from healthcare_runtime.documents.formats.pdf import read_pdf
from healthcare_runtime.documents.formats.plain_text import read_plain_text
from healthcare_runtime.documents.formats.signatures import is_pdf, refusal
from healthcare_runtime.documents.formats.xml_document import read_xml
from healthcare_runtime.documents.passage import DocumentText, PassageRole
from healthcare_runtime.documents.reasons import ReasonCode

MAXIMUM_BYTES: Final = 20 * 1024 * 1024
_XML: Final = re.compile(
    r"<\?xml\s|<!DOCTYPE\s|<!--|<[A-Za-z_][\w.-]*(?::[\w.-]+)?(?:\s+[\w:.-]+\s*=|\s*/?>)", re.IGNORECASE
)
_MARKUP: Final = re.compile(r"<!doctype\s+html|<(?:html|script|head|body|svg)\b", re.IGNORECASE)
_JSON: Final = re.compile(r"\{\s*(?:\"|\}|\Z)|\[\s*\{")
# Also a message that lost its header: it cannot be read, and is no text.
_HL7_START: Final = re.compile(r"(?:(?:MSH|FHS|BHS)[^\w\s]|(?:PID|EVN|PV1|ORC|OBR|OBX|NK1|TXA)\|)")
_LEADING: Final = "\ufeff \t\r\n\x0b"
_HEAD: Final = 1_000
_LEAST_KNOWN: Final = 4


@dataclass(frozen=True, slots=True)
class ContentHint:
    """What the sender says a document is. Content decides; this breaks ties."""

    name: str = ""
    content_type: str = ""

    @property
    def is_table(self) -> bool:
        return self.name.lower().endswith((".csv", ".tsv")) or self.content_type.startswith("text/csv")

    def __repr__(self) -> str:
        return "ContentHint()"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a document is not read."""

    reason: ReasonCode


def read(
    body: bytes, *, declared: ContentHint | None = None, maximum_bytes: int = MAXIMUM_BYTES
) -> DocumentText | Unreadable:
    """The passages of a document, or why there are none. Total: no content raises.

    Parameters
    ----------
    body
        The object as it arrived.
    maximum_bytes
        A larger body is TOO_LARGE.
    """
    if not body.strip(b" \t\r\n\0"):
        return Unreadable(ReasonCode.EMPTY)
    if len(body) > maximum_bytes:
        return Unreadable(ReasonCode.TOO_LARGE)
    refused = refusal(body)
    if refused is not None:
        return Unreadable(refused)
    try:
        text = read_pdf(body) if is_pdf(body) else _read_text(decode(body), declared or ContentHint())
    except DocumentDamagedError as damage:
        return Unreadable(damage.reason)
    return _without_trust(text)


def _read_text(text: str, declared: ContentHint) -> DocumentText:
    start = text.lstrip(_LEADING)
    if not start:
        raise DocumentDamagedError(ReasonCode.EMPTY)
    head = start[:_HEAD]
    if _MARKUP.match(head):
        raise DocumentDamagedError(ReasonCode.MARKUP_UNSUPPORTED)
    if _HL7_START.match(head):
        # A wrong beginning of what wants to be a message is damage, not text.
        return read_hl7v2(start if is_hl7v2(start) else text)
    if _XML.match(head):
        return read_xml(start)
    if _JSON.match(head):
        return read_fhir(start)
    if is_csv(start, named=declared.is_table):
        return read_csv(start)
    if declared.is_table and looks_like_rows(start):
        raise DocumentDamagedError(ReasonCode.CSV_DAMAGED)
    return read_plain_text(text)


def _without_trust(text: DocumentText) -> DocumentText:
    """Codes in which a known identifier stands are no codes: the detector reads them, and sweeps for it."""
    known = {one.value.casefold() for one in text.known if len(one.value) >= _LEAST_KNOWN}
    if not known:
        return text
    passages = tuple(
        replace(passage, role=PassageRole.FREE_TEXT)
        if passage.role is PassageRole.COPY and any(value in passage.text.casefold() for value in known)
        else passage
        for passage in text.passages
    )
    return replace(text, passages=passages)
