"""The tagger of English, and what is known better than it.

The tagger is tuned to miss nothing; what it takes for PHI must also look like it: a date has a month or two numbers, an
identifier has digits that are no measurement, a name in lower case is no ordinary word.
"""

# ruff: noqa: E501 - a pattern is read best as one line
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, numbered, place_spans, words
from phi_detector.english.capitals import NAME_WORD, NOT_NAMES
from phi_detector.english.mentions import is_abbreviation
from phi_detector.english.names import without_roles
from phi_detector.english.public_numbers import without_public_numbers
from phi_detector.english.term_lists import without_listed_terms
from phi_detector.english.tokeniser import EnglishTokeniser
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate
from phi_detector.tagging import Tagger

MODEL_DIRECTORY = Path(__file__).parents[1] / "models" / "en"
_GENERIC = words.listed("generic_facility_words") | NOT_NAMES
_RULES_KNOW_BETTER = {PhiType.EMAIL, PhiType.URL}
_BELIEVED_FROM = {PhiType.ADDRESS: 0.04}  # insiders' names of places are seen faintly, and seldom wrongly
_CERTAIN = 0.9
_MOST = 0.94  # a label proves more (recogniser.Candidate): "NPI 1234567893" is no telephone
_SHORT = 12  # letters of a name that may be an abbreviation
_SENTENCE = 200  # characters back that are searched for its beginning
_BESIDE = 0.5  # of who is named beside someone
_LEAST_WIDENED = 0.3


class EnglishModel:
    """Candidates of the network that look like what it takes them for."""

    def __init__(self) -> None:
        self._tagger = Tagger.load(
            MODEL_DIRECTORY, EnglishTokeniser(), threshold=0.45, faint=0.15, by_type=_BELIEVED_FROM
        )

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        writer = _is_cased(text.text)
        likely = without_public_numbers(text.text, self._tagger.find(text))
        for found in without_listed_terms(text.flat, place_spans.joined(text.text, likely)):
            one = replace(found, score=min(found.score, _MOST))
            cased = writer and not _begins_small(text.text, one.begin)
            if one.type is PhiType.NAME:
                for name in _name(text, one, cased):
                    yield _as_place(text.text, name) or name
                    yield from _next_of_list(text.flat, name)
            elif one.type in numbered.TYPES:
                yield from numbered.numbered(text.flat, one)
            elif one.type not in _RULES_KNOW_BETTER:
                yield from _place(text, one, cased)


