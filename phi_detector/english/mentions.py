# ruff: noqa: E501 - a pattern is read best as one line
"""Names told by what little stands beside them: a bracket, an apostrophe, a role without a colon, a hasty hand.

"Epidural at 4 (Khoury)", "Ragna's wedding", "PT Anneli, gait belt", "lives w/ rania", "/D.B./".
"""

import re
from collections.abc import Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES, UPPER
from phi_detector.labelled_pattern import LabelledPattern, Words
from phi_detector.recogniser import Candidate

_WHO: Final = rf"(?:[{UPPER}]\.[ ]?)?{NAME_WORD}(?:[ ](?:{NAME_WORD}|[{UPPER}]\.?)){{0,2}}"
_IN_BRACKETS = re.compile(
    rf"(?<=[(])(?P<v>{_WHO}(?:[/,][ ]?{_WHO}){{0,3}})(?=[)]|[,;:][ ]?(?:\+?\d|\(\d|his |her |their |a |the |cb))"
)
_SUBSTANCE_BEFORE = re.compile(
    r"(?:^|[^\w])[a-z-]{4,}(?:ine|ol|ide|ate|one|lam|pam|cin|lin|ril|tan|tin|nib|mab|ban|vir|ium|xel|rin|pril|zole|fil|lukast|cept)[ ]?[(]$"
)
_OF_LIFE: Final = (
    r"(?:death|passing|funeral|burial|memorial|wedding|marriage|engagement|divorce|birth|birthday|baptism|graduation|retirement|anniversary|arrest|accident|suicide|illness|house|home|apartment|condo|farm|place|room|"
    r"car|truck|job|school|class|teacher|boss|coach|lawyer|doctor|pcp|nurse|sitter|babysitter|mother|father|mom|dad|mum|parents|wife|husband|spouse|partner|boyfriend|girlfriend|fiancé|fiancée|sister|brother|"
    r"son|daughter|children|kids|baby|twins|aunt|uncle|cousin|niece|nephew|grandmother|grandfather|grandma|grandpa|family|friend|friends|guardian|caregiver|roommate|landlord|phone|cell|voice|wishes|belongings|keys|"
    r"signature|consent|chart|name|number|portal|account|insurance|side|behalf|bedside)"
)
_POSSESSIVE = re.compile(
    rf"(?<![\w'-])(?P<v>{NAME_WORD}(?:[ ]{NAME_WORD}){{0,2}})'s(?=[ ](?:own |new |old |late |elderly |older |younger )?{_OF_LIFE}(?![a-z]))"
)
_ROLE: Final = LabelledPattern(
    r"PT|OT|RT|SW|CM|POA|HCPOA|DPOA|NOK|RN|LPN|CNA|NP|PA|CRNA|MA|RD|SLP|EMT|Ofc|Ofcr|Dep|Det|Deputy|Trooper|Chaplain|Deacon|Elder|Bishop|Rev|Sheikh|Coach|Medic|Paramedic|Principal|Midwife|Veteran|Tech|Aide|Sitter|Scribe|Intern|Resident|Fellow|Student|Interpreter|"
    r"chaplain|deacon|aide|sitter|tech|technician|medic|paramedic|intern|resident|fellow|student|interpreter|translator|teacher|coach|principal|landlord|neighbor|neighbour|caseworker|volunteer|roommate|midwife|doula|priest|pastor|rabbi|imam|lawyer|attorney|counselor|therapist|dietitian|pharmacist|phlebotomist|scribe|bf|gf|eldest|youngest|firstborn|godson|goddaughter|stepmom|stepdad|inmate|deputy|trooper|detective|officer|agent|sponsor|mentor|supervisor|manager",
    rf"\.?,?[ ](?P<v>(?:[{UPPER}]\.[ ]?)?{NAME_WORD}(?:[ ]{NAME_WORD})?(?:-{NAME_WORD})?)(?![\w-])",
    before=r"(?<![\w/&-])",
    whole=True,
    cased=True,
)
_DOTTED = re.compile(rf"(?<![\w.'])(?P<v>[{UPPER}]\.[ ]?[A-Za-z]\.(?:[ ]?[{UPPER}]\.)?)(?![\w'-]|[ ]?\d)")
_SIGNED_BEFORE = re.compile(r"(?:[/\[(]|[.!?;:)][ ]{1,3}|[ ]{2}|\n[ ]*|\d[ ]|[-–][ ]?)$")
_SIGNED_BEHIND = re.compile(r"[ ]*(?:[/\])]|\n|$|,?[ ](?:MD|RN|NP|DO)\b|[ ]{2})")
_ABBREVIATIONS: Final = words.listed("dotted_abbreviations")
_COMPANY = re.compile(
    rf"(?<![\w-])(?i:w/|with|d/w|per|by|from|for|to|saw|and|or|&|[-–~])[ ]?(?P<v>{NAME_WORD}(?:[ ]{NAME_WORD})?)(?P<second>,?[ ](?:and|or|&|/)[ ]{NAME_WORD}(?:[ ]{NAME_WORD})?)?(?=[ ]?[.,;:()/]|[ ](?:and|or|&|on|at|in|who|to|for|re|about|MA|PCT|CNA|LVN|CMA)(?![\w])|[ ]{{2}}|$)"
)
_WITH_AGE = re.compile(
    rf"(?<![\w'-])(?P<v>{NAME_WORD}(?:[ ]{NAME_WORD})?)(?=[ ][(](?:\d{{1,2}}|1[01]\d)(?:[ ]?(?:yo|y/o|y|yrs?|years?)\.?)?(?:,[ ]?[MF])?[)][ ,.;](?![ ]?(?:mg|ml|points?|of)))"
)
_HASTY = re.compile(
    r"(?<![\w-])(?:w/|with|and|&|\+|bf|gf|bff|hubby|wife|husband|mom|mum|dad|son|daughter|sis|sister|bro|brother|friend|partner|ex|aunt|auntie|uncle|cousin|niece|nephew|grandma|grandpa|nana|baby|dr|nurse|per|saw|told|tell|ask|asked|called|hi|hey|thx|thanks|named|from|by|its|for)[ ,]{1,2}(?P<v>[a-zà-ÿ]{3,15})(?![\w-])"
)
_KIN = re.compile(
    r"(?:bf|gf|bff|hubby|wife|husband|mom|mum|dad|son|daughter|sis|sister|bro|brother|aunt|uncle|cousin|niece|nephew)[ ,]"
)
_ENDS_CLAUSE = re.compile(r"[.,;)&]|'s[ ]|[ ](?:and|&|is|was|has|who|\()")
_UNLISTED = 0.4
_HASTY_POSSESSIVE = re.compile(rf"(?<![\w'-])(?P<v>[a-zà-ÿ]{{3,15}})'s(?=[ ]{_OF_LIFE}(?![a-z]))")


