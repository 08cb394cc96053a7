"""What may be copied from a field for codes: only what looks like one. Everything else is read as free text."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"[^\s\x00-\x1f]{0,64}")
_NUMBER: Final = re.compile(r"\s*[<>=~±]{0,2}\s*[+-]?\d{1,12}(?:[.,]\d{1,9})*\s*(?:[%°]|[A-Za-zµμ/^]{1,12}\d?)?\s*")


def is_code(text: str) -> bool:
    """One word of at most 64 characters."""
    return _CODE.fullmatch(text) is not None


def is_measure(text: str) -> bool:
    """A number, with a comparator before it and a unit behind it."""
    return _NUMBER.fullmatch(text) is not None
