# ruff: noqa: E501 - a pattern is read best as one line
"""Whole names of places, where the tagger saw pieces: "4" and "West", "Little" and "Yorrick", "Holy" of "Holy Name"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES
from phi_detector.recogniser import Candidate

_LEAST: Final = 0.45  # of one piece at least
_JOINT = re.compile(r"[ ]?(?:[-/&][ ]?)?|[ ](?:of|and|at|in|on|de|la)(?:[ ]the)?[ ]")
_GENERIC: Final = words.listed("generic_facility_words")
_NO_PART: Final = NOT_NAMES - _GENERIC
_FURTHER = re.compile(
    rf"[ ](?P<joint>(?:of|in|on|at)[ ](?:the[ ])?|the[ ]|&[ ]|and[ ])?(?P<v>{NAME_WORD}|[A-Z]{{2,4}})(?![\w@^]|\.\w|[:=])"
)
_KIND_BEHIND = re.compile(
    rf"(?:'s)?[ ](?P<v>{NAME_WORD}|VA|ED|ER|ICU|PD|EMS|CBOC|SNF|ALF)(?![\w'@^-]|[:=]|[ ]?\d{{3}})"
)
_NUMBER_BEHIND = re.compile(r"[ ](?:\d{1,3}[A-Z]?|[A-H])(?=[.,;:)\]\"]?(?:[ ]{2}|[ ]?[\n|→]|$|[.,;)\]\"]))")
_BEFORE = re.compile(
    r"(?<![\w'-])(?:St\.?|Saint|Mt\.?|Mount|Ft\.?|Fort|San|Santa|Los|Las|Port|New|North|South|East|West|Old|Lake|Camp|Big|Little|Upper|Lower|Great|Holy|Our Lady of|Pod|Unit|Ward|Wing|Tower)[ ]$"
)
_MOST_FURTHER: Final = 3


def joined(text: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Neighbouring pieces of one place as one candidate; everything else as it comes."""
    open_: Candidate | None = None
    for one in found:
        if open_ is not None:
            gap = text[open_.end : one.begin]
            likely = max(open_.score, one.score) >= _LEAST
            if one.type is PhiType.ADDRESS and likely and _JOINT.fullmatch(gap) and _is_written_on(text, one, gap):
                open_ = replace(open_, end=one.end, score=max(open_.score, one.score))
                continue
            yield open_
            open_ = None
        if one.type is PhiType.ADDRESS:
            open_ = one
        else:
            yield one
    if open_ is not None:
        yield open_


def _is_written_on(text: str, one: Candidate, gap: str) -> bool:
    """A joint of letters joins capitals only: "Little Sisters of Yorrick", not "Boston and home"."""
    return not any(c.isalpha() for c in gap) or text[one.begin].isupper()


def widened(text: str, begin: int, end: int) -> tuple[int, int]:
    """A place with the capitalised words and the number that go on with it on its line."""
    value = text[begin:end]
    if not value[:1].isupper() or (value.isupper() and len(value) > _MOST_FURTHER + 1):
        return begin, end
    before = _BEFORE.search(text[max(0, begin - 14) : begin])
    begin -= len(before.group()) if before else 0
    for _ in range(_MOST_FURTHER):
        further = _FURTHER.match(text, end)
        if further is None or words.folded(further.group("v")) in _NO_PART or _is_loud(further.group("v")):
            break
        end = further.end()
    number = _NUMBER_BEHIND.match(text, end)
    return begin, number.end() if number else end


def with_kind(text: str, begin: int, end: int) -> int:
    """The end of the word behind a name that says what kind of place it names: "Tamarack Mental", "Garcia Lab"."""
    last = end
    for _ in range(_MOST_FURTHER):
        kind = _KIND_BEHIND.match(text, last)
        if kind is None or words.folded(kind.group("v")) not in _KINDS:
            break
        last = kind.end()
    return last


def _is_loud(word: str) -> bool:
    return word.isupper() and words.folded(word) not in _KINDS


_KINDS: Final = words.listed("place_kinds")
