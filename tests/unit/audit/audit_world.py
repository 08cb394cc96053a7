"""An audit trail in an emulated account: table, bucket with Object Lock, signing key; and what tests do with them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from healthcare_runtime.audit import AuditEvent, AuditTrail
from healthcare_runtime.audit.checkpoint import Checkpointer
from healthcare_runtime.audit.finding import Verification
from healthcare_runtime.audit.settings import AuditSettings, CheckpointSettings, VerificationSettings
from healthcare_runtime.audit.table import Row, rows
from healthcare_runtime.audit.verification import Plan, verify
from healthcare_runtime.aws_clients import AwsClients
from tests.aws_emulator import AwsEmulator
from tests.aws_tables import create_audit_table

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

    @property
    def settings(self) -> CheckpointSettings:
        return CheckpointSettings(AuditSettings(self.table, self.shards), self.bucket, self.key_id)

    def checkpointer(self, clock: Callable[[], float] = time.time, *, maximum_events: int = 10_000) -> Checkpointer:
        made = Checkpointer.compose(self.settings, self.clients)
        made._clock = clock
        made._maximum_events = maximum_events
        return made

    def public_key(self) -> bytes:
        return self.clients.kms.get_public_key(KeyId=self.key_id)["PublicKey"]

    def verify(self, *, now: float | None = None, bucket_only: bool = False) -> Verification:
        plan = Plan(
            settings=VerificationSettings(self.settings.audit, self.bucket, self.key_id),
            keys=(self.public_key(),),
            now=now or time.time(),
            bucket_only=bucket_only,
        )
        return verify(plan, self.clients, processes=1)

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
        create_audit_table(clients.dynamodb, f"{name}-audit")
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
