"""Where a name ends: titles behind it and words for people before it are no part of it."""

import re
from dataclasses import replace
from typing import Final

from phi_detector.japanese.characters import KANJI_DIGIT
from phi_detector.japanese.context_words import LEADS, NOT_NAMED, ROLES, SINGLE_SURNAMES
from phi_detector.recogniser import Candidate, Source

_TITLE: Final = re.compile(
    r"[\s・(]*(?:様|さま|さん|ちゃん|くん|君|氏|殿|先生|ドクター|医師|看護師|Dr\.?|Ns\.?|NS|DR|PT|OT|ST|MSW|CM|記|拝|印|宛|"
    r"医員|医長|部長|師長|主任|院長|教授|両名|夫妻)\)?$"
)
_NOBODY: Final = NOT_NAMED | LEADS | ROLES
_SEEN: Final = 0.5
_SEEN_WELL: Final = 0.7
_TITLED: Final = 0.93  # a rule that saw the title: 一先生
_LONGEST_LEAD: Final = 8
_EDGE: Final = " \n、。,.・:;()「」/|│→~-=#*"
_TRAILING_PARTICLE: Final = re.compile(r"(?<=[々一-龥])(?:は|が|を|に|より|から|へ|と|で|の)$")


def without_titles(text: str, name: Candidate) -> Candidate | None:
    """The name alone; None where nothing but titles is left."""
    begin, end = name.begin, name.end
    while begin < end and text[begin] in _EDGE:
        begin += 1
    while end > begin:
        title = _TITLE.search(text, max(begin, end - 6), end)
        if title and title.start() > begin and title.end() == end:
            end = title.start()
            continue
        if text[end - 1] in _EDGE:
            end -= 1
            continue
        break
    begin = _behind_leads(text, begin, end)
    particle = _TRAILING_PARTICLE.search(text, max(begin, end - 3), end)
    if particle and particle.start() - begin >= 2:
        end = particle.start()
    if end <= begin or (name.score < _TITLED and text[begin:end] in _NOBODY and not _seen(text[begin:end], name)):
        return None
    return name if (begin, end) == (name.begin, name.end) else replace(name, begin=begin, end=end)


def _seen(text: str, name: Candidate) -> bool:
    """Whether the model has seen a name of one character here: to every list 一 is a number, 孫 a grandchild."""
    if name.source is not Source.MODEL:
        return False
    return (text in KANJI_DIGIT and name.score >= _SEEN) or (text in SINGLE_SURNAMES and name.score >= _SEEN_WELL)


def _behind_leads(text: str, begin: int, end: int) -> int:
    """Behind 長男, 主治医, 循環器内科 and the like, where a name follows them without a gap or with one."""
    for size in range(min(_LONGEST_LEAD, end - begin - 1), 1, -1):
        word = text[begin : begin + size]
        if word in LEADS or word in ROLES or (word.endswith("科") and size >= 2 and end - begin - size >= 2):
            rest = begin + size
            while rest < end and text[rest] in _EDGE + "の":
                rest += 1
            return rest if rest < end else begin
    return begin
