"""Names of people, by the words around them and by the dictionary's parts of speech.

A title, a suffix, a role is no part of a name. A surname that the dictionary knows is not enough on its own: 橋本病 is
a disease and 林 a wood.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.context_words import (
    EPONYM_HEADS,
    HONORIFICS,
    LEADS,
    NOT_A_PERSON_ALONE,
    NOT_NAMED,
    ROLES,
)
from phi_detector.japanese.morphemes import Morpheme, Word, prefixes
from phi_detector.recogniser import Candidate, Source

_LONGEST: Final = 8  # characters of a name without spaces
_LONGEST_SERIES: Final = 5  # morphemes of further names in an eponym
_EDGES: Final = frozenset({Word.PARTICLE, Word.SYMBOL, Word.BLANK, Word.VERB})
_ROLE_BEGINNINGS: Final = prefixes(ROLES)
_NAME_PARTS: Final = frozenset(
    {
        Word.SURNAME,
        Word.GIVEN_NAME,
        Word.PERSON,
        Word.PLACE,
        Word.PROPER,
        Word.NOUN,
        Word.NUMBER,
        Word.COUNTER,
        Word.SUFFIX,
        Word.PREFIX,
        Word.OTHER,
    }
)
_GIVEN_ENDINGS: Final = frozenset("子美郎夫男雄香奈菜恵江代介助輔太郎一二三也哉斗人翔真音花華乃希樹生吾平彦司史之治")


def find_names(morphemes: Sequence[Morpheme]) -> Iterator[Candidate]:
    """Names of people among the morphemes of one reading."""
    for index, morpheme in enumerate(morphemes):
        if morpheme.surface in HONORIFICS:
            yield from _before_title(morphemes, index, certain=True)
        elif morpheme.word in {Word.SUFFIX, Word.NOUN, Word.COUNTER, Word.PROPER, Word.PERSON} and _role(
            morphemes, index
        ):
            yield from _before_title(morphemes, index, certain=False)
        if morpheme.personal:
            yield from _by_dictionary(morphemes, index)


def _role(morphemes: Sequence[Morpheme], index: int) -> bool:
    """Whether a word for someone's role begins here: 看護師 is two morphemes, 理学療法士 three."""
    surface = morphemes[index].surface
    for following in range(index, min(index + 4, len(morphemes))):
        if following > index:
            surface += morphemes[following].surface
        if surface not in _ROLE_BEGINNINGS:
            return False
        if surface in ROLES:
            return True
    return False


def _before_title(morphemes: Sequence[Morpheme], title: int, *, certain: bool) -> Iterator[Candidate]:
    """The name that ends where a title begins."""
    if morphemes[title].surface == "氏" and title + 1 < len(morphemes) and morphemes[title + 1].surface in EPONYM_HEADS:
        return  # 橋本氏病
    end = title - 1 if title and morphemes[title - 1].word is Word.BLANK else title
    first = _start_of_name(morphemes, end)
    if first == end:
        return
    parts = morphemes[first:end]
    surface = "".join(part.surface for part in parts)
    if surface in NOT_NAMED or parts[-1].surface in NOT_NAMED or _ends_with(surface, NOT_NAMED):
        return
    personal = any(part.personal for part in parts)
    if certain:
        score = 0.97 if personal or _katakana(surface) else (0.93 if morphemes[title].surface == "氏" else 0.85)
        if not personal and sum(1 for part in parts if part.known and len(part.surface) >= 2) >= 2:
            score = 0.4  # 高血圧患者様, 訪問看護利用者様: known words on end
    else:
        if not personal and not (parts[0].word is Word.PLACE and len(surface) <= 4):
            return
        first = _from_first_personal(morphemes, first, end)
        score = 0.9
    yield Candidate(morphemes[first].begin, morphemes[end - 1].end, PhiType.NAME, score, source=Source.RULE)


def _start_of_name(morphemes: Sequence[Morpheme], end: int) -> int:
    """Where the name begins that ends before ``end``: back over what a name can consist of, and one gap."""
    first, length, gaps = end, 0, 0
    while first > 0:
        part = morphemes[first - 1]
        longest = _LONGEST + 6 * _katakana(part.surface) - len(part.surface)
        if part.surface in {" ", "・", "="}:
            if gaps or first == end or first < 2 or not _name_part(morphemes[first - 2]) or length > 4:
                break
            if part.surface != " " and not _katakana(morphemes[first].surface):
                break
            gaps += part.surface == " "
        elif not _name_part(part) or (part.surface in LEADS and first < end) or length > longest:
            break
        else:
            length += len(part.surface)
        first -= 1
    while first < end and morphemes[first].surface in {" ", "・", "="}:
        first += 1
    return first


