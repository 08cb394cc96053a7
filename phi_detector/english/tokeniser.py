"""Tokens of English notes and the features that the tagger reads: word, affixes, shape, lists, place on the line."""

import re
from functools import cache

import numpy as np

from phi_detector.english import words
from phi_detector.normalised_text import NormalisedText
from phi_detector.tagging import Tokens, feature_id

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_MOST_CACHED = 200_000  # untrusted text must not grow a table without end
_WORD, _PREFIX, _SUFFIX, _SHAPE, _LISTS, _PLACE_ON_LINE = range(6)


class EnglishTokeniser:
    """Words, runs of digits and single marks; line ends are a feature of the token behind, so that wraps vanish."""

    rows: tuple[int, ...] = (6000, 3000, 3000, 500, 64, 32)
    lexical: tuple[int, ...] = (_WORD, _PREFIX, _SUFFIX)

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, ...]] = {}

    def tokens(self, text: NormalisedText) -> Tokens:
        raw = text.text
        begins: list[int] = []
        ends: list[int] = []
        rows: list[tuple[int, ...]] = []
        known = self._known
        if len(known) > _MOST_CACHED:
            known.clear()
        before = 0
        for match in _TOKEN.finditer(raw):
            begin, end = match.span()
            token = match.group()
            features = known.get(token)
            if features is None:
                features = known[token] = _features(token)
            begins.append(begin)
            ends.append(end)
            rows.append((*features, _gap(raw[before:begin] if begins[1:] else "\n")))
            before = end
        return Tokens(begins, ends, np.array(rows, dtype=np.uint64).reshape(len(rows), len(self.rows)))


@cache
def _gap_ids() -> dict[str, int]:
    return {name: feature_id(_PLACE_ON_LINE, name) for name in ("glued", "space", "wide", "line", "indented", "blank")}


def _gap(gap: str) -> int:
    """What stands before a token: nothing, a space, a column, a line end, an empty line."""
    ids = _gap_ids()
    if not gap:
        return ids["glued"]
    if gap == " ":
        return ids["space"]
    lines = gap.count("\n")
    if not lines:
        return ids["wide"]
    if lines > 1:
        return ids["blank"]
    return ids["line"] if gap[-1] == "\n" else ids["indented"]


def _features(token: str) -> tuple[int, ...]:
    word = words.folded(token) if token[0].isalpha() else "0" * len(token) if token.isdigit() else token
    return (
        feature_id(_WORD, word),
        feature_id(_PREFIX, word[:3]),
        feature_id(_SUFFIX, word[-3:]),
        feature_id(_SHAPE, _shape(token)),
        feature_id(_LISTS, _lists(word)),
    )


def _shape(token: str) -> str:
    if token.isdigit():
        return f"d{min(len(token), 12)}:{token if len(token) < 3 else token[:2]}"
    if not token.isalpha():
        return token
    size = min(len(token), 9)
    if token.islower():
        return f"x{size}"
    if token.isupper():
        return f"X{size}"
    return f"Xx{size}" if token[1:].islower() else f"xX{size}"


def _lists(word: str) -> str:
    """Which lists have the word: ordinary, first name, family name, place."""
    return "".join(
        mark
        for mark, entries in (
            ("w", words.tagger_words()),
            ("f", words.first_names()),
            ("l", words.last_names()),
            ("p", words.place_words()),
        )
        if word in entries
    )
