"""Documents reach a real bucket with odd names and metadata, and are followed in a real table, in bounded time."""

import threading
import time

import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_s3 import S3Client

from demo.documents import documents
from demo.documents.delivery import deliver
from demo.documents.following import follow, is_at_rest
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.object_version import object_version
from healthcare_runtime.documents.registry import DocumentTable
from tests.aws_emulator import AwsEmulator

TABLE, BUCKET = "travelling-documents", "travelling-documents"


@pytest.fixture(scope="module")
def s3(aws: AwsEmulator) -> S3Client:
    client = aws.session().client("s3", endpoint_url=aws.endpoint)
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture(scope="module")
def dynamodb(aws: AwsEmulator) -> DynamoDBClient:
    client = aws.session().client("dynamodb", endpoint_url=aws.endpoint)
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
    )
    return client


def _registered(table: DocumentTable, count: int, run: str) -> list[str]:
    versions = [object_version(BUCKET, f"{run}/{number}", "v", 1, "e") for number in range(count)]
    assert all(map(table.register, versions))
    return [version.document_id for version in versions]


def test_given_every_document_of_a_run_when_delivered_then_each_lies_there_under_the_id_that_the_platform_gives_it(
    s3: S3Client,
) -> None:
    small = [document for document in documents(11) if len(document.body) < 1_000_000]
    sent = deliver(s3, BUCKET, "demo/b", small)
    listed = {
        object_version(
            BUCKET, version["Key"], version["VersionId"], version["Size"], version["ETag"]
        ).document_id: version["Key"]
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, Prefix="demo/b/")
        for version in page["Versions"]
    }
    assert [listed.get(one.document_id) for one in sent] == [f"demo/b/{document.name}" for document in small]
    for one in sent[::20]:
        stored = s3.get_object(Bucket=BUCKET, Key=listed[one.document_id])
        assert stored["Metadata"] == dict(one.document.metadata)
        assert stored["Body"].read() == one.document.body


def test_given_more_documents_than_one_request_reads_when_all_settle_then_following_ends_and_has_told(
    dynamodb: DynamoDBClient,
) -> None:
    table = DocumentTable(dynamodb, TABLE)
    ids = _registered(table, 130, "many")
    table.note(ids[0], task_token="t")
    table.settle(ids[0], DocumentStatus.QUARANTINED)

    def settle() -> None:
        for each in ids[1:]:
            table.settle(each, DocumentStatus.PROCESSED)

    settling = threading.Thread(target=settle)
    settling.start()
    told: list[str] = []
    found = follow(dynamodb, TABLE, ids, timeout_seconds=30, tell=told.append)
    settling.join()
    assert set(found) == set(ids)
    assert all(map(is_at_rest, found.values()))
    assert told[-1] == "130 of 130 documents have an outcome: 129 processed, 1 quarantined, 0 rejected"


def test_given_documents_that_never_settle_or_are_not_known_when_followed_then_it_ends_in_time(
    dynamodb: DynamoDBClient,
) -> None:
    table = DocumentTable(dynamodb, TABLE)
    on_its_way, held = _registered(table, 2, "slow")
    table.settle(held, DocumentStatus.QUARANTINED)  # nobody was asked to review it yet
    began = time.monotonic()
    found = follow(dynamodb, TABLE, [on_its_way, held, "0" * 32], timeout_seconds=1.5, tell=lambda _line: None)
    assert time.monotonic() - began < 20
    assert {one.document_id: one.status for one in found.values()} == {
        on_its_way: DocumentStatus.RECEIVED,
        held: DocumentStatus.QUARANTINED,
    }