def _ends_with(surface: str, words: frozenset[str]) -> bool:
    return any(surface[-size:] in words for size in (2, 3, 4) if len(surface) > size)


def _from_first_personal(morphemes: Sequence[Morpheme], first: int, end: int) -> int:
    while first < end and not morphemes[first].personal and morphemes[first].word is not Word.PLACE:
        first += 1
    return first


def _by_dictionary(morphemes: Sequence[Morpheme], index: int) -> Iterator[Candidate]:
    """A surname or a given name that the dictionary knows, with what follows it."""
    if index and (morphemes[index - 1].personal and morphemes[index].word is not Word.SURNAME):
        return  # counted with the one before
    end = _end_of_name(morphemes, index)
    following = morphemes[end] if end < len(morphemes) else None
    if following is not None and (following.surface in EPONYM_HEADS or _begins_eponym(morphemes, end)):
        return
    before = morphemes[index - 1] if index else None
    morpheme = morphemes[index]
    begin_offset, end_offset = morpheme.begin, morphemes[end - 1].end
    length = end_offset - begin_offset
    led = _led(morphemes, index)
    if end - index >= 2 and length >= 3:
        score = 0.9 if morpheme.word is Word.SURNAME and morphemes[end - 1].word is not Word.SURNAME else 0.75
        if morpheme.known and _katakana(morpheme.surface):
            score = 0.7
    elif morpheme.surface in NOT_A_PERSON_ALONE or length == 1:
        if not led:
            return
        score = 0.6
    elif led:
        score = 0.92
    else:
        clean_before = before is None or before.word in _EDGES
        clean_behind = following is None or following.word in _EDGES
        if not clean_before and not clean_behind:
            return
        score = 0.62 if clean_before and clean_behind else 0.4
        if _katakana(morpheme.surface) or morpheme.surface.isascii():
            score -= 0.2
    yield Candidate(begin_offset, end_offset, PhiType.NAME, score, source=Source.GAZETTEER)


def _end_of_name(morphemes: Sequence[Morpheme], index: int) -> int:
    """Behind the last morpheme of the name that begins at ``index``."""
    end = index + 1
    length = len(morphemes[index].surface)
    surname = morphemes[index].word is Word.SURNAME
    while end < len(morphemes) and length < _LONGEST:
        part = morphemes[end]
        if part.personal:
            length += len(part.surface)
            end += 1
        elif (
            part.word is Word.BLANK and part.surface == " " and end + 1 < len(morphemes) and morphemes[end + 1].personal
        ):
            end += 2
            length += len(morphemes[end - 1].surface)
        elif (
            part.surface == "・"
            and _katakana(morphemes[end - 1].surface)
            and end + 1 < len(morphemes)
            and _katakana(morphemes[end + 1].surface)
        ):
            end += 2
            length = 0
        elif (
            surname
            and part.word in {Word.NOUN, Word.PROPER}
            and len(part.surface) <= 2
            and part.surface[-1] in _GIVEN_ENDINGS
            and part.surface not in NOT_NAMED
        ):
            length += len(part.surface)
            end += 1
        else:
            break
    return end


def _begins_eponym(morphemes: Sequence[Morpheme], end: int) -> bool:
    last = min(end + _LONGEST_SERIES, len(morphemes))
    while end < last and (morphemes[end].surface in {"・", "の", "-"} or morphemes[end].personal):
        end += 1  # 鈴木・鎌田の式
    surface = ""
    for part in morphemes[end : end + 3]:
        if part.word is Word.BLANK:
            continue
        surface += part.surface
        if surface in EPONYM_HEADS:
            return True
    return False


def _led(morphemes: Sequence[Morpheme], index: int) -> bool:
    """Whether 長男の, 主治医:, 妻( or the like stands before."""
    position = index - 1
    if position >= 0 and (
        morphemes[position].surface in {"の", ":", "(", "・", "は", "、"} or morphemes[position].word is Word.BLANK
    ):
        position -= 1
    surface = ""
    for part in reversed(morphemes[max(0, position - 2) : position + 1]):
        surface = part.surface + surface
        if surface in LEADS:
            return True
    return False


def _name_part(morpheme: Morpheme) -> bool:
    return morpheme.word in _NAME_PARTS and not morpheme.surface.isascii()


def _katakana(surface: str) -> bool:
    return all("ァ" <= character <= "ヺ" or character == "ー" for character in surface)