_DOTS = re.compile(r"(?<![\w.])(?:[A-Za-z]\.[ ]?){1,4}[A-Za-z]?(?![\w])\.?")


def is_abbreviation(flat: str, begin: int, end: int) -> bool:
    """Whether a span lies in a dotted abbreviation that is nobody's initials: "U.S.", "t.i.d."."""
    for match in _DOTS.finditer(flat, max(0, begin - 8), end + 8):
        letters = "".join(c for c in match.group() if c.isalpha()).lower()
        if match.start() <= begin and end <= match.end() and len(letters) > 1:
            return letters in _ABBREVIATIONS
    return False


def find_mentions(text: str, flat: str, where: Words) -> Iterator[Candidate]:
    """Candidates in a text whose case is restored; ``flat`` is the same without line ends."""
    yield from _bracketed(flat)
    yield from _possessive(flat)
    yield from _with_role(flat, where)
    yield from _initials(text)
    yield from _hasty(flat)
    yield from _in_company(flat)
    yield from _with_age(flat)


def _person(begin: int, end: int, score: float) -> Candidate:
    return Candidate(begin, end, PhiType.NAME, score, PhiKind.PERSON)


def _bracketed(flat: str) -> Iterator[Candidate]:
    """Who did it stands in brackets behind what was done; so do brands behind drugs, which are no names."""
    for match in _IN_BRACKETS.finditer(flat):
        if _SUBSTANCE_BEFORE.search(flat[max(0, match.start() - 24) : match.start()]):
            continue
        for part in re.finditer(_WHO, match.group("v")):
            begin, end = match.start("v") + part.start(), match.start("v") + part.end()
            named = _strangers(part.group())
            if named and not eponyms.is_eponym(flat, begin, end):
                listed = any(_is_listed(word) for word in named)
                yield _person(begin, end, 0.6 if listed else 0.45 if len(named) > 1 else 0.25)


