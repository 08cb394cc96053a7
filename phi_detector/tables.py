"""Tables of a text: lines that a delimiter or blanks cut into cells, and the cells that stand below a head.

Which words are heads, and what they say, the language knows (``english.columns``, ``japanese.tables``).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

FEWEST_CELLS: Final = 3
_DELIMITERS: Final = ("\t", "|", ";", ",")
_QUOTED: Final = re.compile(r'"[^"\n]{0,400}"')
_RULE: Final = re.compile(r"[-=+|_:─━┼┬┴\s]*")
_BLANKS: Final = re.compile(r" {2,}|\u3000{2,}|\t+")
_AROUND: Final = ' \t\u3000"'

_LONGEST: Final = 120  # lines below a head, where prose between them counts more
_LINE_OF_PROSE: Final = 20
_LINE_WITHOUT_COLUMNS: Final = 5
_EMPTY_LINE: Final = 15
_RAGGED: Final = 2  # cells that a row may have more or fewer than its heads
_SHIFTED: Final = 3  # characters by which a cell may stand beside its head

Meaning = TypeVar("Meaning")
Says = Callable[[Sequence[str]], Mapping[int, Meaning] | None]
"""What the cells of a line say as heads, by their number; None where they are no heads."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without the blanks and quotes around it; offsets into the text."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class MeantCell(Cell, Generic[Meaning]):
    """A cell below a head that says something. ``flush``: it begins or ends, or is counted, as its head does."""

    meaning: Meaning
    flush: bool = True


def below_heads(text: str, says: Says[Meaning]) -> Iterator[MeantCell[Meaning]]:
    """Every cell below a head that says something, however the table is written."""
    lines = list(_lines(text))
    for delimiter in _DELIMITERS:
        yield from _delimited(lines, delimiter, says)
    yield from _aligned(lines, says)


def even_tables(text: str, *, most_rows: int) -> Iterator[list[list[Cell]]]:
    """Runs of lines that are cut into equally many cells in the same way; rules and empty lines do not end them."""
    rows: list[list[Cell]] = []
    cut_by = ""
    for begin, line in _lines(text):
        if _RULE.fullmatch(line):
            continue
        delimiter = next((one for one in _DELIMITERS if line.count(one) >= FEWEST_CELLS - 1), "")
        cells = _cut(line, begin, delimiter) if delimiter else _cut_by_blanks(line, begin)
        if rows and (len(cells) != len(rows[0]) or delimiter != cut_by or len(rows) >= most_rows):
            yield rows
            rows = []
        if len(cells) >= FEWEST_CELLS:
            rows.append(cells)
            cut_by = delimiter
    if rows:
        yield rows


def _lines(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for line in text.split("\n"):
        yield begin, line
        begin += len(line) + 1


def _cut(line: str, begin: int, delimiter: str) -> list[Cell]:
    seen = line
    if delimiter in ",;" and '"' in line:  # inside of quotes they part nothing
        seen = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), line)
    cells = []
    at = 0
    for part in seen.split(delimiter):
        cells.append(_cell(line[at : at + len(part)], begin + at))
        at += len(part) + 1
    return cells


def _cut_by_blanks(line: str, begin: int) -> list[Cell]:
    cells, last = [], 0
    for gap in _BLANKS.finditer(line):
        if gap.start() > last:
            cells.append(_cell(line[last : gap.start()], begin + last))
        last = gap.end()
    if last < len(line):
        cells.append(_cell(line[last:], begin + last))
    return cells


def _cell(part: str, begin: int) -> Cell:
    inner = part.strip(_AROUND)
    begin += part.find(inner)
    return Cell(begin, begin + len(inner), inner)


def _delimited(lines: Sequence[tuple[int, str]], delimiter: str, says: Says[Meaning]) -> Iterator[MeantCell[Meaning]]:
    meanings: Mapping[int, Meaning] = {}
    width = below = 0
    for begin, line in lines:
        if line.count(delimiter) < FEWEST_CELLS - 1:
            if meanings and not line.startswith((" ", "\t")) and not _RULE.fullmatch(line):
                below += _LINE_OF_PROSE
            if below > _LONGEST:
                meanings = {}
            continue
        cells = _cut(line, begin, delimiter)
        said = says([cell.text for cell in cells])
        if said is not None:
            meanings, width, below = said, len(cells), 0
            continue
        below += 1
        if abs(len(cells) - width) <= _RAGGED:
            for at, cell in enumerate(cells):
                if at in meanings:
                    yield MeantCell(cell.begin, cell.end, cell.text, meanings[at])


def _aligned(lines: Sequence[tuple[int, str]], says: Says[Meaning]) -> Iterator[MeantCell[Meaning]]:
    heads: list[tuple[int, int, Meaning | None]] = []  # columns of the line, and what they say
    below = 0
    for begin, line in lines:
        if "|" in line or not _BLANKS.search(line.strip()):
            below += _LINE_WITHOUT_COLUMNS if line.strip() else _EMPTY_LINE
            continue
        cells = _cut_by_blanks(line, begin) if "\t" not in line else []
        said = says([cell.text for cell in cells])
        if said is not None:
            heads = [(cell.begin - begin, cell.end - begin, said.get(at)) for at, cell in enumerate(cells)]
            below = 0
            continue
        below += 1
        if below > _LONGEST:
            heads = []
        for at, cell in enumerate(cells if heads else []):
            if len(cells) == len(heads):
                above, flush = heads[at][2], True
            else:
                above, flush = _only_head_above(heads, cell.begin - begin, cell.end - begin)
            if above is not None:
                yield MeantCell(cell.begin, cell.end, cell.text, above, flush)


def _only_head_above(
    heads: Sequence[tuple[int, int, Meaning | None]], begin: int, end: int
) -> tuple[Meaning | None, bool]:
    above = [head for head in heads if head[0] < end and begin < head[1]]
    if len(above) != 1:
        return None, False
    one, two, meaning = above[0]
    return meaning, abs(begin - one) <= _SHIFTED or abs(end - two) <= _SHIFTED
