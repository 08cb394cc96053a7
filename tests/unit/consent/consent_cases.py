"""Consents and requests in a few words, for tests that a privacy officer can read. All people are invented."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from healthcare_runtime.consent.codes import (
    ACT_CODE,
    ACT_REASON,
    CONFIDENTIALITY,
    CONSENT_ACTION,
    CONSENT_SCOPE,
    Action,
    ActorRole,
    PurposeOfUse,
)
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import Coding, ConsentRecord
from healthcare_runtime.consent.request import ConsentRequest
from healthcare_runtime.consent.resource import parse_consent

PATIENT = "urn:oid:1.2.3.4|MRN-0042"
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
ANALYTICS = "Organization/analytics"
CLINIC = "Organization/clinic"
HIV = Coding(ACT_CODE, "HIV")
PSY = Coding(ACT_CODE, "PSY")
ETH = Coding(ACT_CODE, "ETH")
NORMAL = Coding(CONFIDENTIALITY, "N")
RESTRICTED = Coding(CONFIDENTIALITY, "R")
VERY_RESTRICTED = Coding(CONFIDENTIALITY, "V")
LETTER = Coding("http://hl7.org/fhir/resource-types", "DocumentReference")
CLAIM = Coding("http://hl7.org/fhir/resource-types", "Claim")
HIV_TEST = Coding("http://loinc.org", "7917-8")
GLUCOSE = Coding("http://loinc.org", "2345-7")

Resource = dict[str, Any]


def coding(found: Coding) -> Resource:
    return {"system": found.system, "code": found.code} if found.system else {"code": found.code}


def period(text: str) -> Resource:
    """``2026-01-01/2026-12-31``; either side may be empty."""
    start, _, end = text.partition("/")
    return {name: value for name, value in (("start", start), ("end", end)) if value}


def rule(
    kind: str | None = None,
    *nested: Resource,
    purpose: str = "",
    actor: str = "",
    role: str = "IRCP",
    action: str = "",
    during: str = "",
    label: Coding | None = None,
    of_class: Coding | None = None,
    code: Coding | None = None,
    data: str = "",
    data_during: str = "",
) -> Resource:
    """One provision; ``purpose`` and ``action`` may name several, divided by spaces."""
    found: Resource = {} if kind is None else {"type": kind}
    if purpose:
        found["purpose"] = [{"system": ACT_REASON, "code": name} for name in purpose.split()]
    if action:
        found["action"] = [{"coding": [{"system": CONSENT_ACTION, "code": name}]} for name in action.split()]
    if actor:
        found["actor"] = [{"role": {"coding": [{"code": role}]}, "reference": {"reference": actor}}]
    if during:
        found["period"] = period(during)
    if label is not None:
        found["securityLabel"] = [coding(label)]
    if of_class is not None:
        found["class"] = [coding(of_class)]
    if code is not None:
        found["code"] = [{"coding": [coding(code)]}]
    if data:
        found["data"] = [{"meaning": "instance", "reference": {"reference": data}}]
    if data_during:
        found["dataPeriod"] = period(data_during)
    if nested:
        found["provision"] = list(nested)
    return found


def resource(
    root: Resource | None = None,
    *,
    policy: str = "OPTIN",
    status: str = "active",
    scope: str = "patient-privacy",
    patient: str = PATIENT,
    signed: str = "2026-01-10",
    organization: str = "",
    form: str = "",
) -> Resource:
    """A Consent as JSON values."""
    system, bar, value = patient.partition("|")
    subject = {"identifier": {"system": system, "value": value}} if bar else {"reference": patient}
    found: Resource = {
        "resourceType": "Consent",
        "status": status,
        "scope": {"coding": [{"system": CONSENT_SCOPE, "code": scope}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": subject,
    }
    if form:
        found["identifier"] = [{"system": "urn:oid:1.2.3.9", "value": form}]
    if signed:
        found["dateTime"] = signed
    if organization:
        found["organization"] = [{"reference": organization}]
    found["policyRule"] = {"coding": [{"system": ACT_CODE, "code": policy}]} if policy else {"text": "as agreed"}
    if root is not None and root:
        found["provision"] = root
    return found


def consent(root: Resource | None = None, **options: Any) -> ConsentRecord:
    """A Consent, read."""
    return parse_consent(resource(root, **options))


def as_bytes(found: Mapping[str, object]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def request(**changes: Any) -> ConsentRequest:
    """Research by the analytics team, a third party, on a letter without any sensitive label, unless changed."""
    values: dict[str, Any] = {
        "patient": patient_key(PATIENT),
        "actor": ANALYTICS,
        "actor_role": ActorRole.THIRD_PARTY,
        "action": Action.DISCLOSE,
        "purpose": PurposeOfUse.HRESCH,
        "now": NOW,
        "data_class": LETTER,
        "codes": frozenset(),
        "labels": frozenset(),
        "data_time": datetime(2026, 5, 1, tzinfo=UTC),
    }
    return ConsentRequest(**{**values, **changes})