def _is_cased(text: str) -> bool:
    """Whether the writer used capitals as English does, so that a lower-case word is no name."""
    letters = [c for c in text[:4000] if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return 0.015 * len(letters) < capitals < 0.5 * len(letters)


_SENTENCE_ENDS = re.compile(r"[.!?][ \n]{1,3}(?=[^\W\d_])|\n[ \t]*\n|\n>+[ ]?|\n[ ]*[-*•][ ]")
_ENDS_NO_SENTENCE = re.compile(
    r"(?i)(?<![a-z])(?:[a-z]|dr|drs|mr|mrs|ms|st|vs|pt|approx|no|nos|inc|e\.g|i\.e|etc|hx|dx|fx|jr|sr|ave|rd|blvd|prof|rev|fr)$"
)


def _begins_small(text: str, position: int) -> bool:
    """Whether the sentence of a position begins with a small letter: its names may do so too."""
    sentence = 0
    window = max(0, position - _SENTENCE)
    for end in _SENTENCE_ENDS.finditer(text, window, position):
        if not _ENDS_NO_SENTENCE.search(text[max(window, end.start() - 6) : end.start()]):
            sentence = end.end()
    return sentence > 0 and text[sentence : sentence + 2].islower() and text[sentence : sentence + 2].isalpha()


def _name(text: NormalisedText, one: Candidate, cased: bool) -> Iterator[Candidate]:
    first = _behind_code(text.text, one.begin)
    if first >= one.end:
        return  # the last letter of a code, and nothing else
    begin, end = without_roles(text.text, *_whole_name(text.text, first, one.end))
    begin, end = _without_plain_words(text.text, begin, end) if cased else (begin, end)
    initial = _INITIAL_BEHIND.match(text.flat, end)
    end = initial.end() if initial else end
    name = text.flat[begin:end]
    if end <= begin or eponyms.is_eponym(text.flat, begin, end) or not any(c.isalpha() for c in name):
        return
    parts = [words.folded(part) for part in _PARTS.findall(name)]
    if all(part in NOT_NAMES for part in parts) or _VOLUME_BEHIND.match(text.flat, end):
        return
    if _SPECIES.match(name) and not any(part in words.first_names() or part in words.last_names() for part in parts):
        return
    if len(name) < _SHORT and is_abbreviation(text.flat, begin, end):
        return
    score = one.score
    ordinary = all(part in words.everyday_words() for part in parts)
    listed = any(
        part in words.first_names() or part in words.last_names() or part in words.further_names() for part in parts
    )
    if cased and name.islower():
        score *= 0.3 if ordinary else 0.8 if score > _CERTAIN else 0.4
    elif ordinary:
        score *= 0.3 if not listed else 0.75
    elif cased and name.isupper() and not listed and (2 < len(name) < 5 or "-" in name) and " " not in name:
        score *= 0.3
    elif cased and len(parts) == 1 and name.isupper() and len(name) < 6 and not listed:
        score *= 0.8 if score > _CERTAIN else 0.4  # an abbreviation, more often than initials
    yield replace(one, begin=begin, end=end, score=round(score, 3), kind=one.kind or PhiKind.PERSON)


_SPECIES = re.compile(r"[A-Z]\.[ ]?[a-z]{4,}")  # "S. aureus"


_NEXT = re.compile(
    rf"(?:[ ][(][A-Z]{{2,4}}[)])?(?:(?:,?[ ](?:and|or|&)|,)[ ]|[ ]?/[ ]?)(?P<v>{NAME_WORD})(?=[.,;)]|[ ](?:and|&|[(])|[ ]{{2}}|$)"
)


_BEFORE_SLASH = re.compile(rf"(?<![\w/'-])(?P<v>{NAME_WORD})[ ]?/[ ]?\Z")  # "Vo/Eberhardt"
_LONGEST = 30


def _next_of_list(flat: str, one: Candidate) -> Iterator[Candidate]:
    """Who stands beside a person in a list is one too: "Glover (ID) and Nusrat"."""
    if one.score <= _CERTAIN:
        return
    for beside in (_NEXT.match(flat, one.end), _BEFORE_SLASH.search(flat[max(0, one.begin - _LONGEST) : one.begin])):
        if beside is None:
            continue
        begin, end = beside.span("v")
        if beside.re is _BEFORE_SLASH:
            begin, end = one.begin - (beside.end() - begin), one.begin - (beside.end() - end)
        written = flat[begin + 1].islower() or (flat[begin:end].isupper() and end - begin > 3)  # no abbreviation
        named = written and not _is_plain(words.folded(flat[begin:end]))
        if named and not eponyms.is_eponym(flat, begin, end):
            yield replace(one, begin=begin, end=end, score=_BESIDE)


def _is_plain(word: str) -> bool:
    return word in words.everyday_words() or word in NOT_NAMES or word in words.places()


_REST_OF_CODE = re.compile(r"(?<=\d)[A-Za-z][.,;: ]{0,3}")


def _behind_code(text: str, begin: int) -> int:
    """Where a name begins that was taken together with the last letter of a code: "H1047R. Ada"."""
    rest = _REST_OF_CODE.match(text, begin)
    return rest.end() if rest else begin


_NAME_BEFORE = re.compile(r"[^\W\d_]{1,24}(?:['-][^\W\d_]{0,24}){0,2}\Z")
_NAME_BEHIND = re.compile(r"(?!'s(?![^\W\d_]))(?:['-]?[^\W\d_]{1,24}){1,3}")


def _whole_name(text: str, begin: int, end: int) -> tuple[int, int]:
    """The span widened over apostrophes and hyphens inside of names: "Ny'Asia" is one, "Virchow-Robin" is one."""
    if text[begin] in "'-" or text[begin].isalpha():
        before = _NAME_BEFORE.search(text[max(0, begin - 40) : begin])
        begin -= len(before.group()) if before else 0
    if text[end - 1] in "'-" or text[end - 1].isalpha():
        behind = _NAME_BEHIND.match(text, end)
        end = behind.end() if behind else end
    return begin, end


_PLAIN_BEFORE = re.compile(r"(?P<word>[a-z]{3,})[ \n]{1,3}(?=[^\Wa-z\d_])")
_PLAIN_BEHIND = re.compile(r"[,;]?[ \n]{1,3}(?:(?P<word>[a-z]{2,})|[(][A-Z]{2,4}[)]?)\Z")
_INITIAL_BEHIND = re.compile(r"(?<=[^\W\d_])[ ][B-HJ-Z]\.?(?=[ ]?[(,;|)/\n]|[ ]{2}|$)")  # "DOE, JANE X (68"
_VOLUME_BEHIND = re.compile(
    r"(?:\.?[ ][A-Z][a-z]{1,12}){0,4}\.?[ ](?:19|20)\d\d;[ ]?\d"
)  # a journal: "J Clin Oncol 2019;37"
_PARTS = re.compile(r"[^\W\d_]+(?:'(?!s(?![^\W\d_]))[^\W\d_]+)*")


def _without_plain_words(text: str, begin: int, end: int) -> tuple[int, int]:
    """The span without ordinary words in lower case at its edges: "sponsor Masanori", "Anders cant", "Glover (ID)"."""
    before = _PLAIN_BEFORE.match(text, begin, end)
    while before and before.group("word") in words.everyday_words():
        begin = before.end()
        before = _PLAIN_BEFORE.match(text, begin, end)
    for _ in range(3):
        behind = _PLAIN_BEHIND.search(text[begin:end])
        if not behind or not behind.start() or (behind.group("word") or "the") not in words.everyday_words():
            break
        end = begin + behind.start()
    return begin, end


def _as_place(text: str, name: Candidate) -> Candidate | None:
    """A name that goes on with the kind of a place names it: "Tamarack Mental"."""
    end = place_spans.with_kind(text, name.begin, name.end)
    return None if end == name.end else replace(name, end=end, type=PhiType.ADDRESS, kind=PhiKind.FACILITY)


def _place(text: NormalisedText, one: Candidate, cased: bool) -> Iterator[Candidate]:
    flat = text.flat
    if cased:
        begin, end = _without_plain_words(flat, one.begin, one.end)
        one = replace(one, begin=begin, end=end)
    value = flat[one.begin : one.end]
    if not any(c.isalnum() for c in value) or (value.isdigit() and len(value) not in {5, 9}):
        return
    if len(value) < _SHORT and is_abbreviation(flat, one.begin, one.end):
        return
    if one.type is PhiType.ADDRESS:
        one = replace(one, score=round(one.score * _likely_place(flat, one, cased), 3))
        if cased and one.score >= _LEAST_WIDENED:
            begin, end = place_spans.widened(text.text, one.begin, one.end)
            one = replace(one, begin=begin, end=end)
    if one.score > 0:
        yield one


def _likely_place(flat: str, one: Candidate, cased: bool) -> float:
    """The factor by which the words of a place change what the tagger says; 0 refuses."""
    value = flat[one.begin : one.end]
    if any(c.isdigit() for c in value):
        return 1.0
    parts = [words.folded(part) for part in _PARTS.findall(value)]
    ordinary = bool(parts) and all(part in words.everyday_words() for part in parts)
    certain = one.score > _CERTAIN
    if eponyms.is_eponym(flat, one.begin, one.end):
        return 0.0
    if parts and all(part in _GENERIC for part in parts) and all(len(part) > 1 for part in parts):
        return 0.6 if certain and cased and not value.islower() else 0.0
    if cased and value.islower():
        return 0.4
    abbreviation = value.isupper() and len(value) < _SHORT // 2 and cased
    if len(parts) == 1 and (ordinary or abbreviation):
        return 0.8 if certain else 0.6
    return 0.6 if ordinary and not cased else 1.0
