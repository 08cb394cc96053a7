"""What is named once with strong evidence is masked wherever the document names it again.

People by parts of their names and by their initials, facilities by their short forms, numbers by the form that their
kind has in this document and by who is named beside them; and what a line end cut is made whole.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from phi_detector.propagation import beside_people, columns, initials, names, number_forms, phrases, wrapped_places
from phi_detector.propagation.names import IsOrdinaryWord
from phi_detector.recogniser import Candidate

_STRONG: Final = 0.8


def propagate(text: str, found: Iterable[Candidate], is_ordinary_word: IsOrdinaryWord) -> Iterator[Candidate]:
    """Candidates for further mentions of strong candidates, in the offsets of the same normalised text."""
    found = list(found)
    strong = [one for one in found if one.score >= _STRONG]
    named = list(names.mentions(text, strong, is_ordinary_word))
    yield from named
    yield from initials.mentions(text, strong)
    yield from wrapped_places.mentions(text, found)
    yield from phrases.mentions(text, strong)
    yield from number_forms.mentions(text, strong)
    yield from beside_people.mentions(text, [*strong, *named])
    yield from columns.mentions(text)
