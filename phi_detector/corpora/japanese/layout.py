"""How a note reaches us: wrapped at a column, full-width, with the noise of old systems. Entities move along."""

import unicodedata
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from healthcare_runtime.phi_entity import PhiEntity

_WIDE: Final = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/().:",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ－／（）．：",
)
_NO_START: Final = frozenset("、。)）」』,.・ー")


def wrapped(text: str, entities: Sequence[PhiEntity], columns: int, indent: int) -> tuple[str, list[PhiEntity]]:
    """Break lines at ``columns`` (a wide character takes two), entities or not; later lines get ``indent`` spaces."""
    out: list[str] = []
    moved: list[int] = []
    column = position = 0
    for character in text:
        width = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if character != "\n" and column + width > columns and character not in _NO_START:
            out.append("\n" + " " * indent)
            position += 1 + indent
            column = indent
        moved.append(position)
        out.append(character)
        position += 1
        column = 0 if character == "\n" else column + width
    return "".join(out), [
        PhiEntity(moved[one.begin], moved[one.end - 1] + 1, one.type, one.score, one.kind) for one in entities
    ]


def full_width(text: str) -> str:
    """Digits, capitals and marks as an old system prints them; the same length."""
    return text.translate(_WIDE)


def broken(text: str, entities: Sequence[PhiEntity], rng: Random) -> tuple[str, list[PhiEntity]]:
    """End a line inside of every other entity, as narrow cells and pasted mails do."""
    breaks: set[int] = set()
    for one in entities:
        joints = [
            at for at in range(one.begin + 1, one.end) if text[at] == " " or min(text[at - 1 : at + 1]) > "\u2e80"
        ]
        if joints and rng.random() < 0.5:
            breaks.add(rng.choice(joints))
    out: list[str] = []
    moved: list[int] = []
    position = 0
    for at, character in enumerate(text):
        if at in breaks and character != " ":
            out.append("\n")
            position += 1
        moved.append(position)
        out.append("\n" if at in breaks and character == " " else character)
        position += 1
    return "".join(out), [
        PhiEntity(moved[one.begin], moved[one.end - 1] + 1, one.type, one.score, one.kind) for one in entities
    ]


def chosen_layout(rng: Random) -> Callable[[str, Sequence[PhiEntity]], tuple[str, list[PhiEntity]]]:
    """One layout for a whole note."""
    columns = rng.choice((0, 0, 0, 60, 68, 76, 80, 80))
    indent = rng.choice((0, 0, 0, 2, 4))
    wide = rng.random() < 0.15
    torn = not columns and rng.random() < 0.3

    def apply(text: str, entities: Sequence[PhiEntity]) -> tuple[str, list[PhiEntity]]:
        shown = full_width(text) if wide else text
        if torn:
            return broken(shown, entities, rng)
        return wrapped(shown, entities, columns, indent) if columns else (shown, list(entities))

    return apply
