"""Surrogates of Japanese names: kanji, kana and romaji of one person become kanji, kana and romaji of another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from healthcare_runtime.masking.kana import (
    Script,
    fold_romaji,
    is_romaji,
    romaji,
    script_of,
    to_katakana,
    write_reading,
)
from healthcare_runtime.masking.keyed_choice import KeyedChoice
from healthcare_runtime.masking.name_lists import JapaneseName, NameLists
from healthcare_runtime.masking.name_parts import NameWord, Role, like_case, sex_before
from healthcare_runtime.masking.patient_facts import Sex

_FEMALE_ENDING: Final = re.compile(
    r"(?:子|美|香|江|恵|代|奈|菜|花|華|乃|穂|葉|音|月|コ|ミ|カ|ナ|ア|エ|ヨ|ノ|リ|ko|mi|ka|na|e)$"
)
_KANA: Final = frozenset({Script.HIRAGANA, Script.KATAKANA, Script.HALF_KATAKANA})
_LEAST_ROMAJI: Final = 5
"""A romanised family name that stands alone counts as Japanese from this length on: ``Abe`` may be anybody's."""

Part = tuple[str, Role]


class JapaneseNames:
    """Splits and readings learned from a document's full names, and the surrogates of their parts."""

    def __init__(self, choice: KeyedChoice, lists: NameLists) -> None:
        self._choice = choice
        self._lists = lists
        self._readings: dict[str, str] = {}  # kanji -> katakana
        self._roles: dict[str, Role] = {}  # kanji or katakana
        self._romaji: dict[str, Role] = {
            **{romaji(reading): Role.GIVEN for reading in lists.given_readings.values()},
            **{romaji(reading): Role.FAMILY for reading in lists.family_readings.values()},
        }
        self._learned_romaji: set[str] = set()
        self._sexes: dict[str, Sex] = {}
        self._family_forms = {**lists.family_readings}
        self._family_kana = set(lists.family_readings.values())

    def is_romanised(self, words: Sequence[NameWord]) -> bool:
        """Whether a name in Latin letters is a Japanese one."""
        names = [word for word in words if len(word.key) > 1]
        if not names or not all(is_romaji(word.key) for word in names):
            return False
        folded = [fold_romaji(word.key) for word in names]
        if any(form in self._learned_romaji for form in folded):
            return True
        families = [form for form in folded if self._romaji.get(form) is Role.FAMILY]
        return bool(families) and (len(names) > 1 or len(families[0]) >= _LEAST_ROMAJI)

    def learn(self, words: Sequence[NameWord], sex: Sex = Sex.UNKNOWN) -> None:
        """Take in a name: its split, and the sex of its given name."""
        parts = self.parts(words)
        if any(word.script is Script.LATIN for word in words):
            for part, role in parts if len(parts) > 1 else ():
                self._romaji[fold_romaji(part)] = role
                self._learned_romaji.add(fold_romaji(part))
                if role is Role.GIVEN and sex is not Sex.UNKNOWN:
                    self._sexes.setdefault(fold_romaji(part), sex)
            return
        if len(parts) > 1:
            for part, role in parts:
                self._roles.setdefault(_plain(part), role)
                if role is Role.FAMILY and part not in self._family_forms:
                    self._family_forms[part] = ""
                if self._reading(part):
                    self._learn_romaji(self._reading(part), role)
        for part, role in parts:
            if role is Role.GIVEN and sex is not Sex.UNKNOWN:
                self._sexes.setdefault(self._key(part), sex)

    def link(self, kanji: Sequence[NameWord], kana: Sequence[NameWord]) -> None:
        """Take in that a name in kanji is read like a name in kana."""
        reading = self.parts(kana)
        writing = self.parts(kanji)
        if len(reading) == 2 and len(writing) == 2:
            for (form, role), (read, _) in zip(writing, reading, strict=True):
                self._readings.setdefault(form, to_katakana(read))
                self._roles.setdefault(form, role)
                self._roles[to_katakana(read)] = role
                self._learn_romaji(to_katakana(read), role)
            self._family_kana.add(to_katakana(reading[0][0]))

    def parts(self, words: Sequence[NameWord]) -> list[Part]:
        """The family name and the given names."""
        if len(words) == 1:
            return self._split(words[0])
        if any(word.script is Script.LATIN for word in words):
            return self._romaji_parts(words)
        western = "・" in words[0].follows or "･" in words[0].follows
        family = len(words) - 1 if western else 0
        return [(word.text, Role.FAMILY if at == family else Role.GIVEN) for at, word in enumerate(words)]

    def written(self, text: str, begin: int, words: Sequence[NameWord]) -> list[str]:
        """What stands for each word."""
        sex = sex_before(text, begin)
        parts = self.parts(words)
        if len(words) == 1:
            return ["".join(self._part(part, role, words[0].script, sex, words[0].text) for part, role in parts)]
        return [
            self._part(part, role, word.script, sex, word.text) for word, (part, role) in zip(words, parts, strict=True)
        ]

    def _part(self, part: str, role: Role, script: Script, sex: Sex, like: str) -> str:
        if script is Script.LATIN and len(part) == 1:
            return like_case(chr(ord("a") + self._choice.number("initial", part.casefold(), 25)), like)
        name = self._surrogate(part, role, sex)
        own = script if script is not Script.KANJI else script_of(part)
        if own is Script.KANJI:
            return name.kanji
        written = write_reading(name.reading, own)
        return like_case(written, like) if own is Script.LATIN else written

    def _surrogate(self, part: str, role: Role, said: Sex) -> JapaneseName:
        key = self._key(part)
        if role is Role.FAMILY:
            names = self._lists.japanese_family
        else:
            names = self._lists.japanese_given[self._sex(part, key, said)]
        return names[self._choice.number(f"ja-{role.value}", key, len(names))]

    def _key(self, part: str) -> str:
        """The same for all forms of a name whose reading is known: its romanised reading."""
        if part.isascii() or _is_latin(part):
            return fold_romaji(part)
        reading = self._reading(part)
        return romaji(reading) if reading else unicodedata.normalize("NFKC", part)

    def _reading(self, part: str) -> str:
        plain = _plain(part)
        if script_of(part) in _KANA:
            return plain
        return (
            self._readings.get(plain)
            or self._lists.family_readings.get(plain)
            or self._lists.given_readings.get(plain, "")
        )

    def _sex(self, part: str, key: str, said: Sex) -> Sex:
        known = self._sexes.get(key) or self._lists.given_sexes.get(part) or self._lists.given_sexes.get(_plain(part))
        if known is None:
            known = said
            if known is Sex.UNKNOWN:
                known = Sex.FEMALE if _FEMALE_ENDING.search(_plain(part)) else Sex.MALE
        self._sexes.setdefault(key, known)
        return self._sexes[key]

    def _learn_romaji(self, reading: str, role: Role) -> None:
        form = romaji(reading)
        self._romaji.setdefault(form, role)
        self._learned_romaji.add(form)

    def _split(self, word: NameWord) -> list[Part]:
        if word.script is Script.LATIN:
            return [(word.text, self._romaji.get(fold_romaji(word.key), Role.FAMILY))]
        plain = _plain(word.text)
        if plain in self._roles:
            return [(word.text, self._roles[plain])]
        if plain in self._family_forms or plain in self._family_kana:
            return [(word.text, Role.FAMILY)]
        if plain in self._lists.given_sexes:
            return [(word.text, Role.GIVEN)]
        at = self._family_length(word, plain)
        if at == 0 or at >= len(word.text):
            return [(word.text, Role.FAMILY)]
        return [(word.text[:at], Role.FAMILY), (word.text[at:], Role.GIVEN)]

    def _family_length(self, word: NameWord, plain: str) -> int:
        """How much of a name without a space is the family name; 0: it is only one."""
        if len(plain) != len(word.text):  # half-width: a voiced syllable is two characters
            return 0
        known = self._family_kana if word.script in _KANA else self._family_forms
        fitting = [form for form in known if plain.startswith(form) and len(form) < len(plain)]
        if fitting:
            return len(max(fitting, key=len))
        if word.script in _KANA:
            return 0
        kana = next((at for at, c in enumerate(word.text) if script_of(c) in _KANA and c not in "ノケヶツ"), 0)
        if kana:
            return kana
        return 0 if len(plain) <= 2 else 2

    def _romaji_parts(self, words: Sequence[NameWord]) -> list[Part]:
        roles = [self._romaji.get(fold_romaji(word.key)) for word in words]
        comma = "," in words[0].follows
        if (
            comma
            or (roles[0] is Role.FAMILY and roles[-1] is not Role.FAMILY)
            or (words[0].text.isupper() and not words[-1].text.isupper())
        ):
            family = 0
        else:
            family = len(words) - 1
        return [(word.text, Role.FAMILY if at == family else Role.GIVEN) for at, word in enumerate(words)]

    @property
    def known(self) -> Iterable[str]:
        """The words of all names that were learned."""
        return self._roles.keys()


def _plain(part: str) -> str:
    return to_katakana(part) if script_of(part) in _KANA else unicodedata.normalize("NFKC", part)


def _is_latin(part: str) -> bool:
    return script_of(part) is Script.LATIN
