"""A consent as the decision and the store see it: FHIR R4 Consent, read once, beside its original text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from healthcare_runtime.consent.codes import ACT_CODE, OPT_IN_RULES, OPT_OUT_RULES
from healthcare_runtime.consent.fhir_time import FhirPeriod, FhirTime
from healthcare_runtime.consent.patient import PatientKey


class ConsentStatus(StrEnum):
    """R4 required binding ``consent-state-codes``; only ``active`` decides anything."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    REJECTED = "rejected"
    INACTIVE = "inactive"
    ENTERED_IN_ERROR = "entered-in-error"


ENDED = frozenset({ConsentStatus.REJECTED, ConsentStatus.INACTIVE, ConsentStatus.ENTERED_IN_ERROR})
"""Statuses that no later version leaves: who consents again signs again, and that is another Consent."""

ProvisionType = Literal["permit", "deny"]


class Coding(NamedTuple):
    """A code in its system; ``""`` where the source names none."""

    system: str
    code: str

    def __str__(self) -> str:
        return f"{self.system}|{self.code}"


class Concept(NamedTuple):
    """A CodeableConcept: codings that mean the same; none when it is text only."""

    codings: tuple[Coding, ...]


@dataclass(frozen=True, slots=True)
class ProvisionActor:
    """Whom a provision is about, and in which role."""

    role: Concept
    reference: str  # relative or absolute reference, or "system|value"


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule: elements are joined by AND, the values of one element by OR; nested rules are exceptions."""

    type: ProvisionType | None = None
    period: FhirPeriod | None = None
    actors: tuple[ProvisionActor, ...] = ()
    actions: tuple[Concept, ...] = ()
    labels: tuple[Coding, ...] = ()
    purposes: tuple[Coding, ...] = ()
    classes: tuple[Coding, ...] = ()
    codes: tuple[Concept, ...] = ()
    data_period: FhirPeriod | None = None
    data: tuple[str, ...] = ()  # references of single resources
    provisions: tuple["Provision", ...] = ()

    def walk(self) -> Iterator["Provision"]:
        """The provision and all below it."""
        waiting = [self]
        while waiting:
            provision = waiting.pop()
            yield provision
            waiting.extend(provision.provisions)


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One version of one Consent.

    Attributes
    ----------
    consent_id, version
        Given by the store; ``""`` and 0 before.
    patients
        Every key the resource names its patient by: the reference, the identifier, or both.
    base
        What the policy rule decides where no provision does; None: it names no opt-in or opt-out.
    recipients, periods
        Everyone that a provision names, and the period of every provision that has one.
    original
        The JSON text as it came, byte for byte; of a stored version, with the store's id and meta in it.
    """

    consent_id: str
    version: int
    status: ConsentStatus
    scopes: frozenset[Coding]
    patients: frozenset[PatientKey]
    date_time: FhirTime | None = None
    organizations: frozenset[str] = frozenset()
    policy_rule: frozenset[Coding] = frozenset()
    document: str = ""  # the first business identifier, "system|value": the form that was signed
    provision: Provision | None = None
    original: str = field(default="", repr=False)
    base: ProvisionType | None = field(init=False)
    recipients: frozenset[str] = field(init=False)
    periods: tuple[FhirPeriod, ...] = field(init=False)

    def __post_init__(self) -> None:
        rules = () if self.provision is None else tuple(self.provision.walk())
        object.__setattr__(self, "recipients", frozenset(actor.reference for rule in rules for actor in rule.actors))
        object.__setattr__(self, "base", _base(self.policy_rule))
        object.__setattr__(self, "periods", tuple(rule.period for rule in rules if rule.period is not None))

    @property
    def reference(self) -> str:
        """``Consent/{id}/_history/{version}``."""
        return f"Consent/{self.consent_id}/_history/{self.version}"

    @property
    def is_opt_out(self) -> bool:
        return any(rule.code in OPT_OUT_RULES for rule in self.policy_rule)


def _base(policy_rule: frozenset[Coding]) -> ProvisionType | None:
    codes = {rule.code for rule in policy_rule if rule.system in ("", ACT_CODE)}
    if codes & OPT_OUT_RULES:
        return "deny"
    return "permit" if codes & OPT_IN_RULES else None
