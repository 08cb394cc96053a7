"""Puts replacements back into a document's source, escaped as its format asks: everything else stays byte for byte."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape as xml_escape  # writes, does not parse

from healthcare_runtime.documents.formats.csv_formulas import NEUTRAL, neutral_points
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Escape, Passage, PassageRole
from healthcare_runtime.masking.replacement import Action, Replacement, mask_text

EXTENSIONS: Final = {
    DocumentFormat.TEXT: (".txt", "text/plain; charset=utf-8"),
    DocumentFormat.PDF: (".txt", "text/plain; charset=utf-8"),  # what leaves of a PDF is its text
    DocumentFormat.HL7V2: (".hl7", "x-application/hl7-v2+er7; charset=utf-8"),
    DocumentFormat.XML: (".xml", "application/xml; charset=utf-8"),
    DocumentFormat.CDA: (".xml", "application/cda+xml; charset=utf-8"),
    DocumentFormat.FHIR: (".json", "application/fhir+json; charset=utf-8"),
    DocumentFormat.CSV: (".csv", "text/csv; charset=utf-8"),
}
"""Name's ending and content type of what ``render`` returns, encoded in UTF-8."""

_XML_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}
_HL7_LITERALS: Final = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": " ", "\n": " "}
)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def render(document: DocumentText, replacements: Sequence[Sequence[Replacement]], *, drop: bool = True) -> str:
    """The document with every replacement in its place, without what never leaves, and no cell of it a formula.

    Parameters
    ----------
    replacements
        Of each passage of ``document.passages``, in offsets of its text.
    drop
        False keeps DROP passages and formulas: then no replacements give the source back as it is.

    Raises
    ------
    ValueError
        Not as many as there are passages, or replacements that overlap.
    """
    parts: list[str] = []
    at = 0
    for edit in _edits(document, replacements, drop=drop):
        if edit.start < at:
            raise ValueError("replacements: must be in order and not overlap")
        parts += (document.source[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, document.source[at:]))


def _edits(document: DocumentText, replacements: Sequence[Sequence[Replacement]], *, drop: bool) -> Iterator[_Edit]:
    for passage, own in zip(document.passages, replacements, strict=True):
        if passage.role is PassageRole.DROP:
            if drop:
                yield _removed(passage)
        elif passage.escape is Escape.BASE64:
            if own:
                masked = mask_text(passage.text, own).encode("utf-8", "replace")
                yield _Edit(passage.start, passage.end, base64.b64encode(masked).decode())
        elif _goes_whole(passage, own):
            yield _removed(passage)
        else:
            yield from sorted(_written(passage, own, neutral=drop), key=lambda edit: (edit.start, edit.end))


def _written(passage: Passage, replacements: Sequence[Replacement], *, neutral: bool) -> Iterator[_Edit]:
    for point in neutral_points(passage, replacements) if neutral else ():
        at = passage.source_position(point)
        yield _Edit(at, at, NEUTRAL)
    for one in replacements:
        start, end = passage.source_position(one.begin), passage.source_end(one.end)
        yield _Edit(start, end, _escaped(one.text, passage.escape))


def _removed(passage: Passage) -> _Edit:
    if passage.removal is None:
        return _Edit(passage.start, passage.end, "")
    return _Edit(passage.removal.start, passage.removal.end, passage.removal.text)


def _goes_whole(passage: Passage, replacements: Sequence[Replacement]) -> bool:
    """Whether a typed field lost its only value, and its format has a way to say so."""
    if passage.role is not PassageRole.IDENTIFIER or len(replacements) != 1:
        return False
    (one,) = replacements
    if one.action is not Action.REMOVED or passage.text[: one.begin].strip() or passage.text[one.end :].strip():
        return False
    return passage.removal is not None or passage.escape in (Escape.HL7, Escape.CSV, Escape.CSV_QUOTED)


def _escaped(text: str, escape: Escape) -> str:
    match escape:
        case Escape.JSON:
            written = json.dumps(text, ensure_ascii=False)[1:-1]
        case Escape.XML:
            written = xml_escape(text, _XML_QUOTES)
        case Escape.XML_IN_JSON:
            written = json.dumps(xml_escape(text, _XML_QUOTES), ensure_ascii=False)[1:-1]
        case Escape.CDATA:
            written = text.replace("]]>", "]] >")
        case Escape.HL7:
            written = text.translate(_HL7_LITERALS)
        case Escape.CSV_QUOTED:
            written = text.replace('"', '""')
        case Escape.CSV:
            # A separator in a cell without quotes would be a new cell.
            written = "".join(" " if character in ',;\t|"\r\n' else character for character in text)
        case Escape.NONE | Escape.BASE64:
            written = text
    return written
