"""One template out of several: paragraphs of whole notes, so that no note is learnt by heart."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from phi_detector.corpora.handwritten.template import Template

_BETWEEN_PARAGRAPHS: Final = re.compile(r"(?<=\n)(?=\n)|(?<=\n)(?=[^\n]*\n[-=_─━]{4,})")
_LINES_OF_A_PARAGRAPH: Final = 12
_LONGEST: Final = 4500  # characters of a template before its fields are filled, about


def collage(templates: Sequence[Template], draw: random.Random) -> Template:
    """A whole template now and then, if it is short; else some paragraphs of one to three, in their order."""
    first = draw.choice(templates)
    if len(first.body) < _LONGEST and draw.random() < 0.3:
        return first
    chosen = [first, *(draw.choice(templates) for _ in range(draw.choice((0, 1, 1, 2))))]
    pieces = [piece for one in chosen for piece in _paragraphs(one.body)]
    share = min(0.8, draw.uniform(0.3, 1.0) * _LONGEST / sum(map(len, pieces)))
    kept = [piece for piece in pieces if draw.random() < share]
    return replace(first, body="".join(kept) or pieces[0])


def _paragraphs(body: str) -> list[str]:
    found: list[str] = []
    for paragraph in _BETWEEN_PARAGRAPHS.split(body):
        lines = paragraph.splitlines(keepends=True)
        found += ["".join(lines[at : at + _LINES_OF_A_PARAGRAPH]) for at in range(0, len(lines), _LINES_OF_A_PARAGRAPH)]
    return found
