"""``GET /metadata``: what this API does."""

import json
from typing import Final

from healthcare_runtime.consent.api.proxy import FHIR_JSON

_INTERACTIONS: Final = ("create", "read", "vread", "update", "history-instance", "search-type")
_OPERATION_BASE: Final = "urn:healthcare-platform:operation"


def capability_statement() -> str:
    """A CapabilityStatement; its date is that of the API's last change."""
    consent = {
        "type": "Consent",
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "searchParam": [
            {"name": "patient", "type": "reference", "documentation": "required: Patient/{id} or system|value"},
            {"name": "status", "type": "token"},
            {"name": "_count", "type": "number"},
        ],
        "operation": [
            {
                "name": "decide",
                "definition": f"{_OPERATION_BASE}:consent-decide",
                "documentation": "actorRole treating-team, and purpose BTG with breakGlass, only for IAM roles that "
                "the operator has named; others are answered 403",
            },
            {"name": "revoke", "definition": f"{_OPERATION_BASE}:consent-revoke"},
        ],
    }
    return json.dumps(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-21",
            "kind": "instance",
            "implementation": {"description": "Patient consents and the decisions that follow from them"},
            "fhirVersion": "4.0.1",
            "format": [FHIR_JSON],
            "rest": [{"mode": "server", "resource": [consent]}],
        }
    )
