"""Text as recognisers see it: folded to one form, with the way back to the original offsets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NormalisedText:
    r"""A text, or a part of one, in normal form.

    Parameters
    ----------
    text
        Code points in normal form (``phi_detector.normalisation``). Line ends are ``"\n"``.
    flat
        ``text`` with a space for every line end that a hard wrap may have put there: the same length. Line ends
        before an empty line, a bullet or a label stay, so that no entity reaches into the next field.
    begins, ends
        For each code point of ``text`` the span of the original text that it came from.
    """

    text: str
    flat: str
    begins: Sequence[int]
    ends: Sequence[int]

    def original_span(self, begin: int, end: int) -> tuple[int, int]:
        """The span of the original text, for a span of ``text`` that is not empty.

        What the normaliser dropped (zero-width characters) belongs to an entity inside of it, not at its edges.
        """
        return self.begins[begin], self.ends[end - 1]

    def part(self, begin: int, end: int) -> "NormalisedText":
        """The text between two offsets, which still leads back to the original."""
        return NormalisedText(self.text[begin:end], self.flat[begin:end], self.begins[begin:end], self.ends[begin:end])

    def reading(self, text: str) -> "NormalisedText":
        """Another reading of the same code points: case restored, OCR confusions repaired. Same length."""
        if len(text) != len(self.text):
            raise ValueError("reading: must have the length of the text that it reads")
        return NormalisedText(text, flattened(text), self.begins, self.ends)


_WRAP = re.compile(
    r"\n(?![ ]{0,20}(?:\n|$|[-*\u2022#>][ ]|\d{1,2}[.)][ ]|"
    r"[A-Za-z][A-Za-z/&'.#-]{0,20}(?:[ ][A-Za-z/&'().#-]{1,20}){0,3}[ ]?:))"
)


def flattened(text: str) -> str:
    """``text`` with its hard wraps undone."""
    return _WRAP.sub(" ", text)
