"""An audit trail in an emulated account: table, bucket with Object Lock, signing key; and what tests do with them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from healthcare_runtime.audit import AuditEvent, AuditTrail
from healthcare_runtime.audit.table import Row, rows
from healthcare_runtime.aws_clients import AwsClients
from tests.aws_emulator import AwsEmulator

BEGIN = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


def event(number: int = 1, *, entity: str = "d0c0", round_: int = 0, outcome: str = "PASS") -> AuditEvent:
    """An event of the document workflow."""
    return AuditEvent(
        event_id=f"{entity}/Step{number}/{round_}",
        recorded_at=BEGIN + timedelta(seconds=number),
        action="DetectPhi",
        outcome=outcome,
        entity=entity,
        agent="document-workflow",
        purpose_of_use="HRESCH",
        consent_version="c-1/_history/3",
        detector_version="2.1.0",
        policy_version="2027.1",
        details={"entities": number, "languages": "en,ja"},
    )


@dataclass
class AuditWorld:
    clients: AwsClients
    table: str
    bucket: str
    key_id: str
    shards: int

    def trail(self, clients: AwsClients | None = None) -> AuditTrail:
        return AuditTrail((clients or self.clients).dynamodb, self.table, self.shards)

    def rows(self, shard: str) -> list[Row]:
        return list(rows(self.clients.dynamodb, self.table, shard))

    def with_shards(self, shards: int) -> AuditWorld:
        return replace(self, shards=shards)


@contextmanager
def audit_world(emulator: AwsEmulator, shards: int = 4) -> Iterator[AuditWorld]:
    """Build a world of its own."""
    name = f"a{uuid.uuid4().hex[:12]}"
    with pytest.MonkeyPatch.context() as environment:
        for variable, value in emulator.environment.items():
            environment.setenv(variable, value)
        clients = AwsClients(emulator.session())
        clients.dynamodb.create_table(
            TableName=f"{name}-audit",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "shard", "AttributeType": "S"},
                {"AttributeName": "position", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "shard", "KeyType": "HASH"},
                {"AttributeName": "position", "KeyType": "RANGE"},
            ],
        )
        clients.s3.create_bucket(Bucket=f"{name}-audit", ObjectLockEnabledForBucket=True)
        clients.s3.put_object_lock_configuration(
            Bucket=f"{name}-audit",
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
            },
        )
        key = clients.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        yield AuditWorld(clients, f"{name}-audit", f"{name}-audit", key["KeyMetadata"]["KeyId"], shards)
