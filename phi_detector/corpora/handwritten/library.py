"""The notes written by hand that are open: a detector may learn from them, and whoever tunes it may read them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from phi_detector.corpora.handwritten.template import Template, read_templates

_NOTES: Final = Path(__file__).with_name("notes")


class Language(StrEnum):
    """What notes are written in."""

    ENGLISH = "en"
    JAPANESE = "ja"
    MIXED = "mixed"


@cache
def named(language: Language) -> Sequence[Template]:
    """Notes that speak of somebody."""
    return read_templates(_NOTES / language / "named")


@cache
def nameless(language: Language) -> Sequence[Template]:
    """Notes that identify nobody."""
    return read_templates(_NOTES / language / "nameless")
