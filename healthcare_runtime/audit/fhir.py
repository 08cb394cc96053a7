"""An audit event as a FHIR R4 AuditEvent, in the shape of IHE BALP (Basic Audit Log Patterns)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from healthcare_runtime.audit.event import AuditEvent

Json: TypeAlias = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]

SOURCE: Final = "healthcare-platform"
SYSTEM: Final = "urn:healthcare-platform"

_AUDIT_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
# AuditEvent.outcome (R4, required): 0 success, 4 minor failure, 8 serious failure.
_REFUSED: Final = frozenset({"DENY", "DENIED", "NO_CONSENT", "REFUSED", "REJECT", "HOLD"})
_FAILED: Final = frozenset({"FAILED", "FAILURE", "ERROR"})
# AuditEvent.action (R4, required): by the verb that a name begins with; a step executes.
_VERBS: Final = {
    "Create": "C",
    "Read": "R",
    "Get": "R",
    "Search": "R",
    "History": "R",
    "Update": "U",
    "Revoke": "U",
    "Put": "U",
    "Delete": "D",
}


def as_fhir(event: AuditEvent) -> Mapping[str, Json]:
    """Render ``event`` as an AuditEvent resource, ready for JSON. The entity is a logical reference."""
    resource: dict[str, Json] = {
        "resourceType": "AuditEvent",
        "type": {"system": _AUDIT_TYPE, "code": "rest"} if _is_interaction(event) else _application_activity(),
        "subtype": [{"system": f"{SYSTEM}:action", "code": event.action}],
        "action": next((code for verb, code in _VERBS.items() if event.action.startswith(verb)), "E"),
        "recorded": event.recorded(),
        "outcome": "8" if event.outcome in _FAILED else "4" if event.outcome in _REFUSED else "0",
        "outcomeDesc": event.outcome,
        "agent": [{"who": {"identifier": {"system": f"{SYSTEM}:agent", "value": event.agent}}, "requestor": True}],
        "source": {"observer": {"display": SOURCE}},
        "entity": [
            {
                "what": {"identifier": {"system": f"{SYSTEM}:entity", "value": event.entity}},
                "type": {"system": _ENTITY_TYPE, "code": "2"},  # system object
                "detail": [{"type": name, "valueString": str(value)} for name, value in _details(event)],
            }
        ],
    }
    if event.purpose_of_use:
        resource["purposeOfEvent"] = [{"coding": [{"system": _REASON, "code": event.purpose_of_use}]}]
    return resource


def _is_interaction(event: AuditEvent) -> bool:
    return any(event.action.startswith(verb) for verb in _VERBS)


def _application_activity() -> Mapping[str, Json]:
    return {"system": _DICOM, "code": "110100", "display": "Application Activity"}


def _details(event: AuditEvent) -> list[tuple[str, str | int]]:
    """The event's id and versions, then its details; what is empty is left out: FHIR strings are not empty."""
    own: dict[str, str | int] = {
        "event_id": event.event_id,
        "consent_version": event.consent_version,
        "detector_version": event.detector_version,
        "policy_version": event.policy_version,
    }
    return [(name, value) for name, value in {**own, **event.details}.items() if value != ""]
