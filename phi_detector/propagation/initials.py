"""Who is named in full is found by the initials that were signed: "H.T." of Hoa Tran."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.recogniser import Candidate, Source

_SCORE: Final = 0.6
_DOTTED: Final = re.compile(r"(?<![\w.])[A-Z]\.[ ]?(?:[A-Z]\.[ ]?)?[A-Z]\.(?![\w])")
_FIRST_LETTER: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]")
_NOBODY: Final = frozenset(
    {"AM", "PM", "US", "UK", "PO", "IV", "IM", "SC", "SL", "PR", "EG", "IE", "MD", "DO", "RN", "BM"}
)
_FEWEST: Final = 2


def mentions(text: str, strong: Iterable[Candidate]) -> Iterator[Candidate]:
    """Dotted initials of people whom the document names."""
    known: set[str] = set()
    for one in strong:
        if one.type is PhiType.NAME and one.kind is not PhiKind.KANA:
            letters = [letter.upper() for letter in _FIRST_LETTER.findall(text[one.begin : one.end])]
            if len(letters) >= _FEWEST:
                known |= {letters[0] + letters[-1], letters[-1] + letters[0], "".join(letters[:3])}
    known -= _NOBODY
    if not known:
        return
    for match in _DOTTED.finditer(text):
        letters = [c for c in match.group() if c.isalpha()]
        if "".join(letters) in known or letters[0] + letters[-1] in known:
            yield Candidate(match.start(), match.end(), PhiType.NAME, _SCORE, PhiKind.PERSON, Source.PROPAGATION)
