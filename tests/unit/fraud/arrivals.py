"""Arrivals for tests."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from healthcare_runtime.fraud.features import Arrival

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2027, 1, 15, 12, 30, tzinfo=TOKYO)


def arrival(
    number: int = 1,
    *,
    at: datetime = NOON,
    submitter: str = "clinic-7",
    patient: str = "p1",
    content: str = "",
    size: int = 4_000,
    kind: str = "text",
) -> Arrival:
    return Arrival(
        document_id=f"{number:032x}",
        received_at=at,
        submitter=submitter,
        patient=patient,
        content_digest=content or f"content-{number}",
        size=size,
        kind=kind,
    )
