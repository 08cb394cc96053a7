"""The notes of the measurement, filled once for all tests that read them."""

from collections.abc import Sequence
from functools import cache

from phi_accuracy.corpus import Corpus, Document, Part, build


@cache
def notes(corpus: Corpus, part: Part, rounds: int = 1) -> Sequence[Document]:
    return tuple(build(corpus, part, rounds=rounds))
