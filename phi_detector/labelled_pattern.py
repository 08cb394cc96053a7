"""Regular expressions that begin with a word: tried where the text has that word, not at every character."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]+")
_PIECE: Final = re.compile(r"\\.|\[[^]]*\]|.", re.DOTALL)
_LETTERS: Final = re.compile(r"[a-z]+")
_REPEATED: Final = re.compile(r"\?|\*|\+|\{[\d,]+\}")
_NO_LETTER: Final = re.compile(r"(?:\[ \]|\\[.b]|[ /'-]|\(\?=(?:\[[^]a-z\\^]+\]|[:#/])\))(?![?*{])")
_OPTIONAL: Final = ("?", "*", "{0")
_LONGEST: Final = 6
_END: Final = " "  # of a head that is a whole word


class Words:
    """Where the words of a text begin: runs of the letters A to Z, whatever their case.

    Read once, it serves every pattern and every form of the text that has its letters at the same offsets.
    """

    def __init__(self, text: str) -> None:
        begins: dict[str, list[int]] = defaultdict(list)
        for word in _WORD.finditer(text):
            begins[word.group().lower()].append(word.start())
        self._by_head: dict[str, list[list[int]]] = defaultdict(list)
        for spelling, where in begins.items():
            self._by_head[spelling + _END].append(where)
            for length in range(1, min(len(spelling), _LONGEST) + 1):
                self._by_head[spelling[:length]].append(where)

    def begins(self, heads: frozenset[str]) -> list[int]:
        """Sorted offsets of the words that begin with one of ``heads``, of which none begins with another."""
        return sorted(
            begin for head in heads & self._by_head.keys() for where in self._by_head[head] for begin in where
        )


class LabelledPattern:
    r"""A label at the begin of a word, and what stands behind it.

    Finds what ``re.compile(f"{before}(?:{labels}){behind}")`` finds, but takes no Turkish dotted or dotless i for an i.

    Parameters
    ----------
    labels
        Alternatives in the syntax of ``re``, each of which begins with a letter: ``"runs?|(?:grey )?van|[tf](?=:)"``.
        Their case does not matter, unless they are ``cased``.
    behind
        The rest of the expression, whose case matters. Every repetition is bounded.
    before
        Assertions on what stands before; a letter never does.
    whole
        No letter goes on behind the label: ``"by"`` is none of "byte". Short labels should be so: they are faster.

    Raises
    ------
    ValueError
        If a label may begin with anything but a letter.
    """

    def __init__(self, labels: str, behind: str, *, before: str = "", whole: bool = False, cased: bool = False) -> None:
        behind = f"(?![A-Za-z]){behind}" if whole else behind
        form = r"(?<![A-Za-z]){}(?:{}){}" if cased else r"(?i:(?<![a-z]){}(?:{})){}"
        self.pattern: Final = re.compile(form.format(before, labels, behind))
        self._heads: Final = _shortest(_heads(labels.lower(), _END if whole else ""))

    def finditer(self, text: str, words: Words | None = None) -> Iterator[re.Match[str]]:
        """Matches from left to right, none of which overlaps another; ``words`` are those of the text, if known."""
        end = 0
        for begin in (words or Words(text)).begins(self._heads):
            match = self.pattern.match(text, begin) if begin >= end else None
            if match:
                yield match
                end = match.end()

    def match(self, text: str, begin: int) -> re.Match[str] | None:
        """The match that begins at an offset."""
        return self.pattern.match(text, begin)


def _shortest(heads: Iterable[str]) -> frozenset[str]:
    """Without those that begin with another one."""
    every = {head if head.endswith(_END) else head[:_LONGEST] for head in heads}
    return frozenset(one for one in every if not any(one.startswith(other) for other in every - {one}))


def _heads(expression: str, end: str) -> Iterator[str]:
    """The letters that each alternative of an expression begins with, and ``_END`` or ``end`` if that is a word."""
    for alternative in _split(expression, "|"):
        piece = _PIECE.match(alternative)
        if piece and piece.group() == "(":
            group, *behind = _split(re.sub(r"^\((?:\?(?:-?i)?:)?", "", alternative), ")")
            yield from _heads(group, end if behind == [""] else "")
            yield from _heads_without(")".join(behind), end)
        elif piece and piece.group().startswith("["):
            letters = filter(re.compile(piece.group()).fullmatch, map(chr, range(128)))
            yield from _heads("|".join(letter + alternative[piece.end() :] for letter in letters), end)
        else:
            yield from _heads_of_letters(alternative, end)


def _heads_of_letters(alternative: str, end: str) -> Iterator[str]:
    letters = _LETTERS.match(alternative)
    if not letters:
        raise ValueError(f"{alternative}: a label must begin with a letter")
    word, behind = letters.group(), alternative[letters.end() :]
    if not behind:
        yield word + end
    elif behind == "?" and len(word) > 1:
        yield from (word + end, word[:-1] + end)
    elif not _REPEATED.match(behind):
        yield word + (_END if _NO_LETTER.match(behind) else "")
    elif len(word) > 1:
        yield word[:-1]
    else:
        yield word
        yield from _heads_without(behind, end)


def _heads_without(behind: str, end: str) -> Iterator[str]:
    """The heads of what stands behind something that may be left out, if it may."""
    if behind.startswith(_OPTIONAL):
        yield from _heads(_REPEATED.sub("", behind, count=1), end)


def _split(expression: str, mark: str) -> Iterator[str]:
    """The parts of an expression between marks that stand in no group and no class of characters."""
    depth, part = 0, ""
    for piece in _PIECE.findall(expression):
        if piece == mark and depth == 0:
            yield part
            part = ""
            continue
        depth += (piece == "(") - (piece == ")")
        part += piece
    yield part
