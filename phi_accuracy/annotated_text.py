"""A text with its gold spans, and the one way to change the text so that the spans stay exact."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from healthcare_runtime.phi_entity import PhiType


@dataclass(frozen=True, slots=True, order=True)
class GoldSpan:
    """One identifier of the text, ``text[begin:end]``.

    Parameters
    ----------
    origin
        Of a person's name: the group that the name belongs to; empty for everything else.
    """

    begin: int
    end: int
    type: PhiType
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text, what must be found in it, and what may be found without harm.

    Parameters
    ----------
    gold
        Sorted, not overlapping.
    neutral
        Neither gold nor an error: a year alone, a weekday, a state or a country, a profession.
    """

    text: str
    gold: tuple[GoldSpan, ...]
    neutral: tuple[tuple[int, int], ...] = ()

    def rewrite(self, edit: Callable[[int, str, GoldSpan | None], str]) -> AnnotatedText:
        """Replace every character by ``edit(index, character, span that holds it)``, which may be longer or empty.

        Spans never begin or end with white space, so a line break put before an entity stays outside of it.
        """
        holder: dict[int, GoldSpan] = {index: span for span in self.gold for index in range(span.begin, span.end)}
        pieces = [edit(index, character, holder.get(index)) for index, character in enumerate(self.text)]
        starts = [0]
        for piece in pieces:
            starts.append(starts[-1] + len(piece))
        text = "".join(pieces)
        return AnnotatedText(
            text,
            tuple(
                GoldSpan(begin, end, span.type, span.origin)
                for span in self.gold
                for begin, end in [_trimmed(text, starts[span.begin], starts[span.end])]
                if begin < end
            ),
            tuple((starts[begin], starts[end]) for begin, end in self.neutral),
        )


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    while begin < end and text[begin].isspace():
        begin += 1
    while begin < end and text[end - 1].isspace():
        end -= 1
    return begin, end


def tells(character: str) -> bool:
    """Whether a character tells anything: letters, digits and their marks."""
    return unicodedata.category(character)[0] in "LNM"
