"""The parts of a name as it is written: words with their place, and which of them are name, title, initial."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from healthcare_runtime.masking.kana import Script, script_of
from healthcare_runtime.masking.keyed_choice import canonical
from healthcare_runtime.masking.patient_facts import Sex


class Role(Enum):
    """What a word of a name is."""

    FAMILY = "family"
    GIVEN = "given"
    INITIAL = "initial"
    BESIDE = "beside"  # titles, credentials: they stay
    PARTICLE = "particle"  # de, van: they go with the family name


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name: its letters, its place in the name, the form in which equal words are equal."""

    text: str
    begin: int
    end: int
    script: Script
    key: str
    follows: str
    """What stands between it and the next word."""


_WORD: Final = re.compile(r"(?:[^\W_]|[\u200b-\u200f\u00ad\u2060\ufeff'’`\u0300-\u036fｰﾞﾟー々])+")
_POSSESSIVE: Final = re.compile(r"(?:['’`]s?)$", re.IGNORECASE)
_HONORIFIC: Final = re.compile(
    r"(?:様|さま|さん|くん|君|ちゃん|氏|先生|医師|看護師|殿|技師|教授|部長|医長|院長|主治医)+$"
)
_BESIDE_WORDS: Final = (
    "dr mr mrs ms miss mx prof professor doctor nurse sir md do rn np pa phd lpn crna dds dmd od msw lcsw pt ot "
    "rph pharmd facs facc jr sr ii iii iv mph bsn msn dnp aprn cnm the and"
)
BESIDE: Final = frozenset(_BESIDE_WORDS.split())
ROMANISED_HONORIFICS: Final = frozenset({"san", "sama", "sensei", "kun", "chan"})
_PARTICLE_WORDS: Final = "de la las los del della da das do dos di du le van der den von zu bin ibn ben ter ten af av"
PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_MALE_TITLE: Final = re.compile(
    r"(?:\bmr|\bsir|\bson|\bbrother|\bhusband|\bfather|夫|父|息子|兄|弟|長男|次男)\W*$", re.IGNORECASE
)
_FEMALE_TITLE: Final = re.compile(
    r"(?:\bmrs|\bms|\bmiss|\bdaughter|\bsister|\bwife|\bmother|妻|母|娘|姉|妹|長女|次女)\W*$", re.IGNORECASE
)
_TITLE: Final = re.compile(r"\b(?:dr|mr|mrs|ms|miss|prof|professor|doctor|nurse)\.?\s*$", re.IGNORECASE)
_BEFORE: Final = 16


def words_of(name: str) -> tuple[NameWord, ...]:
    """The words of a name, hyphens and possessives apart, honorifics of Japanese names left out."""
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(name):
        begin, end = match.span()
        tail = _POSSESSIVE.search(match[0])
        if tail and tail.start() > 0:
            end = begin + tail.start()
        honorific = _HONORIFIC.search(name[begin:end])
        if honorific and honorific.start() > 0:
            end = begin + honorific.start()
        while end > begin and name[begin] in "'’`":
            begin += 1
        if begin < end and not _HONORIFIC.fullmatch(name[begin:end]):
            spans.append((begin, end))
    ends = [*(begin for begin, _ in spans[1:]), len(name)][: len(spans)]
    return tuple(
        NameWord(
            name[begin:end], begin, end, script_of(name[begin:end]), canonical(name[begin:end]), name[end:following]
        )
        for (begin, end), following in zip(spans, ends, strict=True)
    )


def is_initial(word: NameWord) -> bool:
    return len(word.key) == 1 and word.script is Script.LATIN


def sex_before(text: str, begin: int) -> Sex:
    """What the words in front of a name say of the person's sex."""
    before = text[max(0, begin - _BEFORE) : begin]
    if _FEMALE_TITLE.search(before):
        return Sex.FEMALE
    return Sex.MALE if _MALE_TITLE.search(before) else Sex.UNKNOWN


def has_title_before(text: str, begin: int) -> bool:
    return _TITLE.search(text[max(0, begin - _BEFORE) : begin]) is not None


def like_case(word: str, like: str) -> str:
    """A word in the case of another: capitals, lower case, or a capital first."""
    letters = [character for character in like if character.isalpha()]
    if len(letters) > 1 and like.isupper():
        return word.upper()
    if letters and letters[0].islower():
        return word.lower()
    return word[:1].upper() + word[1:].lower()
