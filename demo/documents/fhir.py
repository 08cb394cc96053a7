"""FHIR R4 as JSON: document references, observations, bundles."""

from __future__ import annotations

import base64
import json
import random
from datetime import date, timedelta
from typing import Final

from demo.documents.notes import snippet
from demo.documents.patients import DemoPatient, Json

_LOINC: Final = "http://loinc.org"


def document_reference(patient: DemoPatient, draw: random.Random) -> bytes:
    """A note as attachment, and a description."""
    text = snippet(patient, draw, longest=1500)
    return _json(
        {
            "resourceType": "DocumentReference",
            "id": f"doc-{draw.randrange(10**8)}",
            "status": "current",
            "type": {"coding": [{"system": _LOINC, "code": "11506-3", "display": "Progress note"}]},
            "subject": _subject(patient),
            "date": f"{_day(draw)}T09:30:00Z",
            "description": f"Progress note of {patient.given} {patient.family}",
            "content": [
                {
                    "attachment": {
                        "contentType": "text/plain; charset=utf-8",
                        "language": "en" if patient.jurisdiction == "US" else "ja",
                        "data": base64.b64encode(text.encode()).decode(),
                    }
                }
            ],
        }
    )


def observation(patient: DemoPatient, draw: random.Random) -> bytes:
    """A measured value with a note in free text."""
    return _json(_observation(patient, draw))


def bundle(patient: DemoPatient, draw: random.Random) -> bytes:
    """The patient, a condition and two observations."""
    condition: dict[str, Json] = {
        "resourceType": "Condition",
        "id": f"cond-{draw.randrange(10**8)}",
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {
            "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.22"}],
            "text": "Heart failure",
        },
        "subject": _subject(patient),
        "onsetDateTime": f"{_day(draw)}",
        "note": [{"text": snippet(patient, draw, longest=300)}],
    }
    resources = [_patient(patient), condition, _observation(patient, draw), _observation(patient, draw)]
    return _json({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": made} for made in resources]})


def _observation(patient: DemoPatient, draw: random.Random) -> dict[str, Json]:
    return {
        "resourceType": "Observation",
        "id": f"obs-{draw.randrange(10**8)}",
        "status": "final",
        "code": {"coding": [{"system": _LOINC, "code": "8480-6", "display": "Systolic blood pressure"}]},
        "subject": _subject(patient),
        "effectiveDateTime": f"{_day(draw)}T08:10:00Z",
        "valueQuantity": {
            "value": draw.randint(98, 178),
            "unit": "mmHg",
            "system": "http://unitsofmeasure.org",
            "code": "mm[Hg]",
        },
        "note": [{"text": snippet(patient, draw, longest=260)}],
    }


def _patient(patient: DemoPatient) -> dict[str, Json]:
    return {
        "resourceType": "Patient",
        "id": f"pat-{patient.number}",
        "identifier": [{"system": patient.system, "value": patient.number}],
        "name": [{"use": "official", "family": patient.family, "given": [patient.given]}],
        "gender": "female" if patient.woman else "male",
        "birthDate": patient.born.isoformat(),
    }


def _subject(patient: DemoPatient) -> dict[str, Json]:
    return {"identifier": {"system": patient.system, "value": patient.number}}


def _day(draw: random.Random) -> date:
    return date(2018, 2, 1) + timedelta(days=draw.randrange(2300))


def _json(resource: dict[str, Json]) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=1).encode()
