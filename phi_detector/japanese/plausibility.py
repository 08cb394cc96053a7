"""What a candidate of the model must have: it sees shapes, and reads 年 月 日 on a blank form as a date."""

import re
from dataclasses import replace
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.japanese.ages import nobody_of_many
from phi_detector.japanese.characters import HAN, KANJI_DIGIT, KATAKANA
from phi_detector.japanese.context_words import (
    FACILITY_GENERIC,
    FACILITY_HEADS,
    LATIN_NOTE_WORDS,
    NO_NAME_AT_ALL,
    NOT_NAMED,
)
from phi_detector.japanese.dates import is_fraction, stroke_is_date
from phi_detector.japanese.eponyms import names_a_term, place_names_a_term
from phi_detector.recogniser import Candidate

_DIGITS: Final = re.compile(rf"[\d{KANJI_DIGIT}百元]")
_DATE_MARK: Final = re.compile(r"[年月日]|\d\s?[/.\-]\s?\d|\d{4}|[A-Za-z]{3}")
_STROKE: Final = re.compile(r"\d{1,2}/\d{1,2}")
_LIMIT_BEHIND: Final = re.compile(r"\s?(?:歳|才)?\s?(?:以上|未満|以下|超|名|例|人|件|回|分(?!の)|%)")
_FEWEST_DIGITS: Final = {PhiType.DATE: 1, PhiType.AGE: 1, PhiType.ID: 1, PhiType.PHONE_OR_FAX: 3}
_LABORATORY: Final = re.compile(r"[\d.,]*\.[\d.,]*|(?![A-Z]{1,3}CU)[A-Z][A-Za-z]{1,5}\s\d[\d.]*")
_PIECE_OF_A_FIGURE: Final = re.compile(r"\d-\d+|[A-Za-z]\d{1,3}")  # 158-348, TV450
_LOWER_BOUND: Final = re.compile(r"\d{1,3}(?:\.\d+)?-(?=\d{1,3}(?:\.\d+)?(?:[^\d-]|$))")  # 48-72h, 4.35-5.55
_NUMBER_BEFORE: Final = re.compile(r"番号|記号|コード|No|NO|ID|#")
_AND_SO_ON: Final = re.compile("(?:など|等)$")
_LONGEST_GENERIC: Final = 24
_NOBODY: Final = FACILITY_HEADS | NOT_NAMED
_SURE: Final = 0.97
_COMPARISONS: Final = frozenset("<>≤≥=≦≧")
_MIXED_CASE: Final = re.compile(r"(?!(?:Mc|Mac|De|Di|Da|La|Le|Van|O)[A-Z])[A-Za-z]*[a-z][A-Z][A-Za-z]*")  # CrCl, qSOFA
_ONE_KATAKANA_WORD: Final = re.compile(rf"[{KATAKANA}]+")
_THING_BEFORE: Final = re.compile(r"(?:[薬剤器具機針管材膜糸液錠酔置法率値比度性続品名式型]|[\d%])\s?\($")
_FILE: Final = re.compile(r"\.(?:txt|csv|tsv|json|xml|pdf|hl7|docx?|xlsx?|pptx?|zip|dcm|png|jpe?g|tiff?)$", re.I)
_SEEN: Final = 0.8
_NUMBERS: Final = frozenset({PhiType.DATE, PhiType.ID, PhiType.PHONE_OR_FAX})
_NAME: Final = re.compile(rf"[{HAN}]{{1,4}}|[{KATAKANA}]{{2,10}}")


_POINTED_AT: Final = re.compile(r"(?:この|その|あの|どの)[^ ]{1,3}$")  # この園では


def plausible(text: str, one: Candidate) -> bool:
    """Whether a candidate of the model can be what it says."""
    if one.type is PhiType.NAME:
        return names_someone(text, one)
    if one.type is PhiType.ADDRESS:
        return (
            not _LABORATORY.fullmatch(text, one.begin, one.end)
            and names_somewhere(text, one)
            and not _only_a_kind(text[one.begin : one.end])
            and not _POINTED_AT.match(text, one.begin, one.end)
        )
    if one.type is PhiType.EMAIL:
        return "@" in text[max(0, one.begin - 1) : one.end + 1]
    if one.type is PhiType.URL:
        return not _FILE.search(text, one.begin, one.end)
    fewest = _FEWEST_DIGITS.get(one.type)
    return fewest is None or one.kind is PhiKind.INSURED_SYMBOL_NUMBER or _plausible_figure(text, one, fewest)


