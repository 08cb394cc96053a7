"""Invented people: Japanese names of every age and spelling, and residents from abroad."""

import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Final

from phi_detector.corpora.japanese.dictionary import Sort, dictionary_words
from phi_detector.corpora.japanese.word_lists import pairs, sections, words

_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_NAME_HAN: Final = (
    "伊加佐久保宇江尾園奥鬼亀菅岸桐窪駒坂笹皿芝篠洲勢曽滝辰築槌寺遠冨鳴沼萩蓮浜樋蛭藤船星堀前牧増松三水南向武室元"
    "安柳湯横吉若鷲和綿亘蘆飴鮎粟生壱稲犬今岩牛薄海梅裏瓜榎海老扇荻桶織貝柿梶鍛治河瓦神樺鴨烏唐刈鹿久須葛工"
)
_GIVEN_HAN: Final = (
    "葵蓮凛樹律蒼碧悠慧翠昴櫂暁朔楓椋澪渚晶智馨薫望希光空海風花雪月星虹茜梓栞紬綾絢綴結縁縫嶺"
    "峻崇巌彗怜恵惠愛慶慎憲懐拓捷操敦斉"
)
_SINGLE_HAN: Final = (
    _NAME_HAN
    + "孫馬白安趙崔姜蔡胡沈廖生乙丁十二三芥岬縁剣水金土火木月日星空海山川谷沢浜島森林畑原野里村町城寺宮堂社門戸窓橋道"
)
_LONGEST_NOUN: Final = 2
_NUMERALS: Final = "一二三四五六七八九十百千万"
FOREIGN: Final = ("vietnamese", "brazilian", "western", "southeast")
ORIGINS: Final = (
    "japanese",
    "japanese",
    "japanese",
    "japanese",
    "japanese",
    "japanese",
    "composed",
    "composed",
    "composed",
    "rare",
    "kirakira",
    "single",
    "rare",
    "chinese_korean",
    "vietnamese",
    "nepali",
    "brazilian",
    "filipino",
    "western",
    "south_asian",
    "southeast",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. ``family`` and ``given`` as written, readings in katakana; a foreigner's are the same."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    romaji: tuple[str, str]
    origin: str

    @property
    def foreign(self) -> bool:
        return not any("CJK" in unicodedata.name(character, "") for character in self.family)


def person(rng: Random, origin: str | None = None) -> Person:
    """Invent someone; of any origin unless one is asked for."""
    origin = origin or rng.choice(ORIGINS)
    if origin == "chinese_korean":
        return _chinese_or_korean(rng)
    if origin in sections("foreign_names"):
        return _foreign(rng, origin)
    family = _family(rng, origin)
    given = _given(rng, origin)
    return Person(family[0], given[0], family[1], given[1], (_romaji(family[1]), _romaji(given[1])), origin)


def hiragana(katakana: str) -> str:
    """The same reading in hiragana."""
    return katakana.translate(_HIRAGANA)


def _family(rng: Random, origin: str) -> tuple[str, str]:
    if origin == "composed" or (origin == "kirakira" and rng.random() < 0.5):
        if rng.random() < 0.4:
            return "".join(rng.sample(_NAME_HAN, rng.choice((1, 2, 2, 2, 3)))), _syllables(rng, 2, 4)
        (first, reading), (last, ending) = rng.choice(pairs("surname_parts")), rng.choice(pairs("surname_ends"))
        return first + last, reading + ending
    if origin == "single":
        return _single_family(rng)
    return _rare_family(rng) if origin == "rare" else rng.choice(pairs("surnames"))


def _single_family(rng: Random) -> tuple[str, str]:
    if rng.random() < 0.5:
        return rng.choice(_SINGLE_HAN), _syllables(rng, 1, 3)
    return rng.choice([one for one in pairs("surnames") if len(one[0]) == 1 or one[0][0] in _NUMERALS])


def _rare_family(rng: Random) -> tuple[str, str]:
    if rng.random() < 0.2:
        return _noun(rng)
    if rng.random() < 0.6:
        return rng.choice(dictionary_words(Sort.SURNAME))
    return rng.choice(pairs("surnames")[-160:])


def _given(rng: Random, origin: str) -> tuple[str, str]:
    if origin in {"composed", "kirakira"} and rng.random() < 0.7:
        chosen = [rng.choice(pairs("given_parts")) for _ in range(rng.choice((1, 2, 2, 2, 3)))]
        return "".join(one for one, _ in chosen), "".join(two for _, two in chosen)
    known = pairs("given_names")
    chance = rng.random()
    if chance < 0.06:
        return rng.choice(pairs("names_like_words"))
    if chance < 0.12:  # of one character, or a common noun: parents choose what they like
        return rng.choice(_NAME_HAN if rng.random() < 0.4 else _GIVEN_HAN), _syllables(rng, 2, 3)
    if chance < 0.18:
        return _noun(rng)
    if rng.random() < 0.35:
        return rng.choice(dictionary_words(Sort.GIVEN_NAME))
    return rng.choice(known[-30:] if origin == "kirakira" else known)


def _noun(rng: Random) -> tuple[str, str]:
    while True:
        noun = rng.choice(dictionary_words(Sort.NOUN))
        if len(noun[0]) <= _LONGEST_NOUN and "CJK" in unicodedata.name(noun[0][0], ""):
            return noun


def _chinese_or_korean(rng: Random) -> Person:
    lists = sections("foreign_names")
    family = rng.choice(" ".join(lists["kanji"]).split())
    given = rng.choice(" ".join(lists["kanji_given"]).split())
    kana = (_syllables(rng, 1, 2), _syllables(rng, 1, 3))
    return Person(family, given, *kana, (_romaji(kana[0]), _romaji(kana[1])), "chinese_korean")


def _foreign(rng: Random, origin: str) -> Person:
    families, givens = (line.split(" ") for line in sections("foreign_names")[origin][:2])
    family, given = _pair(rng, families), _pair(rng, givens)
    if rng.random() < 0.45:
        family = _invented(rng)
    if rng.random() < 0.4:
        given = _invented(rng)
    if rng.random() < 0.3:
        more = _pair(rng, givens)
        given = (f"{given[0]}・{more[0]}", f"{given[1]} {more[1]}")
    return Person(family[0], given[0], family[0], given[0], (family[1], given[1]), origin)


def _pair(rng: Random, entries: list[str]) -> tuple[str, str]:
    written, _, latin = rng.choice([entry for entry in entries if "/" in entry]).partition("/")
    return written, latin


def _invented(rng: Random) -> tuple[str, str]:
    parts = [(kana, _romaji(kana).lower()) for kana in (_syllables(rng, 1, 2) for _ in range(rng.randint(1, 3)))]
    if rng.random() < 0.6:
        written, latin = rng.choice(pairs("foreign_syllables"))
        parts.insert(rng.randrange(len(parts) + 1), (written, latin))
    return "".join(one for one, _ in parts), "".join(two for _, two in parts).capitalize()


def _syllables(rng: Random, least: int, most: int) -> str:
    kana = [key for key, _ in pairs("romaji") if key not in "ーッャュョァィゥェォンヴ"]
    out = []
    for _ in range(rng.randint(least, most)):
        out.append(rng.choice(kana))
        if rng.random() < 0.2:
            out.append(rng.choice("ンーッャ"))
    return "".join(out).rstrip("ッ")


def _romaji(kana: str) -> str:
    return "".join(dict(pairs("romaji")).get(character, "") for character in kana).capitalize() or "Ito"


def surname_of_anyone(rng: Random) -> str:
    """A surname as staff are called by."""
    return person(
        rng, rng.choice(("japanese", "japanese", "composed", "rare", "rare", "single", "chinese_korean", *FOREIGN))
    ).family


def occupation(rng: Random) -> str:
    return rng.choice(words("occupations"))
