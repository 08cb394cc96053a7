"""Finds values that are known to be this patient's, however they are written.

Compares skeletons: letters and digits only, case folded, so that spaces, dashes, line ends and case do not matter.
Values of at least six characters are found with one of them wrong, missing or added too.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from healthcare_runtime.phi_entity import KnownIdentifier, PhiType
from phi_detector.normalisation import normalise
from phi_detector.recogniser import Candidate, Source

_LEAST_EXACT = 3  # skeleton characters; two for Han and kana
_LEAST_SIMILAR = 6
_MOST_VALUES = 500
_EXACT_SCORE = 0.99
_SIMILAR_SCORE = 0.9
_NAME_PART_SCORE = 0.95


@dataclass(frozen=True, slots=True)
class _Skeleton:
    text: str
    offsets: Sequence[int]


def sweep(text: str, known: Iterable[KnownIdentifier]) -> Iterator[Candidate]:
    """Candidates in a normalised text, in the offsets of it."""
    values = list(known)[:_MOST_VALUES]
    if not values:
        return
    skeleton = _skeleton(text)
    for value in values:
        normal = normalise(value.value).text
        yield from _occurrences(text, skeleton, normal, value, _EXACT_SCORE)
        if value.type is PhiType.NAME:
            for part in normal.replace(",", " ").replace("・", " ").split():
                if part != normal:
                    yield from _occurrences(text, skeleton, part, value, _NAME_PART_SCORE)


def _occurrences(
    text: str, skeleton: _Skeleton, value: str, known: KnownIdentifier, score: float
) -> Iterator[Candidate]:
    wanted = _skeleton(value).text
    least = _LEAST_EXACT if wanted.isascii() else 2
    if len(wanted) < least:
        return
    for begin in _positions(skeleton.text, wanted):
        yield from _candidate(text, skeleton, (begin, begin + len(wanted)), known, score)
    if len(wanted) < _LEAST_SIMILAR:
        return
    for begin, end in _similar(skeleton.text, wanted):
        yield from _candidate(text, skeleton, (begin, end), known, min(score, _SIMILAR_SCORE))


def _similar(skeleton: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Spans one edit away: then one half of the value stands there unchanged."""
    middle = len(wanted) // 2
    head, tail = wanted[:middle], wanted[middle:]
    for begin in _positions(skeleton, head):
        for length in (len(tail), len(tail) - 1, len(tail) + 1):
            end = begin + middle + length
            if end <= len(skeleton) and _one_edit(skeleton[begin + middle : end], tail):
                yield begin, end
                break
    for at in _positions(skeleton, tail):
        for length in (len(head), len(head) - 1, len(head) + 1):
            if at >= length and _one_edit(skeleton[at - length : at], head):
                yield at - length, at + len(tail)
                break


def _one_edit(one: str, two: str) -> bool:
    if len(one) > len(two):
        one, two = two, one
    first = next((i for i, c in enumerate(one) if c != two[i]), len(one))
    if len(one) == len(two):
        return one[first + 1 :] == two[first + 1 :]
    return one[first:] == two[first + 1 :]


def _positions(text: str, wanted: str) -> Iterator[int]:
    position = text.find(wanted)
    while position >= 0:
        yield position
        position = text.find(wanted, position + len(wanted))


def _candidate(
    text: str, skeleton: _Skeleton, span: tuple[int, int], known: KnownIdentifier, score: float
) -> Iterator[Candidate]:
    first, behind = skeleton.offsets[span[0]], skeleton.offsets[span[1] - 1] + 1
    if text[first:behind].isascii() and _within_word(text, first, behind):
        return
    yield Candidate(first, behind, known.type, score, known.kind, Source.KNOWN)


def _within_word(text: str, begin: int, end: int) -> bool:
    """Whether letters go on at an edge; digits may: "MRN0012345" holds the number."""
    left = begin > 0 and text[begin - 1].isalnum() and text[begin - 1].isdigit() == text[begin].isdigit()
    right = end < len(text) and text[end].isalnum() and text[end].isdigit() == text[end - 1].isdigit()
    return left or right


def _skeleton(text: str) -> _Skeleton:
    characters: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(text):
        if not character.isalnum():
            continue
        folded = character.casefold() if character.isascii() else _folded(character)
        characters.append(folded)
        offsets.append(position)
    return _Skeleton("".join(characters), offsets)


def _folded(character: str) -> str:
    """One letter without its accents: José and Jose are the same patient."""
    bare = unicodedata.normalize("NFD", character)[:1].casefold()
    return bare if len(bare) == 1 else character
