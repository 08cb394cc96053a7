"""The closed code sets of a consent decision, and how codes of HL7 contain each other."""

from enum import StrEnum
from typing import Final

ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
CONSENT_ACTION: Final = "http://terminology.hl7.org/CodeSystem/consentaction"
CONSENT_SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"


class PurposeOfUse(StrEnum):
    """HL7 v3 PurposeOfUse (code system v3-ActReason); a purpose includes those below it."""

    TREAT = "TREAT"
    ETREAT = "ETREAT"
    BTG = "BTG"
    ERTREAT = "ERTREAT"
    CLINTRL = "CLINTRL"
    COC = "COC"
    POPHLTH = "POPHLTH"
    HPAYMT = "HPAYMT"
    CLMATTCH = "CLMATTCH"
    COVAUTH = "COVAUTH"
    HOPERAT = "HOPERAT"
    CAREMGT = "CAREMGT"
    HQUALIMP = "HQUALIMP"
    PATSFTY = "PATSFTY"
    TRAIN = "TRAIN"
    HMARKT = "HMARKT"
    HRESCH = "HRESCH"
    BIORCH = "BIORCH"
    CLINTRCH = "CLINTRCH"
    DSRCH = "DSRCH"
    TRANSRCH = "TRANSRCH"
    PUBHLTH = "PUBHLTH"
    DISASTER = "DISASTER"
    THREAT = "THREAT"
    PATRQT = "PATRQT"


_BROADER: Final = {
    PurposeOfUse.ETREAT: PurposeOfUse.TREAT,
    PurposeOfUse.BTG: PurposeOfUse.ETREAT,
    PurposeOfUse.ERTREAT: PurposeOfUse.ETREAT,
    PurposeOfUse.CLINTRL: PurposeOfUse.TREAT,
    PurposeOfUse.COC: PurposeOfUse.TREAT,
    PurposeOfUse.POPHLTH: PurposeOfUse.TREAT,
    PurposeOfUse.CLMATTCH: PurposeOfUse.HPAYMT,
    PurposeOfUse.COVAUTH: PurposeOfUse.HPAYMT,
    PurposeOfUse.CAREMGT: PurposeOfUse.HOPERAT,
    PurposeOfUse.HQUALIMP: PurposeOfUse.HOPERAT,
    PurposeOfUse.PATSFTY: PurposeOfUse.HOPERAT,
    PurposeOfUse.TRAIN: PurposeOfUse.HOPERAT,
    PurposeOfUse.BIORCH: PurposeOfUse.HRESCH,
    PurposeOfUse.CLINTRCH: PurposeOfUse.HRESCH,
    PurposeOfUse.DSRCH: PurposeOfUse.HRESCH,
    PurposeOfUse.TRANSRCH: PurposeOfUse.HRESCH,
    PurposeOfUse.DISASTER: PurposeOfUse.PUBHLTH,
    PurposeOfUse.THREAT: PurposeOfUse.PUBHLTH,
}


def _with_broader(purpose: PurposeOfUse) -> frozenset[str]:
    found = {purpose}
    while purpose in _BROADER:
        purpose = _BROADER[purpose]
        found.add(purpose)
    return frozenset(found)


INCLUDED_BY: Final[dict[PurposeOfUse, frozenset[str]]] = {purpose: _with_broader(purpose) for purpose in PurposeOfUse}
"""The codes of a consent that speak of a purpose: itself, and every broader one."""


class Action(StrEnum):
    """What is done with the data (code system consentaction)."""

    COLLECT = "collect"
    ACCESS = "access"
    USE = "use"
    DISCLOSE = "disclose"
    CORRECT = "correct"


class ActorRole(StrEnum):
    """How the actor stands to the patient; the caller knows, the consent does not."""

    TREATING_TEAM = "treating-team"
    WORKFORCE = "workforce"  # of the organisation that holds the data, without treating the patient
    THIRD_PARTY = "third-party"


class Outcome(StrEnum):
    """The answer to a request. Everything but PERMIT means: do not."""

    PERMIT = "permit"
    DENY = "deny"
    NO_CONSENT = "no-consent"


class Basis(StrEnum):
    """What an answer rests on; stable codes for the audit trail."""

    CONSENT = "CONSENT"  # the patient's own provision
    NO_OPINION = "NO_OPINION"  # no consent in force speaks of the request
    TREATMENT_DEFAULT = "TREATMENT_DEFAULT"  # 164.506(c): treatment by the treating team needs no consent
    BREAK_GLASS = "BREAK_GLASS"
    BREAK_GLASS_INCOMPLETE = "BREAK_GLASS_INCOMPLETE"  # the purpose is BTG, but nobody answers for it now
    JP_THIRD_PARTY = "JP_THIRD_PARTY"  # APPI: outside treatment only with the person's own prior consent


class ObligationKind(StrEnum):
    """What the caller must do with a permitted document. One that cannot be kept forbids the use."""

    REDACT_LABEL = "REDACT_LABEL"
    REDACT_CODE = "REDACT_CODE"
    REDACT_RESOURCE = "REDACT_RESOURCE"
    REDACT_PERIOD = "REDACT_PERIOD"
    ALERT = "ALERT"  # tell the privacy officer, at once


class EmergencyReason(StrEnum):
    """Why the glass was broken; no free text, which would hold PHI."""

    LIFE_THREATENING = "life-threatening"
    PATIENT_INCAPACITATED = "patient-incapacitated"
    SERIOUS_HARM = "serious-harm"


CONFIDENTIALITY_RANK: Final = {"U": 0, "L": 1, "M": 2, "N": 3, "R": 4, "V": 5}
"""v3-Confidentiality from unrestricted to very restricted."""

OPT_IN_RULES: Final = frozenset({"OPTIN", "OPTINR"})
OPT_OUT_RULES: Final = frozenset({"OPTOUT", "OPTOUTE"})
DISCLOSURE_SCOPES: Final = frozenset({"patient-privacy", "research"})
"""Scopes that speak of the use of information; ``treatment`` and ``adr`` speak of care itself."""

DATA_ORIGIN_ROLES: Final = frozenset({"AUT", "AUCG", "CST", "ENT", "INF", "PROV", "SBJ", "PATIENT"})
"""Actor roles that say whose data a provision is about, not who receives it: a request does not carry that."""
