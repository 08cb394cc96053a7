"""CSV: what a billing system exports about one patient."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from typing import Final

from demo.documents.patients import DemoPatient

_SERVICES: Final = (
    ("99213", "I10", 92.0),
    ("99214", "E11.9", 131.5),
    ("80053", "N18.3", 14.5),
    ("93306", "I50.22", 410.0),
)


def claims_table(patient: DemoPatient, draw: random.Random) -> bytes:
    """Ten ordinary services on different days, with a remark a line."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        ["claim_id", "patient_id", "patient_name", "birth_date", "provider_npi", "service_date", "procedure_code",
         "diagnosis_code", "units", "amount", "remark"]
    )  # fmt: skip
    provider = f"1{draw.randrange(10**9):09}"
    today = datetime.now(UTC).date()  # claims of years ago are an anomaly (fraud score)
    for index in range(10):
        code, diagnosis, amount = draw.choice(_SERVICES)
        day = today - timedelta(days=12 + 31 * index + draw.randrange(20))
        name = f"{patient.family}, {patient.given}" if patient.english else f"{patient.family} {patient.given}"
        remark = draw.choice(("", "", f"called {patient.given} about copay", "resubmitted", "paid in full"))
        writer.writerow(
            [f"CLM-{draw.randrange(10**6):06}", patient.number, name, patient.born.isoformat(), provider,
             day.isoformat(), code, diagnosis, 1, f"{amount:.2f}", remark]
        )  # fmt: skip
    return table.getvalue().encode()
