"""Surrogates of names in Latin letters: word by word, so that every partial mention of a person stays that person's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from healthcare_runtime.masking.kana import Script
from healthcare_runtime.masking.keyed_choice import KeyedChoice
from healthcare_runtime.masking.name_lists import NameLists
from healthcare_runtime.masking.name_parts import (
    BESIDE,
    PARTICLES,
    ROMANISED_HONORIFICS,
    NameWord,
    Role,
    has_title_before,
    is_initial,
    like_case,
    sex_before,
)
from healthcare_runtime.masking.patient_facts import Sex

_FEMALE_ENDING: Final = re.compile(r"(?:a|ia|elle|ette|lyn|lynn|een|ine|ie|issa|beth)$")
_LONGEST_INITIALS: Final = 3
_ALPHABET: Final = 26


class EnglishNames:
    """Roles and sexes learned from a document's full names, and the surrogates of their words."""

    def __init__(self, choice: KeyedChoice, lists: NameLists) -> None:
        self._choice = choice
        self._lists = lists
        self._roles: dict[str, Role] = {}
        self._sexes: dict[str, Sex] = {}
        self._people: dict[tuple[str, ...], None] = {}

    def learn(self, words: Sequence[NameWord], sex: Sex = Sex.UNKNOWN) -> None:
        """Take in a name of two words or more: who is called by one of them later is known."""
        roles = self._roles_of(words)
        names = [(word, role) for word, role in zip(words, roles, strict=True) if role in (Role.FAMILY, Role.GIVEN)]
        if len(names) > 1:
            for word, role in names:
                self._roles.setdefault(word.key, role)
            ordered = sorted(names, key=lambda pair: pair[1] is Role.FAMILY)
            self._people[tuple(word.key for word, _ in ordered)] = None
        for word, role in names:
            if sex is not Sex.UNKNOWN and role is Role.GIVEN:
                self._sexes.setdefault(word.key, sex)

    @property
    def known(self) -> Iterable[str]:
        """The words of all names that were learned."""
        return self._roles.keys()

    def written(self, text: str, begin: int, words: Sequence[NameWord]) -> list[str]:
        """What stands for each word; empty for what is left out."""
        sex = sex_before(text, begin)
        roles = self._roles_of(words)
        if len(words) == 1 and roles[0] in (Role.FAMILY, Role.GIVEN):
            initials = self._initials(words[0])
            if initials:
                return [initials]
            roles = [self._role_alone(words[0], has_title_before(text, begin))]
        return [self._word(word, role, sex) for word, role in zip(words, roles, strict=True)]

    def surrogate(self, key: str, role: Role, sex: Sex = Sex.UNKNOWN) -> str:
        """The name that stands for a word, the same wherever that word stands in that role."""
        if role is Role.FAMILY:
            names: Sequence[str] = self._lists.english_family
        else:
            names = self._lists.english_given[self._sex(key, sex)]
        return names[self._choice.number(role.value, key, len(names))]

    def _word(self, word: NameWord, role: Role, sex: Sex) -> str:
        match role:
            case Role.BESIDE:
                return word.text
            case Role.PARTICLE:
                return ""
            case Role.INITIAL:
                return self._initial(word)
            case _:
                return like_case(self.surrogate(word.key, role, sex), word.text)

    def _roles_of(self, words: Sequence[NameWord]) -> list[Role]:
        roles = [_kind(word, alone=len(words) == 1) for word in words]
        for at in range(1, len(words)):
            if words[at].key in ROMANISED_HONORIFICS and words[at - 1].follows == "-":  # Nagisa-san
                roles[at] = Role.BESIDE
        names = [index for index, role in enumerate(roles) if role is Role.GIVEN]
        comma = next((index for index, word in enumerate(words) if "," in word.follows), None)
        behind = [index for index in range(len(words)) if comma is not None and index > comma]
        if comma is not None and any(roles[index] in (Role.GIVEN, Role.INITIAL) for index in behind):
            family = [index for index in names if index <= comma]  # Last, First
        elif len(names) > 1 or Role.INITIAL in roles:
            family = names[-1:]
            while family and family[0] > 0 and words[family[0] - 1].follows.strip() in ("-", "‐"):  # Smith-Jones
                family.insert(0, family[0] - 1)
        else:
            family = []
        if len(names) == 1 and names == family and roles[-1] is Role.INITIAL and comma is None:
            family = []  # Emily D.
        for index in family:
            roles[index] = Role.FAMILY
        return roles

    def _role_alone(self, word: NameWord, titled: bool) -> Role:
        if word.key in self._roles:
            return self._roles[word.key]
        if titled:
            return Role.FAMILY
        return Role.GIVEN if word.key in self._lists.english_sexes else Role.FAMILY

    def _sex(self, key: str, said: Sex) -> Sex:
        """The sex of a given name: what is known of it, what the text says, what it sounds like."""
        known = self._sexes.get(key) or self._lists.english_sexes.get(key)
        if known is None:
            known = said
            if known is Sex.UNKNOWN:
                known = Sex.FEMALE if _FEMALE_ENDING.search(key) else Sex.MALE
            else:
                self._sexes[key] = known
        return known

    def _initial(self, word: NameWord) -> str:
        for person in self._people:
            for key in person:
                if key.startswith(word.key):
                    return like_case(self.surrogate(key, self._roles[key])[0], word.text)
        at = ord(word.key) - ord("a")
        if not 0 <= at < _ALPHABET:
            return "X"
        moved = 1 + self._choice.number("initial", word.key, _ALPHABET - 1)
        return like_case(chr(ord("a") + (at + moved) % _ALPHABET), word.text)

    def _initials(self, word: NameWord) -> str:
        """``ED`` for the Emily Dawson of this document; empty if it is nobody's."""
        if not (word.text.isupper() and 1 < len(word.key) <= _LONGEST_INITIALS):
            return ""
        for person in self._people:
            if [key[0] for key in person] == list(word.key) or (person[0][0] + person[-1][0]) == word.key:
                chosen = person if len(person) == len(word.key) else (person[0], person[-1])
                return "".join(self.surrogate(key, self._roles[key])[0] for key in chosen).upper()
        return ""


def _kind(word: NameWord, *, alone: bool) -> Role:
    if word.key in BESIDE and (not alone or word.key in ("dr", "mr", "mrs", "ms", "miss", "prof")):
        return Role.BESIDE
    if word.key in PARTICLES and not alone:
        return Role.PARTICLE
    return Role.INITIAL if is_initial(word) and word.script is Script.LATIN else Role.GIVEN
