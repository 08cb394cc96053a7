"""Hard-wrapped lines: what dictation systems, faxes and terminals do to a note, entities included."""

from __future__ import annotations

import unicodedata
from typing import Final

from phi_accuracy.annotated_text import AnnotatedText, GoldSpan

_NOT_AT_START: Final = "、。，．）」』】・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]},.:;!?%"


def wrap(note: AnnotatedText, width: int) -> AnnotatedText:
    """Break lines that are wider than ``width`` columns; East Asian wide characters count two.

    A break replaces the last space of the line. A line without one (Japanese) is cut between characters, within
    names and numbers too, but no line starts with a closing mark.
    """
    if not width:
        return note
    breaks: set[int] = set()
    cuts: set[int] = set()
    line_begin, space, columns = 0, -1, 0
    for index, character in enumerate(note.text):
        if character == "\n":
            line_begin, space, columns = index + 1, -1, 0
            continue
        if character == " " and not _is_gap(note.text, index, line_begin):
            space = index
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns <= width:
            continue
        if space > line_begin:
            breaks.add(space)
            line_begin = space + 1
        elif _is_japanese(character) and character not in _NOT_AT_START:
            cuts.add(index)
            line_begin = index
        else:
            continue
        space = -1
        columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in note.text[line_begin : index + 1])

    def edit(index: int, character: str, _: GoldSpan | None) -> str:
        if index in breaks:
            return "\n"
        return "\n" + character if index in cuts else character

    return note.rewrite(edit)


def _is_gap(text: str, index: int, line_begin: int) -> bool:
    """Whether a space belongs to the layout: indentation, or a column's distance."""
    return not text[line_begin:index].strip() or text[index - 1 : index + 2].count(" ") > 1


def _is_japanese(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
