"""Further mentions of people of the same text: a chart writes 山田 太郎 once, and 山田 from then on.

Kept to whole morphemes: 林 is not in 林檎. The core propagates whole names; Japanese has no space to part them at.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.context_words import EPONYM_HEADS, NOT_A_PERSON_ALONE, NOT_NAMED, PLACE_SUFFIXES
from phi_detector.japanese.morphemes import Morpheme, Word
from phi_detector.recogniser import Candidate, Source

_STRONG: Final = 0.85
_SCORE: Final = 0.75
_LONGEST: Final = 4  # morphemes of a part


def further_mentions(text: str, morphemes: Sequence[Morpheme], names: Sequence[Candidate]) -> Iterator[Candidate]:
    """Mentions of the parts of strong names; offsets of ``text``, whose morphemes these are."""
    parts = {part for name in names for part in _parts(text, morphemes, name)}
    if not parts:
        return
    for index, morpheme in enumerate(morphemes):
        surface = ""
        for end in range(index, min(index + _LONGEST, len(morphemes))):
            surface += morphemes[end].surface
            if surface in parts and not _elsewise(morphemes, end + 1):
                yield Candidate(morpheme.begin, morphemes[end].end, PhiType.NAME, _SCORE, source=Source.PROPAGATION)


def _parts(text: str, morphemes: Sequence[Morpheme], name: Candidate) -> Iterator[str]:
    if name.type is not PhiType.NAME or name.kind is PhiKind.KANA or name.score < _STRONG:
        return
    words = text[name.begin : name.end].replace("・", " ").split()
    if len(words) == 1 and len(words[0]) >= 3:
        inside = [one for one in _within(morphemes, name.begin, name.end) if one.word is Word.SURNAME]
        if inside and inside[0].begin == name.begin and inside[0].end < name.end:
            words = [inside[0].surface, text[inside[0].end : name.end]]
    for word in words:
        if len(word) >= 2 and not word.isascii() and word not in NOT_A_PERSON_ALONE and word not in NOT_NAMED:
            yield word


def _within(morphemes: Sequence[Morpheme], begin: int, end: int) -> Iterator[Morpheme]:
    low, high = 0, len(morphemes)
    while low < high:
        middle = (low + high) // 2
        if morphemes[middle].begin < begin:
            low = middle + 1
        else:
            high = middle
    while low < len(morphemes) and morphemes[low].end <= end:
        yield morphemes[low]
        low += 1


def _elsewise(morphemes: Sequence[Morpheme], following: int) -> bool:
    """Whether what follows makes another word of it: 橋本病, 川崎市."""
    surface = ""
    for part in morphemes[following : following + 2]:
        surface += part.surface
        if surface in EPONYM_HEADS or surface in PLACE_SUFFIXES:
            return True
    return False
