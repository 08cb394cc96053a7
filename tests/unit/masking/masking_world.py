"""Contexts and texts of the masking tests. All people are made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from healthcare_runtime.masking import Masker, MaskingContext, MaskingProfile, PatientFacts, mask_text
from healthcare_runtime.phi_entity import PhiEntity, PhiKind, PhiType

AS_OF = date(2026, 11, 21)
Marked = tuple[str, PhiType] | tuple[str, PhiType, PhiKind]


def context(
    profile: MaskingProfile = MaskingProfile.LIMITED,
    *,
    patient: str = "urn:example:mrn|0001",
    recipient: str = "analytics",
    facts: PatientFacts | None = None,
    subkey: bytes = b"k" * 32,
    salt: bytes = b"s" * 32,
) -> MaskingContext:
    return MaskingContext(
        profile=profile,
        patient=patient,
        recipient=recipient,
        subkey=subkey,
        key_version="v1",
        salt=salt,
        facts=facts,
        as_of=AS_OF,
    )


def entities(text: str, *marked: Marked) -> tuple[PhiEntity, ...]:
    """Entities of values in the order in which they stand in the text."""
    found: list[PhiEntity] = []
    at = 0
    for value, kind, *more in marked:
        begin = text.index(value, at)
        at = begin + len(value)
        found.append(PhiEntity(begin, at, kind, 0.9, *more))
    return tuple(found)


def masked(text: str, *marked: Marked, of: MaskingContext | None = None) -> str:
    found: Sequence[PhiEntity] = entities(text, *marked)
    return mask_text(text, Masker(of or context()).replacements(text, found))