def _possessive(flat: str) -> Iterator[Candidate]:
    for match in _POSSESSIVE.finditer(flat):
        begin, end = match.span("v")
        parts = list(re.finditer(r"\S+", match.group("v")))
        while parts and not _is_stranger(parts[0].group()):
            parts.pop(0)
        begin += parts[0].start() if parts else 0
        if parts and not eponyms.is_eponym(flat, begin, end):
            yield _person(begin, end, 0.85)


def _with_role(flat: str, where: Words) -> Iterator[Candidate]:
    for match in _ROLE.finditer(flat, where):
        begin, end = match.span("v")
        parts = match.group("v").split()
        if len(parts) > 1 and not _is_stranger(parts[-1]):
            end -= len(parts.pop()) + 1
        if all(_is_stranger(part) for part in parts) and not eponyms.is_eponym(flat, begin, end):
            yield _person(begin, end, 0.7 if any(map(_is_listed, parts)) else 0.5)


def _initials(text: str) -> Iterator[Candidate]:
    """Initials where one signs: alone between marks, or last on a line."""
    for match in _DOTTED.finditer(text):
        letters = "".join(c for c in match.group("v") if c.isalpha()).lower()
        before = _SIGNED_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
        behind = _SIGNED_BEHIND.match(text, match.end())
        bracketed = bool(before and behind and before.group() in {"/", "[", "("})
        last = bool(before and before.group()[0] in ".!?" and text[match.end() :].partition("\n")[0].strip() == "")
        if bracketed or last or letters not in _ABBREVIATIONS:
            yield _person(*match.span("v"), 0.8 if before and behind else 0.25)


def _hasty(flat: str) -> Iterator[Candidate]:
    """A name without its capital, that a list of names has and no list of words."""
    for pattern, score in ((_HASTY, 0.5), (_HASTY_POSSESSIVE, 0.6)):
        for match in pattern.finditer(flat):
            word = words.folded(match.group("v"))
            if word in words.everyday_words() or word in words.places() or eponyms.is_term(word):
                continue
            close = pattern is _HASTY_POSSESSIVE or bool(_KIN.match(match.group()))
            if _is_listed(word):
                yield _person(*match.span("v"), score)
            elif close and _ENDS_CLAUSE.match(flat, match.end()):
                yield _person(*match.span("v"), _UNLISTED)


def _in_company(flat: str) -> Iterator[Candidate]:
    """Who is met: "w/ Anneli and Quarrow": strangers to every list of words; faint, unless a list of names has them."""
    for match in _COMPANY.finditer(flat):
        for part in re.finditer(rf"{NAME_WORD}(?:[ ]{NAME_WORD})?", match.group()):
            begin, end = match.start() + part.start(), match.start() + part.end()
            named = _strangers(part.group())
            if named and begin >= match.start("v") and not any(map(_is_described, named)):
                yield _person(begin, end, 0.45 if any(map(_is_listed, named)) else 0.22)


def _with_age(flat: str) -> Iterator[Candidate]:
    """Who has an age in brackets is somebody, be it Juniper: "Juniper (6) is here"."""
    for match in _WITH_AGE.finditer(flat):
        begin, end = match.span("v")
        parts = match.group("v").split()
        if all(_is_listed(part) or _is_stranger(part) for part in parts) and not eponyms.is_eponym(flat, begin, end):
            yield _person(begin, end, 0.6)


def _strangers(name: str) -> list[str]:
    """The words of a name that no ordinary word explains; nothing where one does."""
    parts = [part for part in name.split() if len(part.strip(".")) > 1]
    return parts if all(_is_stranger(part) for part in parts) else []


def _is_stranger(word: str) -> bool:
    plain = words.folded(word.strip("."))
    pieces = plain.split("-")
    if plain in NOT_NAMES or word.isupper():
        return False
    return any(piece not in words.everyday_words() and not eponyms.is_term(piece) for piece in pieces)


def _is_described(word: str) -> bool:
    """Whether someone of the name has described something: "for Hickman" is about a catheter."""
    return words.folded(word) in words.listed("eponyms")


def _is_listed(word: str) -> bool:
    return any(
        piece in words.first_names() or piece in words.last_names() or piece in words.further_names()
        for piece in words.folded(word.strip(".")).split("-")
    )
