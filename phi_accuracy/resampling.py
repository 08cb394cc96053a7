"""How sure a share is: templates, not notes, are what was drawn, so templates are drawn again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from phi_accuracy.scores import Score

Count = Callable[[Score], tuple[int, int]]
_DRAWS: Final = 1000


def interval(scores: Sequence[Score], count: Count, *, seed: int = 0) -> tuple[float, float] | None:
    """The 95 % interval of a share (part, whole) over templates: percentile bootstrap, Efron (1979).

    Notes of one template resemble each other; resampling notes would make the interval far too narrow.
    """
    counts = [count(score) for score in scores]
    if len(counts) < 2 or not any(whole for _, whole in counts):
        return None
    draw = random.Random(seed)  # noqa: S311
    shares = []
    for _ in range(_DRAWS):
        sample = draw.choices(counts, k=len(counts))
        whole = sum(whole for _, whole in sample)
        if whole:
            shares.append(sum(part for part, _ in sample) / whole)
    shares.sort()
    return shares[len(shares) // 40], shares[-len(shares) // 40]
