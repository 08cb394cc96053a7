"""Words around a name or a place that speak for it or against it; the lists are in ``words/``, space-separated."""

from pathlib import Path
from typing import Final


def _words(name: str) -> frozenset[str]:
    return frozenset((Path(__file__).with_name("words") / f"{name}.txt").read_text("utf-8").split())


HONORIFICS: Final = _words("honorifics")
"""Behind a name and nothing else, but for the words of ``NOT_NAMED``."""

ROLES: Final = _words("roles")
"""Behind a name, but also behind a ward or a department: the name must look like one."""

LEADS: Final = _words("leads")
"""Before a name, with or without の, a colon or a bracket between."""

NOT_NAMED: Final = _words("not_named")
"""What stands where a name would, and is none: 患者様, 当直医師."""

FUNCTION_WORDS: Final = _words("function_words")
"""Hiragana that is grammar, where a name in hiragana could stand."""

NO_NAME_AT_ALL: Final = _words("no_name_at_all")
"""What nobody is called, whatever a form's shape suggests: 年月日, 署名欄."""

NOT_A_FIELD_VALUE: Final = _words("not_a_field_value")
"""What a form says behind 氏名: or 主治医: when it says no name."""

NOT_A_PERSON_ALONE: Final = _words("not_a_person_alone")
"""Surnames and given names that are ordinary words of charts as well: alone they are no evidence."""

SINGLE_SURNAMES: Final = _words("single_surnames")
"""Surnames of one character that stand before a doctor's or a nurse's title."""

GIVEN_NAMES_LIKE_WORDS: Final = _words("given_names_like_words")
"""Given names in hiragana that are words as well: はじめ, すすむ."""

EPONYM_HEADS: Final = _words("eponym_heads")
"""Behind a person's name, these make it the name of a disease, a sign, a method: 橋本病, バビンスキー反射."""

EPONYM_PEOPLE: Final = _words("eponym_people")
"""People of medicine in katakana, without surnames that are as common among patients."""

LATIN_TERMS: Final = _words("latin_terms")
"""Organisms, scores and substances in Latin letters, in lower case."""

LATIN_NOTE_WORDS: Final = _words("latin_note_words")
"""English words of headers and shorthand, in lower case: alone they name nobody and no place."""

EPONYM_PARTNERS: Final = _words("eponym_partners")
"""Surnames that are: only beside one of ``EPONYM_PEOPLE`` are they of medicine, マン・ホイットニー."""

ESTABLISHMENT_KINDS: Final = _words("establishment_kinds")
"""Before the name of an establishment: グループホームつくし."""

ESTABLISHMENT_FIELDS: Final = _words("establishment_fields")
"""What a form or a sentence says before the name of one, with a mark between: 転院先:, デイは."""

ESTABLISHMENT_VERBS: Final = _words("establishment_verbs")
"""What one does at an establishment: behind its name and a particle."""

COMMON_ESTABLISHMENTS: Final = _words("common_establishments")
"""Words in kana that name no establishment, where one could stand."""

COMPANY_HEADS: Final = _words("company_heads")
"""Common nouns that a company's name ends with."""

GENERIC_FIRMS: Final = _words("generic_firms")
"""Before a company's head, these say what kind of firm it is: 介護タクシー."""

SURE_ESTABLISHMENT_FIELDS: Final = _words("sure_establishment_fields")
"""Fields behind which a blank is enough: 勤務先 東洋タクシー."""

FACILITY_HEADS: Final = _words("facility_heads")
"""What the name of a facility, a school, an employer ends with."""

FACILITY_GENERIC: Final = _words("facility_generic")
"""Words that say what kind of facility it is, not which: 急性期病院."""

FACILITY_LEADING: Final = _words("facility_leading")
"""Words before the name of a facility that are no part of it."""

GENERAL_PLACES: Final = _words("place_general")
"""Places larger than a prefecture, and words that are places only by their spelling."""

PLACE_SUFFIXES: Final = _words("place_suffixes")

ENGLISH_LIKE_ROMAJI: Final = _words("english_like_romaji")
"""English words that are spelt in Japanese syllables."""

HEADINGS: Final = _words("headings")
"""English words that stand behind a credential and begin a section: CM Plan."""
