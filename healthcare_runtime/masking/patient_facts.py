"""What is known of a patient and steers masking: never written to an output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Administrative sex, as far as a surrogate's name needs it."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFacts:
    """From the document's structure or from the record. ``repr`` shows nothing: it would be PHI in a traceback."""

    birth_date: date | None = None
    death_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    known_names: tuple[str, ...] = ()
    """The patient's name in every known form: ``Dawson, Emily``, ``山田 花子``, ``ヤマダ ハナコ``."""

    def __repr__(self) -> str:
        return "PatientFacts()"
