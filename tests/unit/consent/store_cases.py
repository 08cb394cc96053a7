"""What tests of the store ask it: the next version of a consent, its rows, a decision."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.codes import PurposeOfUse
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import ConsentRecord
from healthcare_runtime.consent.request import ConsentDecision
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore, StoredConsent
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import ANALYTICS, NOW, PATIENT, consent

KEY: Final = patient_key(PATIENT)
Stores = Callable[[], ConsentStore]


def next_of(stored: StoredConsent, **changes: Any) -> ConsentRecord:
    """The same consent, to be put as its next version."""
    return replace(consent(**changes), consent_id=stored.record.consent_id)


def rows(postgres: Postgres, database: ConsentDatabase, query: str) -> list[Any]:
    with postgres.connect(database.name) as connection:
        return connection.execute(query.encode()).fetchall()


def decision_of(check: ConsentCheck) -> ConsentDecision:
    return check.for_document(
        patient=PATIENT, purpose=PurposeOfUse.HRESCH, recipient=ANALYTICS, jurisdiction="US", now=NOW
    )
