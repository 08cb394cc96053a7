"""What stands where a template says ``{slot}``: a part of the case, or a word that is no PHI."""

from collections.abc import Callable, Mapping
from typing import Final

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.part import Part
from phi_detector.corpora.english.slots import contacts, days, fillers, identifiers, localities, people, terms

Slot = Callable[[Case], Part]

_SLOTS: Final[Mapping[str, Slot]] = {
    **fillers.SLOTS,
    **terms.SLOTS,
    **people.SLOTS,
    **days.SLOTS,
    **localities.SLOTS,
    **contacts.SLOTS,
    **identifiers.SLOTS,
}


def fill(name: str, case: Case) -> Part:
    """Fill the slot ``name``; raises ``KeyError`` for a slot that nobody defined."""
    return _SLOTS[name](case)
