"""Cells that a spreadsheet would compute instead of showing: they leave with an apostrophe before them.

OWASP, "CSV Injection", would quote all that begins with ``=``, ``+``, ``-`` or ``@``. That changes clinical data:
``-1.5`` is a base excess, ``+++`` a finding, ``-ve`` a result. So a cell that begins with a sign is touched only if it
could call something or reach out of its table; a number never is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from healthcare_runtime.documents.passage import Escape, Passage
from healthcare_runtime.masking.replacement import Replacement, mask_text

NEUTRAL: Final = "'"

# Full-width forms are what a Japanese keyboard gives; spreadsheets of that locale take them.
_FORMULA: Final = re.compile(r"[=@\uff1d\uff20\t\r\n]")
_SIGNED: Final = re.compile(r"[+\-\uff0b\uff0d]")
# A call, a program behind DDE's bar, another sheet or file, a comparison, a text, an array.
_REACHES: Final = re.compile(r"[(|!=@\[{\"'\uff08\uff5c\uff01\uff1d\uff20]")
_SILENT: Final = re.compile(r"[ \u00a0\u200b\u3000\ufeff]*")  # what programs skip before they look
_ELSEWHERE: Final = re.compile(r"[;,\t]")  # separators of other locales, which no quote keeps from ending the cell


def is_formula(text: str) -> bool:
    """Whether a spreadsheet that opens a cell of this text might do something else than show it."""
    begin = _SILENT.match(text)
    seen = text[begin.end() if begin else 0 :]
    if _FORMULA.match(seen):
        return True
    return _SIGNED.match(seen) is not None and _REACHES.search(seen) is not None


def neutral_points(passage: Passage, replacements: Sequence[Replacement]) -> tuple[int, ...]:
    """Where in the text of a passage an apostrophe has to stand, once it is masked; none in other formats."""
    if passage.escape not in (Escape.CSV, Escape.CSV_QUOTED):
        return ()
    points = [0] if is_formula(mask_text(passage.text, replacements)) else []
    if passage.escape is Escape.CSV:  # masking writes no separators, so those of the source are all there are
        points += [
            mark.end()
            for mark in _ELSEWHERE.finditer(passage.text)
            if is_formula(passage.text[mark.end() :])
            and not any(one.begin <= mark.start() and mark.end() <= one.end for one in replacements)
        ]
    return tuple(points)
