"""Recognisers of English text."""

from collections.abc import Sequence

from phi_detector.recogniser import Recogniser


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser of English, models loaded."""
    return ()
