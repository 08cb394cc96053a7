"""The consent decision: how long one takes when a patient has many consents."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from typing import Final

from bench.measure import Measure
from healthcare_runtime.consent.codes import ACT_CODE, ACT_REASON, CONSENT_SCOPE, Action, ActorRole, PurposeOfUse
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import ConsentRecord
from healthcare_runtime.consent.request import ConsentRequest
from healthcare_runtime.consent.resource import parse_consent

CONSENTS: Final = 100
ROUNDS: Final = 400

_PATIENT: Final = "Patient/bench"
_PURPOSES: Final = ("HRESCH", "HMARKT", "TREAT", "HPAYMT", "PUBHLTH")


def decisions() -> list[Measure]:
    """Decisions over 100 consents of one patient, and reading one of them."""
    content = json.dumps(_resource(0)).encode()
    consents = [
        replace(parse_consent(_resource(number)), consent_id=f"c{number}", version=1) for number in range(CONSENTS)
    ]
    request = ConsentRequest(
        patient=patient_key(_PATIENT),
        actor="Organization/analytics",
        actor_role=ActorRole.THIRD_PARTY,
        action=Action.DISCLOSE,
        purpose=PurposeOfUse.HRESCH,
        now=datetime(2026, 6, 15, 12, 0, tzinfo=UTC),
    )
    if not decide(consents, request).consent_versions:
        raise RuntimeError("the consents of the bench decide nothing")
    deciding = median(_decision(consents, request) for _ in range(ROUNDS))
    reading = median(_reading(content) for _ in range(ROUNDS))
    detail = f"{CONSENTS} consents, 4 rules each, one with a label; {ROUNDS} decisions"
    return [
        Measure("Decision, median", 1000 * deciding, "ms", "under 1", detail),
        Measure(
            "Reading a Consent, median", 1000 * reading, "ms", "under 1", f"{len(content)} bytes, checked as a whole"
        ),
    ]


def _decision(consents: list[ConsentRecord], request: ConsentRequest) -> float:
    began = time.perf_counter()
    decide(consents, request)
    return time.perf_counter() - began


def _reading(content: bytes) -> float:
    began = time.perf_counter()
    parse_consent(content)
    return time.perf_counter() - began


def _resource(number: int) -> dict[str, object]:
    """Opted in for a time, except for one purpose, one recipient and HIV; every fifth consent is about research."""

    def purpose(code: str) -> list[dict[str, str]]:
        return [{"system": ACT_REASON, "code": code}]

    recipient = {"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": f"Organization/{number}"}}
    exceptions = [
        {"type": "deny", "purpose": purpose(_PURPOSES[1 + number % 4])},
        {"type": "deny", "actor": [recipient]},
        {"type": "deny", "securityLabel": [{"system": ACT_CODE, "code": "HIV"}]},
    ]
    period = {"start": f"{2020 + number % 6}-01-01", "end": f"{2027 + number % 6}-12-31"}
    root: dict[str, object] = {"period": period, "provision": exceptions}
    if number % 5:
        root["purpose"] = purpose(_PURPOSES[number % 5])
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": CONSENT_SCOPE, "code": "patient-privacy"}]},
        "category": [{"text": "privacy"}],
        "patient": {"reference": _PATIENT},
        "dateTime": f"{2020 + number % 6}-01-01",
        "policyRule": {"coding": [{"system": ACT_CODE, "code": "OPTIN"}]},
        "provision": root,
    }
