"""Numbers of one kind have one form in a document: where "055-025" identifies somebody, so does "055-078"."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiType
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6
_TOKEN: Final = re.compile(
    r"(?<![\w.:/-])(?=[A-Z]{0,6}[-/.]?\d)[A-Z0-9]+(?:[-/.][A-Z0-9]+){0,4}(?![\w:/%-]|\.\d)", re.ASCII
)
_DIGITS: Final = re.compile(r"\d", re.ASCII)
_LETTERS: Final = re.compile(r"[A-Z]")
_RANGE_OR_DATE: Final = re.compile(r"9{1,4}[-/.]9{1,3}|9{1,4}[-/.]9{1,2}[-/.]9{1,4}|9{1,3}\.9{1,2}")
_LEAST: Final = 5
_SPECIFIC: Final = 7
_SHARED: Final = 3  # characters that numbers of an ambiguous form must begin with alike
_MOST_FORMS: Final = 50


def mentions(text: str, strong: Iterable[Candidate]) -> Iterator[Candidate]:
    """Tokens that look like the identifying numbers found: of the same form, and seen often enough to trust it."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one in strong:
        value = text[one.begin : one.end]
        if one.type is PhiType.ID and len(seen) < _MOST_FORMS and _TOKEN.fullmatch(value):
            seen[_form(value)].add(value)
    trusted = {form: values for form, values in seen.items() if _is_specific(form, len(values))}
    if not trusted:
        return
    for match in _TOKEN.finditer(text):
        value = match.group()
        values = trusted.get(_form(value))
        if values is None or value in values:
            continue
        if _RANGE_OR_DATE.fullmatch(_form(value)) and not any(value[:_SHARED] == one[:_SHARED] for one in values):
            continue
        yield Candidate(match.start(), match.end(), PhiType.ID, _SCORE, source=Source.PROPAGATION)


def _form(value: str) -> str:
    return _LETTERS.sub("A", _DIGITS.sub("9", value))


def _is_specific(form: str, values: int) -> bool:
    mixed = "A" in form or not form.isalnum()
    return len(form) >= _LEAST and mixed and (values > 1 or len(form) >= _SPECIFIC)
