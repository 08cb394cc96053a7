"""The audit trail of documents that really went through: complete, verified, and every change of it found.

What damages works on copies of table and bucket, so that the trail of the deployed cloud stays what it is.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from healthcare_runtime.audit.chain import shard_of
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.document import Document
from tests.local.documents.document_cloud import DocumentCloud
from tests.unit.documents.document_world import NOTE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


@dataclass(frozen=True)
class Trail:
    """A document that was processed, one that was not, and checkpoints over both."""

    processed: Document
    held: Document


@pytest.fixture(scope="module")
def trail(cloud: DocumentCloud) -> Trail:
    number = f"MRN-{uuid.uuid4().int % 10**7:07}"
    patient = f"urn:oid:1.2.826.0.1.3680043.8.498|{number}"
    cloud.permit(patient)
    metadata = {"patient-id": patient, "submitter": f"tests-{number}", "document-type": "18842-5"}
    sound = cloud.send(
        NOTE.replace("MRN-7741199", number), key=f"tests/audit/{uuid.uuid4().hex}.txt", metadata=metadata
    )
    held = cloud.send(NOTE, key=f"tests/audit/{uuid.uuid4().hex}.txt", metadata={})
    found = Trail(cloud.settled(sound), cloud.settled(held))
    assert (found.processed.status, found.held.status) == (DocumentStatus.PROCESSED, DocumentStatus.QUARANTINED)
    cloud.call("Checkpoint", {})
    return found


def test_given_executions_then_every_step_that_they_entered_has_its_event_and_the_command_shows_them_in_order(
    cloud: DocumentCloud, trail: Trail
) -> None:
    for document in (trail.processed, trail.held):
        arn = f"{cloud.machine.replace(':stateMachine:', ':execution:')}:{document.document_id}-0"
        pages = cloud.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        entered = [
            event["stateEnteredEventDetails"]["name"]
            for page in pages
            for event in page["events"]
            if event["type"] == "TaskStateEntered"
        ]
        steps = ["Intake", *entered]
        assert [action for action, _ in cloud.events(document.document_id)] == steps
        shown = cloud.command("audit", "show", "--entity", document.document_id)
        assert shown.returncode == 0
        lines = shown.stdout.splitlines()
        assert all(step in line for step, line in zip(steps, lines, strict=True)), lines


def test_given_the_deployed_checkpoints_then_the_trail_is_intact(cloud: DocumentCloud, trail: Trail) -> None:
    verified = cloud.command("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    read = json.loads(verified.stdout)
    assert read["intact"]
    assert read["findings"] == []
    assert read["checkpoints"] >= read["shards"]
    assert read["events"] >= len(cloud.events(trail.processed.document_id))


@dataclass(frozen=True)
class Copied:
    """Copies of table and bucket, with the commands reading them."""

    cloud: DocumentCloud
    table: str
    bucket: str

    def verify(self, shard: str) -> tuple[int, str]:
        arguments = ("audit", "verify", "--shard", shard)
        done = self.cloud.command(*arguments, AUDIT_TABLE=self.table, AUDIT_BUCKET=self.bucket)
        return done.returncode, done.stdout


@pytest.fixture
def copied(cloud: DocumentCloud, trail: Trail) -> Iterator[Copied]:
    name = f"tests-audit-{uuid.uuid4().hex[:8]}"
    # The bucket first: what the table has in addition is only not signed for yet.
    cloud.s3.create_bucket(Bucket=name)
    cloud.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    keys = list(cloud.everything("audit"))
    for key in keys:
        cloud.s3.put_object(Bucket=name, Key=key, Body=cloud.body("audit", key))
    described = cloud.dynamodb.describe_table(TableName=cloud.variables["AUDIT_TABLE"])["Table"]
    cloud.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=described["KeySchema"],
        AttributeDefinitions=described["AttributeDefinitions"],
    )
    for page in cloud.dynamodb.get_paginator("scan").paginate(TableName=cloud.variables["AUDIT_TABLE"]):
        for item in page["Items"]:
            cloud.dynamodb.put_item(TableName=name, Item=item)
    yield Copied(cloud, name, name)
    cloud.dynamodb.delete_table(TableName=name)
    for listed in cloud.s3.list_object_versions(Bucket=name).get("Versions", []):
        cloud.s3.delete_object(Bucket=name, Key=listed["Key"], VersionId=listed["VersionId"])
    cloud.s3.delete_bucket(Bucket=name)


def _event_of(copied: Copied, document: Document) -> dict[str, AttributeValueTypeDef]:
    shard = shard_of(document.document_id, int(copied.cloud.variables["AUDIT_SHARDS"]))
    found = copied.cloud.dynamodb.query(
        TableName=copied.table,
        KeyConditionExpression="#shard = :shard",
        ExpressionAttributeNames={"#shard": "shard"},
        ExpressionAttributeValues={":shard": {"S": shard}},
    )["Items"]
    return next(
        item for item in found if document.document_id in item["record"]["S"] and "MaskAndStore" in item["record"]["S"]
    )


def test_given_copies_when_table_or_bucket_are_changed_then_the_verification_names_what_was(
    copied: Copied, trail: Trail
) -> None:
    dynamodb, s3 = copied.cloud.dynamodb, copied.cloud.s3
    event = _event_of(copied, trail.processed)
    at = {"shard": event["shard"], "position": event["position"]}
    shard, where = event["shard"]["S"], f"position {event['position']['N']}"
    assert copied.verify(shard)[0] == 0

    forged = {**event, "record": {"S": event["record"]["S"].replace('"PASS"', '"HOLD"')}}
    dynamodb.put_item(TableName=copied.table, Item=forged)
    code, told = copied.verify(shard)
    assert code == 1
    assert where in told.splitlines()[0]

    dynamodb.delete_item(TableName=copied.table, Key=at)
    code, told = copied.verify(shard)
    assert code == 1
    assert where in told.splitlines()[0]

    dynamodb.put_item(TableName=copied.table, Item=event)
    assert copied.verify(shard)[0] == 0

    key = next(key for key in copied.cloud.everything("audit") if f"segments/{shard}/" in key)
    segment = copied.cloud.body("audit", key)
    s3.put_object(Bucket=copied.bucket, Key=key, Body=segment.replace(b"document-workflow", b"somebody-else-it"))
    code, told = copied.verify(shard)
    assert code == 1
    assert key in told or shard in told
