"""Recognisers that read any language: what machines write, such as addresses, numbers and dates in digits."""

from collections.abc import Sequence

from phi_detector.recogniser import Recogniser


def recognisers() -> Sequence[Recogniser]:
    """Every recogniser that needs no language."""
    return ()
