# ruff: noqa: E501 - a pattern is read best as one line
"""Lists of terms: signs, scales, operations, instruments, brands. "Lachman, Ober, Thomas and Allen" are four tests.

Alone, "Thomas" may be anybody; among terms that are nobody's name, it is a term too.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import words
from phi_detector.english.capitals import UPPER
from phi_detector.english.eponyms import RATING, is_name
from phi_detector.recogniser import Candidate

_TERMS: Final = words.listed("eponyms") | words.listed("terms")
_FEWEST_ITEMS = 3
_FEWEST_SURE_TERMS = 2
_LEAST_TERM_SHARE = 0.5
_NOT_PEOPLE = {PhiType.NAME, PhiType.ADDRESS}

_WORD: Final = rf"[{UPPER}](?:\w|['.&-](?=\w)){{1,24}}"
_ITEM = re.compile(rf"(?<![\w'-])(?:de[ ])?(?P<head>{_WORD}(?:[ \n]{{1,2}}{_WORD}){{0,2}})")
_BETWEEN = re.compile(
    r"(?:[ \n]{1,3}(?:[IVX]{1,4}[A-Ca-c]?|[A-D]\d?|\d[\w.+/%-]{0,8}(?:[ ](?:mm|mg|wk))?|neg(?:ative)?|pos(?:itive)?|type[ ][A-Z0-9]{1,2}|type|grade|class|stage|[a-z]{1,14}|[(][^()\n]{1,24}[)])){0,3}[)\"']?"
    r"(?:[,;/+][ \n]{0,3}(?:and[ \n]|or[ \n])?|[ \n]and[ \n]|[ \n]or[ \n])[(\"']?(?:(?:no|neg|negative|positive|the|modified)[ ])?(?:de[ ])?"
)
_RATING_BEHIND = re.compile(r"(?:[ ]{1,2}(?:[A-Z]|[IVX]{1,4}[A-Fa-f]?|\d\w?)(?!\w)){1,2}\.?")
_TITLE_BEFORE = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Prof|RN|MD|NP)\.?[ ]{1,2}$")
_OF_PEOPLE = re.compile(
    r"(?i)(?:present|absent|attend\w*|excused|cc|copies|to|from|staff|team|by|with|children|sons?|daughters?|siblings?|kids|friends?|providers?|names?|members?|participants|dear)[ ]?:?[ ]{1,3}$"
)
_OF_TERMS = re.compile(
    r"(?i)(?<![a-z])(?:signs?|tests?|instruments?|operations?|procedures|scales?|scores?|classifications?|stains?|reflex(?:es)?|maneuvers?|retractors?|clamps?|forceps|drains?|catheters?|"
    r"tubes?|exam(?:ination)?|neuro(?:logic)?|orthop(?:a)?edic|abdom(?:en|inal)|cardiac|skin|nails|hands?|pupils?|hips?|knees?|shoulders?|wrists?|spine|msk|gu|neg(?:ative)?|no|regimens?|"
    r"trials?|brands?|meds?|medications?|drugs?|allergies)(?:[ ][a-z]{1,12}){0,3}[ ]?[:(]?[ ]{0,3}[(]?$"
)


def without_listed_terms(flat: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """The candidates, but for names and places that are items of a list of terms."""
    lists = list(_term_lists(flat))
    begins = [begin for begin, _ in lists]
    for one in found:
        at = bisect_right(begins, one.begin) - 1
        if one.type in _NOT_PEOPLE and at >= 0 and one.end <= lists[at][1]:
            continue
        yield one


def _term_lists(flat: str) -> Iterator[tuple[int, int]]:
    """Begin and end of every list of terms in a text without line ends."""
    run: list[re.Match[str]] = []
    for item in _ITEM.finditer(flat):
        if run and not _BETWEEN.fullmatch(flat, run[-1].end(), item.start("head")):
            if _is_of_terms(flat, run):
                yield run[0].start(), _end(flat, run)
            run = []
        run.append(item)
    if _is_of_terms(flat, run):
        yield run[0].start(), _end(flat, run)


def _end(flat: str, run: list[re.Match[str]]) -> int:
    rating = _RATING_BEHIND.match(flat, run[-1].end())
    return rating.end() if rating else run[-1].end()


def _is_of_terms(flat: str, run: list[re.Match[str]]) -> bool:
    if len(run) < _FEWEST_ITEMS or _OF_PEOPLE.search(flat[max(0, run[0].start() - 16) : run[0].start()]):
        return False
    sure = terms = asked = named = 0
    for item in run:
        head = RATING.sub("", item.group("head"))
        if _TITLE_BEFORE.search(flat[max(0, item.start() - 6) : item.start()]):
            return False
        parts = [words.folded(part.removesuffix("'s")) for part in re.split(r"[ \n]+", head)]
        pieces = [piece for part in parts for piece in part.split("-")]
        if head.isupper() or all(piece in words.everyday_words() and piece not in _TERMS for piece in pieces):
            continue  # an abbreviation, an ordinary word: says nothing
        asked += 1
        strange = [part for part in parts if part in _TERMS or part not in words.everyday_words()]
        known = (
            all(part in _TERMS for part in strange)
            or "_".join(parts) in _TERMS
            or all(piece in _TERMS for piece in pieces)
            or (len(parts) == 1 and any(map(_is_sure, pieces)))
        )
        terms += known
        named += not known and any(is_name(piece) for piece in pieces)
        sure += known and any(_is_sure(piece) for piece in (*parts, *pieces))
    headed = bool(_OF_TERMS.search(flat[max(0, run[0].start() - 40) : run[0].start()]))
    if sure and not named and asked >= _FEWEST_ITEMS:
        return True
    return sure + headed >= _FEWEST_SURE_TERMS and terms >= _LEAST_TERM_SHARE * asked


def _is_sure(word: str) -> bool:
    """A term that is no one's name in any list."""
    return word in _TERMS and not is_name(word)
