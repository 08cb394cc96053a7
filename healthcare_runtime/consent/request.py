"""What is asked of a consent decision, and what is answered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from healthcare_runtime.consent.codes import (
    Action,
    ActorRole,
    Basis,
    EmergencyReason,
    ObligationKind,
    Outcome,
    PurposeOfUse,
)
from healthcare_runtime.consent.fhir_time import LATEST
from healthcare_runtime.consent.patient import PatientKey
from healthcare_runtime.consent.record import Coding

_UTC_ZONE: Final = ZoneInfo("UTC")
BREAK_GLASS_LIMIT: Final = timedelta(hours=4)
"""The longest that one emergency lasts; going on needs a new reason from a person."""


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Somebody answers for an access that consent does not cover, for a limited time."""

    reason: EmergencyReason
    started_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "started_at", _in_utc(self.started_at, "started_at"))
        object.__setattr__(self, "ends_at", _in_utc(self.ends_at, "ends_at"))

    @property
    def last_moment(self) -> datetime:
        """The first instant at which it no longer counts, in UTC."""
        return min(self.ends_at, min(self.started_at, LATEST - BREAK_GLASS_LIMIT) + BREAK_GLASS_LIMIT)

    def is_in_force(self, now: datetime) -> bool:
        return self.started_at <= now < self.last_moment


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """One use of one patient's data.

    Attributes
    ----------
    actor, affiliations
        Reference of who receives the data (``Organization/analytics``, ``system|value``), and of what they act for.
    data_class
        Resource type or document type, as a coding; None: unknown, and a deny about any class counts.
    codes, labels
        Codes and security labels found in the data; None: unknown, which is not the same as none found.
    data_time
        When what the data tells happened; None: unknown, or several times.
    jurisdiction
        ISO 3166 code of the law that applies to the data, such as ``JP`` or ``US-CA``; empty: none in particular.
    patient_zone
        The zone in which a date of the patient's consent is a day.
    """

    patient: PatientKey
    actor: str
    actor_role: ActorRole
    action: Action
    purpose: PurposeOfUse
    now: datetime
    data_class: Coding | None = None
    codes: frozenset[Coding] | None = None
    labels: frozenset[Coding] | None = None
    data_time: datetime | None = None
    jurisdiction: str = ""
    break_glass: BreakGlass | None = None
    patient_zone: ZoneInfo = _UTC_ZONE
    affiliations: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", _in_utc(self.now, "now"))
        if self.data_time is not None:
            object.__setattr__(self, "data_time", _in_utc(self.data_time, "data_time"))

    @property
    def is_japanese(self) -> bool:
        return self.jurisdiction.upper().partition("-")[0] == "JP"


@dataclass(frozen=True, slots=True, order=True)
class Obligation:
    """What must be done with a permitted document; ``subject`` is a coding, a reference or a period."""

    kind: ObligationKind
    subject: str = ""


@dataclass(frozen=True, slots=True)
class ConsentDecision:
    """The answer.

    Attributes
    ----------
    consent_versions
        References of the consent versions that it rests on, sorted; empty when it rests on a default.
    paths
        The provisions that decided, ``Consent/{id}/_history/{version}#Consent.provision...``, sorted.
    expires
        The first instant at which the same consents may answer otherwise, in UTC; None: not by the passing of time.
    """

    outcome: Outcome
    basis: Basis
    consent_versions: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    expires: datetime | None = None

    @property
    def is_permit(self) -> bool:
        return self.outcome is Outcome.PERMIT


def _in_utc(moment: datetime, name: str) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{name}: must have a time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{name}: must be within the years 1 to 9999 in UTC") from error
