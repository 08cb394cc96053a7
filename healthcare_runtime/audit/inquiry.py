"""Answers an auditor's question: what happened to this document, or to this consent?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from healthcare_runtime.audit.chain import content_of, shard_of
from healthcare_runtime.audit.event import AuditEvent, check_entity
from healthcare_runtime.audit.fhir import as_fhir
from healthcare_runtime.audit.table import Row, read_row
from healthcare_runtime.dynamodb_item import text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from healthcare_runtime.audit.settings import AuditSettings


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event with its place in the trail."""

    event: AuditEvent
    shard: str
    position: int

    def __str__(self) -> str:
        event = self.event
        known = {
            "purpose": event.purpose_of_use,
            "consent": event.consent_version,
            "detector": event.detector_version,
            "policy": event.policy_version,
            **event.details,
        }
        facts = "".join(f", {name} {value}" for name, value in known.items() if value != "")
        place = f"{self.shard}/{self.position}"
        return f"{event.recorded()} {event.action}: {event.outcome} (by {event.agent}{facts}) [{place}]"

    def as_fhir(self) -> str:
        """The FHIR resource on one line."""
        return json.dumps(as_fhir(self.event))


def events_of(dynamodb: DynamoDBClient, settings: AuditSettings, entity: str) -> Iterator[KeptEvent]:
    """Read the events of an entity in the order in which they were kept.

    Reads the entity's whole shard: about a second for a hundred thousand events. Also the shards where the entity would
    have been when there were fewer.

    Raises
    ------
    AuditEventError
        No event can have such an entity.
    """
    check_entity(entity)
    homes = dict.fromkeys(shard_of(entity, count) for count in range(settings.shards, 0, -1))
    for shard in reversed(homes):
        pages = dynamodb.get_paginator("query").paginate(
            TableName=settings.table,
            ConsistentRead=True,
            KeyConditionExpression="#shard = :shard",
            # Exact: values hold no quotation mark, so the text occurs as the record's own member only.
            FilterExpression="contains(#record, :entity)",
            ExpressionAttributeNames={"#shard": "shard", "#record": "record"},
            ExpressionAttributeValues={":shard": text(shard), ":entity": text(f'"entity":"{entity}"')},
        )
        for page in pages:
            for item in page["Items"]:
                yield _read(read_row(item), shard)


def _read(row: Row, shard: str) -> KeptEvent:
    """Read an event back; AuditEventError or ValueError where the table holds something else: verify."""
    content = content_of(row.record)
    recorded_at = datetime.fromisoformat(str(json.loads(row.record)["recorded_at"]))
    return KeptEvent(AuditEvent(recorded_at=recorded_at, **content), shard, int(row.position))  # type: ignore[arg-type]
