"""Whether a document is about somebody else than its sender says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

_REFERENCE: Final = "Patient/"


def contradicts(said: str, identifiers: Iterable[str]) -> bool:
    """Whether content that carries ``identifiers`` speaks of another patient than ``said``.

    A patient has a number in each system: of the ward, of the insurer, of the index over all hospitals. So one that
    agrees is enough, and only two numbers of one system contradict each other. A number whose system is not known is
    compared with every other.

    Parameters
    ----------
    said
        ``system|value`` or ``Patient/id``, as metadata has it.
    identifiers
        All that the content has of its patient, in the same forms; the system may be empty.
    """
    system, value = _parts(said)
    others = [_parts(one) for one in identifiers]
    comparable = [other for its, other in others if its == system or not its or not system]
    return bool(comparable) and value not in comparable


def _parts(identifier: str) -> tuple[str, str]:
    """System and value; ids of Patient resources are one system."""
    if identifier.startswith(_REFERENCE):
        return _REFERENCE, identifier.removeprefix(_REFERENCE)
    system, _, value = identifier.partition("|")
    # As consents are kept: digits of Japanese forms are full-width or not (NFKC).
    return system.strip(), " ".join(normalize("NFKC", value).split())
