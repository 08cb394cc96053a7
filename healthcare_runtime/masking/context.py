"""For whom, of whom and how a document is masked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from healthcare_runtime.masking.keyed_choice import KeyedChoice
from healthcare_runtime.masking.patient_facts import PatientFacts
from healthcare_runtime.masking.profile import MaskingProfile

_LEAST_SALT: Final = 16


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MaskingContext:
    """Everything that masking depends on, the same for all passages of a document.

    Parameters
    ----------
    patient
        Canonical reference, ``system|value``.
    subkey
        32 bytes of this recipient and key version: ``KmsSubkeys.subkey``.
    salt
        Random bytes of this patient and recipient: ``PatientSalts.salt``. Safe Harbor demands it (164.514(c)).
    as_of
        The day from which ages are counted and two-digit years are read.

    Raises
    ------
    ValueError
        A key is too short, or Safe Harbor has no salt.
    """

    profile: MaskingProfile
    patient: str
    recipient: str
    subkey: bytes
    key_version: str
    salt: bytes = b""
    facts: PatientFacts | None = None
    as_of: date = field(default_factory=_today)

    def __post_init__(self) -> None:
        if self.profile is MaskingProfile.SAFE_HARBOR and len(self.salt) < _LEAST_SALT:
            raise ValueError("salt: safe-harbor needs a random one of the patient (164.514(c)); see PatientSalts")
        if not self.patient:
            raise ValueError("patient: must be known; pseudonyms of nobody would link everybody")

    def choice(self) -> KeyedChoice:
        """The choices of this patient for this recipient."""
        owner = f"{len(self.recipient)}|{self.recipient}|{self.salt.hex() or self.patient}"
        return KeyedChoice(KeyedChoice(self.subkey).digest("patient", owner))

    def __repr__(self) -> str:
        return f"MaskingContext({self.profile}, {self.recipient}, {self.key_version})"
