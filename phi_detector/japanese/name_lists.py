"""Names that their position tells: in a series behind 参加 or 術者, behind the time at a line's start."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.japanese.context_words import LEADS, NOT_A_FIELD_VALUE, ROLES
from phi_detector.japanese.morphemes import Morpheme, Word, prefixes
from phi_detector.recogniser import Candidate, Source

_BEFORE_A_SERIES: Final = frozenset(
    {"参加", "参加者", "出席", "出席者", "メンバー", "同席者", "術者", "執刀", "執刀医", "助手", "第一助手", "第二助手"}
    | {"麻酔医", "器械出し", "外回り", "受持", "受け持ち", "日勤者", "夜勤者"}
)
_SERIES_BEGINNINGS: Final = prefixes(_BEFORE_A_SERIES)
_SEPARATORS: Final = frozenset({"、", "・", "/", ","})
_MOST: Final = 12  # names of a series
_LONGEST: Final = 8  # characters of a name
_TIME_BEFORE: Final = re.compile(r"(?:^|\n)[^\n]{0,16}\d{1,2}:\d\d $")
_BOUNDARY: Final = frozenset({Word.BLANK, Word.SYMBOL})
_LETTERS_OF_NAMES: Final = re.compile(r"[々-〇ぁ-ヺー\u3400-\U000323af]+(?: [々-〇ぁ-ヺー\u3400-\U000323af]+)?")
_NOBODY: Final = frozenset(
    {"外科", "内科", "医師", "看護師", "本人", "家族", "患者", "妻", "夫", "長男", "長女", "次男", "次女", "両親", "母"}
    | {"父", "娘", "息子", "主治医", "病棟", "包括", "なし"}
)
_NO_MEMBER: Final = _NOBODY | LEADS | ROLES | NOT_A_FIELD_VALUE


def find_listed_names(text: str, morphemes: Sequence[Morpheme]) -> Iterator[Candidate]:
    """Names by their position; offsets of ``text``, whose morphemes these are."""
    for index, morpheme in enumerate(morphemes):
        if morpheme.word is Word.BLANK:
            yield from _behind_time(text, morphemes, index + 1)
            continue
        behind = _series_head(morphemes, index)
        if behind:
            yield from _series(morphemes, behind)


def _series_head(morphemes: Sequence[Morpheme], index: int) -> int:
    """Where a series begins whose word begins at ``index``: behind 参加: or 術者 with a blank; 0 if none does."""
    surface = ""
    for end in range(index, min(index + 3, len(morphemes) - 1)):
        surface += morphemes[end].surface
        if surface not in _SERIES_BEGINNINGS:
            break
        if surface in _BEFORE_A_SERIES:
            following = end + 1
            if morphemes[following].surface in {":", " "}:
                return following + 1
    return 0


def _series(morphemes: Sequence[Morpheme], begin: int) -> Iterator[Candidate]:
    """Two names or more, with a role in brackets behind some."""
    found: list[Candidate] = []
    index = begin
    while len(found) < _MOST:
        while index < len(morphemes) and morphemes[index].surface == " ":
            index += 1
        end = index
        while end < len(morphemes) and _of_a_name(morphemes, index, end):
            end += 1
        surface = "".join(part.surface for part in morphemes[index:end])
        if not surface or len(surface) > _LONGEST or surface in _NO_MEMBER:
            break
        found.append(
            Candidate(morphemes[index].begin, morphemes[end - 1].end, PhiType.NAME, 0.93, source=Source.GAZETTEER)
        )
        index = _behind_brackets(morphemes, end)
        if index >= len(morphemes) or morphemes[index].surface not in _SEPARATORS:
            break
        index += 1
    if len(found) > 1:
        yield from found


def _of_a_name(morphemes: Sequence[Morpheme], begin: int, index: int) -> bool:
    part = morphemes[index]
    if part.surface == " ":
        return index > begin and index + 1 < len(morphemes) and morphemes[index + 1].word not in _BOUNDARY
    return part.word not in {Word.SYMBOL, Word.BLANK, Word.PARTICLE} and not part.surface.isascii()


def _behind_brackets(morphemes: Sequence[Morpheme], index: int) -> int:
    while index < len(morphemes) and morphemes[index].surface == " ":
        index += 1
    if index >= len(morphemes) or morphemes[index].surface != "(":
        return index
    for end in range(index + 1, min(index + 6, len(morphemes))):
        if morphemes[end].surface == ")":
            return end + 1
    return index


def _behind_time(text: str, morphemes: Sequence[Morpheme], index: int) -> Iterator[Candidate]:
    """``8:30 ペトロワ 申し送り``: an unknown or personal word between the time and a blank is who writes."""
    if index + 1 >= len(morphemes) or morphemes[index + 1].word is not Word.BLANK:
        return
    part = morphemes[index]
    if part.surface.isascii() or not (part.personal or not part.known):
        return
    following = morphemes[index + 2] if index + 2 < len(morphemes) else None
    if following is None or following.word in {Word.NUMBER, Word.BLANK} or following.surface.isascii():
        return
    if _LETTERS_OF_NAMES.fullmatch(part.surface) and _TIME_BEFORE.search(text, max(0, part.begin - 24), part.begin):
        yield Candidate(part.begin, part.end, PhiType.NAME, 0.93, source=Source.GAZETTEER)
