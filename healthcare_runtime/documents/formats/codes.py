"""What may be copied from a field for codes: only what looks like one. Everything else is read as free text."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"[!-~]{0,64}")  # a word of Japanese may be a name
# What has the form of something that identifies is none, wherever it stands.
_IDENTIFIES: Final = re.compile(
    r"@[\w-]+\.|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)|(?<!\d)\(?\d{3}\)?[-.]\d{3}[-.]\d{4}(?!\d)"
    r"|(?<!\d)0\d{1,4}-\d{1,4}-\d{4}(?!\d)|(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"
)
_NUMBER: Final = re.compile(r"\s*[<>=~±]{0,2}\s*[+-]?\d{1,12}(?:[.,]\d{1,9})*\s*(?:[%°]|[A-Za-zµμ/^]{1,12}\d?)?\s*")


def is_code(text: str) -> bool:
    """One word of ASCII of at most 64 characters, and no e-mail address, telephone number or date."""
    return _CODE.fullmatch(text) is not None and _IDENTIFIES.search(text) is None


def is_measure(text: str) -> bool:
    """A number, with a comparator before it and a unit behind it."""
    return _NUMBER.fullmatch(text) is not None
