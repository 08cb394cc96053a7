"""The patients of a demo run, and their consents as FHIR R4."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from phi_accuracy.sources.lists import name_groups
from phi_detector.corpora.handwritten.english_cast import EnglishPerson
from phi_detector.corpora.handwritten.japanese_cast import JapanesePerson

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json]"

# HL7's root for examples; a consent is kept under system and value.
_SYSTEMS: Final = {"US": "urn:oid:2.16.840.1.113883.19.5.99999.1", "JP": "urn:oid:2.16.840.1.113883.19.5.99999.2"}
_CODES: Final = "http://terminology.hl7.org/CodeSystem/"
_AMERICAN: Final = 13
_JAPANESE: Final = 12


class ConsentState(StrEnum):
    """What the patient has said about research, the purpose that documents are sent for."""

    GIVEN = "given"
    NEVER = "never"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REFUSED = "refused"
    TREATMENT_ONLY = "treatment-only"


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """An invented person with a record number and what was consented to."""

    number: str
    jurisdiction: str
    born: date
    woman: bool
    consent_state: ConsentState
    english: EnglishPerson | None
    japanese: JapanesePerson | None

    @property
    def system(self) -> str:
        """The system of ``number``, a URN."""
        return _SYSTEMS[self.jurisdiction]

    @property
    def reference(self) -> str:
        """``system|value``."""
        return f"{self.system}|{self.number}"

    @property
    def family(self) -> str:
        """Family name as written."""
        return self.english.family if self.english else _japanese(self).family[0]

    @property
    def given(self) -> str:
        """Given name as written."""
        return self.english.given if self.english else _japanese(self).given[0]

    @property
    def kana(self) -> tuple[str, str]:
        """Family and given name in katakana; empty for patients with English names."""
        return ("", "") if self.japanese is None else (self.japanese.family[1], self.japanese.given[1])

    @property
    def numbers(self) -> Mapping[str, str]:
        """The record number under the field that notes of this country use."""
        return {"mrn": self.number} if self.jurisdiction == "US" else {"karte": self.number}

    def consents(self) -> tuple[dict[str, Json], ...]:
        """FHIR R4 Consent resources to load; none for who was never asked."""
        if self.consent_state is ConsentState.NEVER:
            return ()
        return (_consent(self),)

    def __repr__(self) -> str:
        return f"DemoPatient({self.jurisdiction}, {self.consent_state})"


def patients(seed: int) -> tuple[DemoPatient, ...]:
    """Twenty-five people; most have consented, and of every other state there is one in each country."""
    draw = random.Random(f"patients/{seed}")
    states = [state for state in ConsentState if state is not ConsentState.GIVEN]
    made = []
    for count, jurisdiction in ((_AMERICAN, "US"), (_JAPANESE, "JP")):
        for index in range(count):
            state = states[index] if index < len(states) else ConsentState.GIVEN
            made.append(_patient(jurisdiction, index, state, draw))
    return tuple(made)


def _patient(jurisdiction: str, index: int, state: ConsentState, draw: random.Random) -> DemoPatient:
    groups = name_groups("english" if jurisdiction == "US" else "japanese", development=True)
    group = groups[index % len(groups)]
    woman = draw.random() < 0.5
    given, family = draw.choice(group.women if woman else group.men), draw.choice(group.families)
    born = date(1931, 3, 1) + timedelta(days=draw.randrange(25000))
    number = f"{draw.randrange(10_000_000, 99_999_999)}"
    english, japanese = None, None
    if jurisdiction == "US":
        middle = draw.choice(group.women + group.men)
        english = EnglishPerson(given, middle, family, woman=woman, age=0, origin=group.origin)
    else:
        japanese = JapanesePerson.of(family, given, woman=woman, origin=group.origin)
    return DemoPatient(number, jurisdiction, born, woman, state, english, japanese)


def _consent(patient: DemoPatient) -> dict[str, Json]:
    revoked = patient.consent_state is ConsentState.REVOKED
    refused = patient.consent_state is ConsentState.REFUSED
    purpose = "TREAT" if patient.consent_state is ConsentState.TREATMENT_ONLY else "HRESCH"
    period: dict[str, Json] = {"start": "2012-01-01"}
    if patient.consent_state is ConsentState.EXPIRED:
        period["end"] = "2020-12-31"
    return {
        "resourceType": "Consent",
        "id": f"demo-{patient.jurisdiction.lower()}-{patient.number}",
        "status": "inactive" if revoked else "active",
        "scope": {"coding": [{"system": _CODES + "consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": _CODES + "consentcategorycodes", "code": "research"}]}],
        "patient": {"identifier": {"system": patient.system, "value": patient.number}},
        "dateTime": "2012-01-01",
        "policyRule": {"coding": [{"system": _CODES + "v3-ActCode", "code": "OPTIN"}]},
        "provision": {
            "type": "deny" if refused else "permit",
            "period": period,
            "purpose": [{"system": _CODES + "v3-ActReason", "code": purpose}],
        },
    }


def _japanese(patient: DemoPatient) -> JapanesePerson:
    if patient.japanese is None:
        raise ValueError("the patient has no Japanese name")
    return patient.japanese
