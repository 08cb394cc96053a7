# ruff: noqa: E501 - a pattern is read best as one line
"""Numbers that belong to who is named beside them: ages behind names, badges, and numbers that head every row.

A number alone says little; in rows of which every one names somebody, the number at the same place is theirs.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6
_FEWEST_ROWS: Final = 3
_SHORTEST_NAME: Final = 5  # initials sign what somebody else has done
_OLDEST: Final = 110
_MOST_CLOCKS: Final = 0.7  # of numbers of four digits; where more of them are times of the day, all are

# "Fernanda Karalis, 65.", "Menachem (19, lost both", "TARIQ AL-MASRI ~65 per wallet", "Kofi is 53, Zainab", "Chiyo, 22 mo, ate"
_AGE_BEHIND: Final = re.compile(
    r"[\"')]{0,2}(?:,?[ ](?:\([\d-]{6,14}\)|\d[\d -]{5,13}\d))?"
    r"(?:\.?,[ ]|[ ]\(|,?[ ](?:about|abt|approx\.?|maybe|age|aged)[ ]|,?[ ]?[(]?~[ ]?|[ ](?:is|was|turns|turned)[ ](?=[2-9]\d)|(?<=[a-z])[ ](?=[2-9]\d,[ ]))(?P<v>\d{1,3})"
    r"(?=[ ]?[),;]|[ ]\(|[ ](?:mos?|months?|wks?)(?:[,;.)]|[ ](?![a-z]))|:(?!\d)|\.(?:[ \n]|$)|[ ]?[-\u2013][ ]|[ ]{2,}|[ ]?\n|$|[ ](?:y/?o|yrs?|years?|now|who|whose|with|w/|from|per|had|has|is|was|in|on|and)(?![a-z]))"
)
_AGE_IN_ROW: Final = re.compile(
    r"(?:[ ]{1,3}[(][\w -]{1,14}[)])?(?:[ ]{1,8}[A-Z]{0,2}\d{4,10})?[ ]{1,30}(?P<v>\d{1,3})[yYmM]?(?=[ ]{2,}|[ ]?\n|[ ]?[,;|])"
)

_BADGE_BEHIND: Final = re.compile(
    r"[ ,]{1,3}\(?#[ ]?(?P<v>[A-Z]{0,2}-?\d{2,6})(?![\w-])|[ ]/[ ](?P<w>[A-Z]{0,3}\d{5,10})(?=[ ]/|[ ]?\n|[ ]{2})"
)
_HEAD: Final = re.compile(
    r"^[ \t]{0,4}[\[(]?#?(?P<v>(?=[A-Z]{0,4}-?\d)(?:[A-Z]{1,4}-?)?\d{2,10}(?:[ -][A-Z\d]{1,10}){0,3}(?:[A-Z]{1,2})?)(?=[\])]?[ ]{2}|[\])]?[ ]?[|\t,:]|[\])][ ])",
    re.MULTILINE,
)
_BEHIND_NAME: Final = re.compile(
    r"(?:,?[ ](?:PA|RN|MD|NP|DO|PharmD|LCSW|MA|RT))?[ ,(\[|]{1,24}(?P<v>(?:[A-Z]-?)?\d[\dA-Z-]{2,9})(?=[ )\]|,;]|\n|$)"
)
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
_CLOCK_FORM: Final = re.compile(r"9999(?:[ -].*)?$")
_DIGIT: Final = re.compile(r"\d", re.ASCII)
_LETTER: Final = re.compile(r"[A-Z]")


def mentions(text: str, strong: Iterable[Candidate]) -> Iterator[Candidate]:
    """Ages and numbers beside people, of strong candidates."""
    people = [one for one in strong if one.type is PhiType.NAME and one.kind is not PhiKind.KANA]
    if not people:
        return
    taken = {one.begin for one in strong if one.type is not PhiType.NAME}
    for one in people:
        age = _AGE_BEHIND.match(text, one.end)
        if age and _is_age(age.group("v")):
            yield _candidate(age.span("v"), PhiType.AGE)
        badge = _BADGE_BEHIND.match(text, one.end)
        if badge:
            yield _candidate(badge.span("v" if badge.group("v") else "w"), PhiType.ID)
    yield from _ages_of_rows(text, people)
    yield from _of_one_form(
        [(match.start("v"), match.group("v")) for one in people if (match := _BEHIND_NAME.match(text, one.end))], taken
    )
    yield from _heads_of_rows(text, people, taken)


def _candidate(span: tuple[int, int], type_: PhiType) -> Candidate:
    return Candidate(*span, type_, _SCORE, source=Source.PROPAGATION)


def _is_age(value: str) -> bool:
    return 0 < int(value) <= _OLDEST and not value.startswith("0")


def _ages_of_rows(text: str, people: list[Candidate]) -> Iterator[Candidate]:
    """In three rows or more a number from 1 to 110 behind the name, and hardly one below ten."""
    rows = [
        match
        for one in people
        if one.end - one.begin >= _SHORTEST_NAME
        and (match := _AGE_IN_ROW.match(text, one.end))
        and _is_age(match.group("v"))
    ]
    grown = sum(len(match.group("v")) > 1 for match in rows)
    if grown >= _FEWEST_ROWS and grown * 2 > len(rows) and len({match.group("v") for match in rows}) > 1:
        for match in rows:
            yield _candidate(match.span("v"), PhiType.AGE)


def _heads_of_rows(text: str, people: list[Candidate], taken: set[int]) -> Iterator[Candidate]:
    """Numbers of one form at the beginning of lines, three or more of which name somebody."""
    begins = sorted(one.begin for one in people)
    naming: dict[str, set[str]] = defaultdict(set)
    heads: list[tuple[int, str]] = []
    at = 0
    for match in _HEAD.finditer(text):
        value = match.group("v")
        heads.append((match.start("v"), value))
        line_end = text.find("\n", match.end())
        while at < len(begins) and begins[at] < match.end():
            at += 1
        if at < len(begins) and begins[at] < (line_end if line_end >= 0 else len(text)):
            naming[_form(value)].add(value)
    trusted = {form for form, values in naming.items() if len(values) >= _FEWEST_ROWS}
    yield from _of_one_form([(begin, value) for begin, value in heads if _form(value) in trusted], taken)


def _of_one_form(found: list[tuple[int, str]], taken: set[int]) -> Iterator[Candidate]:
    by_form: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for begin, value in found:
        by_form[_form(value)].append((begin, value))
    for form, ones in by_form.items():
        if len({value for _, value in ones}) < _FEWEST_ROWS or not _identifies(form):
            continue
        if _CLOCK_FORM.match(form) and sum(bool(_CLOCK.match(value)) for _, value in ones) > _MOST_CLOCKS * len(ones):
            continue
        for begin, value in ones:
            if begin not in taken:
                yield _candidate((begin, begin + len(value)), PhiType.ID)


def _form(value: str) -> str:
    return _LETTER.sub("A", _DIGIT.sub("9", value))


def _identifies(form: str) -> bool:
    """Whether a form has enough of digits: three of them beside a letter or a hyphen, or four."""
    digits = form.count("9")
    return digits >= 4 or (digits >= 3 and len(form) > 3) or (digits >= 2 and "-" in form and "A" in form)
