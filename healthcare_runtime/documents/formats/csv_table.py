"""Tables in text: comma, semicolon, tabulator or bar between cells, quotes as in RFC 4180."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.documents.formats.codes import is_code, is_measure
from healthcare_runtime.documents.formats.csv_columns import UNKNOWN, Column, Heading, heading_of
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.limits import MAXIMUM_PASSAGES
from healthcare_runtime.documents.formats.unescaping import unescape
from healthcare_runtime.documents.passage import ClaimLine, DocumentFormat, DocumentText, Escape, Passage, PassageRole
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.masking.patient_facts import PatientFacts
from healthcare_runtime.phi_entity import KnownIdentifier, PhiType

_SEPARATORS: Final = ",;\t|"
_DOUBLED: Final = re.compile('""')
_SNIFFED_ROWS: Final = 20
_LEAST_COLUMNS: Final = 2
_LEAST_KNOWN: Final = 2
_LONGEST_HEADING: Final = 60
_STAFF: Final = re.compile(
    r"(?i)attending|referring|ordering|physician|doctor|nurse|clinician|provider|医師|主治医|担当"
)


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    quoted: bool


def is_csv(text: str, *, named: bool) -> bool:
    """Whether a text is a table: its first rows agree in their number of cells, and its headings are known ones.

    ``named`` says that the sender calls it one: then it is enough that rows agree.
    """
    separator = _separator(text)
    if separator is None:
        return False
    rows = _first_rows(text, separator)
    if len(rows) < 2 or len({len(row) for row in rows}) > 1 or len(rows[0]) < _LEAST_COLUMNS:
        return False
    titles = [_text(text, cell) for cell in rows[0]]
    known = sum(heading_of(title) is not UNKNOWN for title in titles)
    return named or (known * 2 >= len(titles) and all(len(title) <= _LONGEST_HEADING for title in titles))


def looks_like_rows(text: str) -> bool:
    """Whether the first line has separators, so that a text that should be a table and is none is a damaged one."""
    return any(mark in text.partition("\n")[0] for mark in _SEPARATORS)


def read_csv(text: str) -> DocumentText:
    """The cells of a table.

    Raises
    ------
    DocumentDamagedError
        CSV_DAMAGED: a quote without end, or no separator. TOO_LARGE: too many cells.
    """
    separator = _separator(text)
    if separator is None:
        raise DocumentDamagedError(ReasonCode.CSV_DAMAGED)
    rows = _rows(text, separator)
    first = next(rows, [])
    headings = [heading_of(_text(text, cell)) for cell in first]
    if not any(heading.is_known for heading in headings):  # the first row is data like all others
        headings = [UNKNOWN] * len(first)
    passages = [_heading(text, cell, heading) for cell, heading in zip(first, headings, strict=True)]
    table: list[Sequence[_Cell]] = []
    for number, row in enumerate(rows, 1):
        table.append(row)
        for column, cell in enumerate(row):
            heading = headings[column] if column < len(headings) else UNKNOWN
            passages.append(_passage(text, cell, heading, f"row[{number}]/column[{column}]"))
        if len(passages) > MAXIMUM_PASSAGES:
            raise DocumentDamagedError(ReasonCode.TOO_LARGE)
    columns = {heading.column: at for at, heading in reversed(list(enumerate(headings))) if heading.column}
    numbers = {_at(text, row, columns.get(Column.PATIENT)) for row in table} - {""}
    identifiers = tuple(f"|{number}" for number in numbers) if len(numbers) == 1 else ()
    patients = numbers or _people(text, first, table, columns)
    return DocumentText(
        format=DocumentFormat.CSV,
        source=text,
        passages=tuple(passages),
        patient=next(iter(identifiers), None),
        identifiers=identifiers,
        known=tuple(_known(text, table, headings)) if len(patients) <= 1 else (),
        facts=PatientFacts() if len(patients) == 1 else None,
        claims=_claims(text, table, columns),
        patients=len(patients),
    )


def _separator(text: str) -> str | None:
    """The separator by which the first lines agree in the most cells."""
    best = max(_SEPARATORS, key=lambda mark: _agreement(text, mark))
    return best if _agreement(text, best) >= _LEAST_COLUMNS else None


def _agreement(text: str, separator: str) -> int:
    try:
        counts = {len(row) for row in _first_rows(text, separator)}
    except DocumentDamagedError:
        return 0
    return min(counts, default=0)


def _first_rows(text: str, separator: str) -> list[list[_Cell]]:
    rows: list[list[_Cell]] = []
    for row in _rows(text, separator):
        rows.append(row)
        if len(rows) == _SNIFFED_ROWS:
            break
    return rows


def _rows(text: str, separator: str) -> Iterator[list[_Cell]]:
    """Rows that are not blank. A quote opens a cell only at its start; one that never closes is damage."""
    mark = re.escape(separator)
    cell = re.compile(rf'"((?:[^"]++|"")*+)"(?=[{mark}\r\n]|\Z)|([^{mark}\r\n]*)')
    at, row = 0, list[_Cell]()
    while at <= len(text):
        match = cell.match(text, at)
        if match is None or (match[1] is None and match[2].startswith('"') and match[2].count('"') % 2):
            raise DocumentDamagedError(ReasonCode.CSV_DAMAGED)
        quoted = match[1] is not None
        row.append(_Cell(*(match.span(1) if quoted else match.span(2)), quoted))
        at = match.end()
        if text[at : at + 1] == separator:
            at += 1
            continue
        if len(row) > 1 or row[0].end > row[0].start:
            yield row
        row = []
        at += 2 if text[at : at + 2] == "\r\n" else 1


def _text(text: str, cell: _Cell) -> str:
    content = text[cell.start : cell.end]
    return content.replace('""', '"') if cell.quoted else content


def _heading(text: str, cell: _Cell, heading: Heading) -> Passage:
    role = PassageRole.COPY if heading.is_known else PassageRole.FREE_TEXT
    return _cell_passage(text, cell, Heading(role), "heading")


def _passage(text: str, cell: _Cell, heading: Heading, path: str) -> Passage:
    content = _text(text, cell)
    if heading.role is PassageRole.COPY and not (is_code(content) or is_measure(content)):
        heading = UNKNOWN
    if heading.role is PassageRole.IDENTIFIER and not content.strip():
        heading = Heading(PassageRole.COPY)
    return _cell_passage(text, cell, heading, path)


def _cell_passage(text: str, cell: _Cell, heading: Heading, path: str) -> Passage:
    content, jumps = (
        unescape(text, cell.start, cell.end, _DOUBLED, lambda _: '"')
        if cell.quoted
        else (text[cell.start : cell.end], None)
    )
    return Passage(
        text=content,
        start=cell.start,
        end=cell.end,
        role=heading.role,
        path=path,
        phi_type=heading.phi_type,
        kind=heading.kind,
        escape=Escape.CSV_QUOTED if cell.quoted else Escape.CSV,
        jumps=jumps,
    )


def _people(
    text: str, titles: Sequence[_Cell], table: Sequence[Sequence[_Cell]], columns: Mapping[Column, int]
) -> set[str]:
    """Patients of a table without record numbers: by name, unless it is that of staff, and date of birth."""
    name = columns.get(Column.NAME)
    if name is not None and _STAFF.search(_text(text, titles[name])):
        name = None
    people = {" ".join((_at(text, row, name), _at(text, row, columns.get(Column.BIRTH)))).strip() for row in table}
    return people - {""}


def _known(text: str, table: Sequence[Sequence[_Cell]], headings: Sequence[Heading]) -> Iterator[KnownIdentifier]:
    wanted = {PhiType.NAME, PhiType.ID, PhiType.PHONE_OR_FAX, PhiType.EMAIL}
    found: dict[str, KnownIdentifier] = {}
    for row in table:
        for cell, heading in zip(row, headings, strict=False):
            value = _text(text, cell).strip()
            if heading.phi_type in wanted and heading.phi_type is not None and len(value) >= _LEAST_KNOWN:
                found.setdefault(value, KnownIdentifier(value, heading.phi_type, heading.kind))
    yield from found.values()


def _claims(text: str, table: Sequence[Sequence[_Cell]], columns: Mapping[Column, int]) -> tuple[ClaimLine, ...] | None:
    """The lines of a table of claims: one with amounts, and procedures or diagnoses."""
    if Column.AMOUNT not in columns or not {Column.PROCEDURE, Column.DIAGNOSIS} & columns.keys():
        return None
    return tuple(
        ClaimLine(
            claim=_at(text, row, columns.get(Column.CLAIM)),
            patient=_at(text, row, columns.get(Column.PATIENT)),
            provider=_at(text, row, columns.get(Column.PROVIDER)),
            service_date=_at(text, row, columns.get(Column.DATE)),
            procedure=_at(text, row, columns.get(Column.PROCEDURE)),
            diagnosis=_at(text, row, columns.get(Column.DIAGNOSIS)),
            units=_number(_at(text, row, columns.get(Column.UNITS))),
            amount=_number(_at(text, row, columns.get(Column.AMOUNT))),
        )
        for row in table
    )


def _at(text: str, row: Sequence[_Cell], column: int | None) -> str:
    return _text(text, row[column]).strip() if column is not None and column < len(row) else ""


def _number(text: str) -> float | None:
    digits = re.sub(r"[$¥€,\s]", "", text)
    return float(digits) if re.fullmatch(r"[+-]?\d{1,15}(?:\.\d{1,6})?", digits) else None
