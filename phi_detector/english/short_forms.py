"""What insiders call a facility: "Mercy Regional Medical Center" is "MRMC", "Mercy Regional" and "Mercy"."""

import re
from collections.abc import Iterator
from typing import Final

from phi_detector.english import words

_WORD: Final = re.compile(r"[A-Z][\w.'-]*|(?<= )(?:of|the|and|at|for|&)(?= )")
_JOINTS: Final = {"of", "the", "and", "at", "for", "&"}
_GENERIC: Final = words.listed("generic_facility_words")
_FEWEST_INITIALS: Final = 3
_SHORTEST: Final = 5
_TERMS: Final = words.listed("terms")


def english_short_forms(name: str) -> Iterator[str]:
    """Initials, and the name without words of its end that tell its kind; never an ordinary word alone."""
    parts = [part.group() for part in _WORD.finditer(name)]
    if len([part for part in parts if part not in _JOINTS]) < 2:
        return
    initials = "".join(part[0] for part in parts if part not in _JOINTS)
    if len(initials) >= _FEWEST_INITIALS and not _is_term(initials):
        yield initials
    while len(parts) > 1:
        if not (_is_generic(parts[-1]) or parts[-1] in _JOINTS):
            break
        parts.pop()
        if parts[-1] in _JOINTS:
            continue
        short = name[: name.rindex(parts[-1]) + len(parts[-1])]
        own = [words.folded(part) for part in parts if part not in _JOINTS and not _is_generic(part)]
        if own and len(short) >= _SHORTEST and not all(word in words.everyday_words() for word in own):
            yield short


def _is_generic(part: str) -> bool:
    return words.folded(part.strip(".,")) in _GENERIC


def _is_term(initials: str) -> bool:
    return initials.lower() in words.tagger_words() or initials.lower() in _TERMS
