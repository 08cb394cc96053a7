"""Places whose names a line end cuts: each reader may have seen one line, and the first may be all English.

"Shoreline Women and⏎Infants Hospital", "Ames Memorial⏎Hospital", "Little Sisters⏎of Yorrick".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import words
from phi_detector.recogniser import Candidate, Source

_JOINT: Final = re.compile(r"[ ]?\n(?:of|and|&|for)(?:[ ]the)?[ ]|[ ](?:of|and|&|for)(?:[ ]the)?[ ]?\n(?:the[ ])?")
_LAST_WORD: Final = re.compile(r"[A-Z][A-Za-z']{1,16}\Z")
_NEXT_LINE: Final = re.compile(r"[ ]?\n(?P<v>[A-Z][a-z]{1,16})(?![\w@'-]|[ ]?[:=])")
_KINDS: Final = words.listed("place_kinds")


def mentions(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The whole of every cut name; ``found`` are candidates in the order of the text."""
    places = [one for one in found if one.type is PhiType.ADDRESS]
    for one, other in pairwise(places):
        if _JOINT.fullmatch(text, one.end, other.begin) and text[other.begin].isupper():
            yield replace(one, end=other.end, source=Source.PROPAGATION)
    for one in places:
        last = _LAST_WORD.search(text[one.begin : one.end])
        behind = _NEXT_LINE.match(text, one.end)
        if last and behind and all(words.folded(word) in _KINDS for word in (last.group(), behind.group("v"))):
            yield replace(one, end=behind.end(), source=Source.PROPAGATION)