def _plausible_figure(text: str, one: Candidate, fewest: int) -> bool:
    if len(_DIGITS.findall(text, one.begin, one.end)) < fewest or _piece_of_a_figure(text, one):
        return False
    if one.type is PhiType.AGE:
        return (
            not _LIMIT_BEHIND.match(text, one.end)
            and text[one.begin - 1 : one.begin] not in _COMPARISONS
            and nobody_of_many(text, one.begin, one.end) > 0
        )
    return one.type is not PhiType.DATE or one.end - one.begin > 5 or _short_date(text, one)


def misnamed(text: str, one: Candidate) -> Candidate | None:
    """The name that the model took for a number because one stands beside it: 090-5477-8982  王."""
    if one.type not in _NUMBERS or one.score < _SEEN or not _NAME.fullmatch(text, one.begin, one.end):
        return None
    name = replace(one, type=PhiType.NAME, kind=PhiKind.UNKNOWN)
    return name if names_someone(text, name) else None


def names_someone(text: str, one: Candidate) -> bool:
    """Whether a name can be a person's here."""
    letters = _letters(text, one)
    if letters in NO_NAME_AT_ALL or letters.lower() in LATIN_NOTE_WORDS or (len(letters) >= 2 and letters in _NOBODY):
        return False
    if _MIXED_CASE.fullmatch(text, one.begin, one.end) or _is_a_thing(text, one):
        return False
    return not names_a_term(text, one.begin, one.end)


def names_somewhere(text: str, one: Candidate) -> bool:
    """Whether a name of a place says where something is here."""
    if _letters(text, one).lower() in LATIN_NOTE_WORDS:
        return False
    return one.kind is PhiKind.STREET or not place_names_a_term(text, one.end)


def _is_a_thing(text: str, one: Candidate) -> bool:
    """Whether a bracket explains a thing or a value: 麻酔(リドカイン), 79.2(ゲンスラー); nobody is called so."""
    return (
        _ONE_KATAKANA_WORD.fullmatch(text, one.begin, one.end) is not None
        and _THING_BEFORE.search(text, max(0, one.begin - 6), one.begin) is not None
    )


def _letters(text: str, one: Candidate) -> str:
    return "".join(filter(str.isalnum, text[one.begin : one.end]))


def _only_a_kind(place: str) -> bool:
    """Whether a name of a facility consists of words for its kind: 地域医療支援病院."""
    place = _AND_SO_ON.sub("", place)
    if len(place) > _LONGEST_GENERIC or not any(place.endswith(head) for head in FACILITY_HEADS):
        return False
    reached = {0}
    for begin in range(len(place)):
        if begin in reached:
            reached |= {
                end
                for end in range(begin + 1, len(place) + 1)
                if place[begin:end] in FACILITY_GENERIC or place[begin:end] in FACILITY_HEADS
            }
    return len(place) in reached


def _piece_of_a_figure(text: str, one: Candidate) -> bool:
    """Whether a candidate is what is left of a range or of a setting, where nothing announces a number."""
    piece = _PIECE_OF_A_FIGURE.fullmatch(text, max(0, one.begin - 1), one.end) or _LOWER_BOUND.match(text, one.begin)
    return piece is not None and not _NUMBER_BEFORE.search(text, max(0, one.begin - 16), one.begin)


def _short_date(text: str, one: Candidate) -> bool:
    """``4/1`` where a date stands; not a piece of 8/10, nor T1/2, L4/5, V1-3."""
    before = text[one.begin - 1 : one.begin]
    if not _DATE_MARK.search(text, one.begin, one.end) or (before.isascii() and before.isalpha()):
        return False
    if not _STROKE.fullmatch(text, one.begin, one.end) or stroke_is_date(text, one.begin, one.end) > 0:
        return True
    return one.score >= _SURE and not is_fraction(text, one.begin, one.end)
