# ruff: noqa: E501 - a pattern is read best as one line
"""Names that a list of names has: a first name and a stranger, initials and a stranger, a name alone."""

import re
from collections.abc import Iterator

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES, UPPER, name_end
from phi_detector.recogniser import Candidate, Source

_PAIR = re.compile(rf"(?<![\w'-])(?P<first>{NAME_WORD})(?=[ ]{{1,2}}[{UPPER}])")
_INITIALED = re.compile(rf"(?<![\w'.-])(?P<v>[{UPPER}]\.[ ]?(?:[{UPPER}]\.[ ]?){{0,2}}[ ]?(?P<last>{NAME_WORD}))")
_LONE = re.compile(rf"(?<![\w'.^-])(?P<v>{NAME_WORD})(?![\w^-]|\.\w)")
_RATED_BEFORE = re.compile(r"(?i)(?<![a-z])(?:grade|class|stage|type|level|phase|group)[ ]$")  # "grade I. Pars intact"
_VERB_OF_PERSON = re.compile(
    r"[ ](?:is|was|has|had|reports?|reported|states?|stated|denies|denied|complains|complained|presents|presented|says|said|notes|noted|called|came|lives|works|takes|took|feels|felt|wants|asked|agreed|agrees|understands|tolerated|"
    r"returned|returns|will|would|continues|continued|underwent|received|appears|appeared|did|does|went|remains|remained|arrived|also|then|told|declined|refused|slept|ate|walked|ambulated|verbalized|saw|gave|signed|recommended|recommends|thinks|believes|and)[ ]"
)


def find_listed_names(flat: str) -> Iterator[Candidate]:
    """Candidates in a text whose case is restored, without line ends."""
    yield from _pairs(flat)
    yield from _initialed(flat)
    yield from _lone(flat)


def _pairs(flat: str) -> Iterator[Candidate]:
    """A first name and what follows it."""
    for match in _PAIR.finditer(flat):
        first = words.folded(match.group("first"))
        if first not in words.first_names() or first in NOT_NAMES:
            continue
        end = name_end(flat, match.start(), first_is_certain=True)
        name = flat[match.start() : end] if end else ""
        parts = [words.folded(word.strip(".\"'()")) for word in name.split()]
        if end is None or len(parts) < 2 or eponyms.is_eponym(flat, match.start(), end):
            continue
        ordinary = first in words.words()
        behind = [part for part in parts[1:] if len(part) > 1]
        family = bool(behind) and all(part in words.last_names() or part not in words.words() for part in behind)
        if not family or (ordinary and any(part in words.words() for part in behind)):
            continue
        place = " ".join(parts) in words.places()
        in_lists = any(part in words.last_names() for part in behind)
        yield _listed(
            match.start(),
            end,
            0.4 if place else 0.88 if in_lists and not ordinary else 0.65 if not ordinary else 0.5,
        )


def _initialed(flat: str) -> Iterator[Candidate]:
    """Initials and a name: "J. P. Ngata"."""
    for match in _INITIALED.finditer(flat):
        last = words.folded(match.group("last"))
        if eponyms.is_eponym(flat, *match.span("last")) or _RATED_BEFORE.search(
            flat[max(0, match.start() - 8) : match.start()]
        ):
            continue
        if last not in NOT_NAMES and (last in words.last_names() or last not in words.words()):
            yield Candidate(
                match.start(), match.end(), PhiType.NAME, 0.85 if last not in words.words() else 0.5, PhiKind.PERSON
            )


def _lone(flat: str) -> Iterator[Candidate]:
    """A name alone: faint, but for a verb of people behind it."""
    for match in _LONE.finditer(flat):
        name = words.folded(match.group("v").removesuffix("'s"))
        if name in words.words() or name in NOT_NAMES or name in words.places():
            continue
        listed = name in words.first_names() or name in words.last_names() or name in words.further_names()
        if not listed or eponyms.is_eponym(flat, match.start(), match.end()):
            continue
        end = match.end() - (2 if match.group("v").endswith("'s") else 0)
        verb = bool(_VERB_OF_PERSON.match(flat[match.end() : match.end() + 16]))
        yield _listed(match.start(), end, 0.6 if verb else 0.25)


def _listed(begin: int, end: int, score: float) -> Candidate:
    return Candidate(begin, end, PhiType.NAME, score, PhiKind.PERSON, Source.GAZETTEER)
