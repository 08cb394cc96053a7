"""What a language hands to the tagger: token offsets and, for each token, the ids of its features."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from phi_detector.normalised_text import NormalisedText


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text.

    Parameters
    ----------
    begins, ends
        Offsets into the normalised text; tokens are sorted, not empty and do not overlap.
    features
        Array of shape (tokens, columns), ids from ``feature_id``.
    """

    begins: Sequence[int]
    ends: Sequence[int]
    features: NDArray[np.uint64]


class Tokeniser(Protocol):
    """Cuts a text into tokens. ``rows`` are the sizes of the embedding tables, one for each feature column.

    ``lexical`` are the columns that identify a word; training hides them now and then, so that the model learns to
    read the context and not only the lists.
    """

    rows: tuple[int, ...]
    lexical: tuple[int, ...]

    def tokens(self, text: NormalisedText) -> Tokens: ...


def feature_id(column: int, value: str) -> int:
    """A stable id of a feature value; the column is part of it."""
    return column << 32 | zlib.crc32(value.encode("utf-8", "surrogatepass"))
