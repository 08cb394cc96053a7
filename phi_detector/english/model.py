"""The tagger of English, and what is known better than it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import eponyms, words
from phi_detector.english.capitals import NOT_NAMES
from phi_detector.english.identifying_numbers import is_code
from phi_detector.english.names import without_credentials
from phi_detector.english.tokeniser import EnglishTokeniser
from phi_detector.normalised_text import NormalisedText
from phi_detector.recogniser import Candidate
from phi_detector.tagging import Tagger

MODEL_DIRECTORY = Path(__file__).parents[1] / "models" / "en"
_RULES_KNOW_BETTER = {PhiType.EMAIL, PhiType.URL}


class EnglishModel:
    """Candidates of the network without medical terms, headings and credentials that look like names."""

    def __init__(self) -> None:
        self._tagger = Tagger.load(MODEL_DIRECTORY, EnglishTokeniser())

    def find(self, text: NormalisedText) -> Iterator[Candidate]:
        for one in self._tagger.find(text):
            if one.type is PhiType.NAME:
                yield from _name(text.flat, one)
            elif (one.type is PhiType.DATE and not _may_be_date(text.flat[one.begin : one.end])) or is_code(
                text.flat, one.begin
            ):
                continue
            elif one.type not in _RULES_KNOW_BETTER and any(c.isalnum() for c in text.text[one.begin : one.end]):
                yield one


def _may_be_date(value: str) -> bool:
    """One number alone is none."""
    return (
        any(c.isalpha() for c in value) or sum(c.isdigit() for c in value) > 4 or any(c in "/-." for c in value[1:-1])
    )


def _name(flat: str, one: Candidate) -> Iterator[Candidate]:
    name = flat[one.begin : one.end]
    if eponyms.is_eponym(flat, one.begin, one.end) or words.folded(name) in NOT_NAMES or name.isdigit():
        return
    end = without_credentials(flat, one.begin, one.end)
    parts = [words.folded(part) for part in flat[one.begin : end].split()]
    if all(part in words.words() and part not in words.first_names() | words.last_names() for part in parts):
        one = replace(one, score=one.score * 0.6)
    if end > one.begin:
        yield replace(one, end=end, kind=one.kind or PhiKind.PERSON)
