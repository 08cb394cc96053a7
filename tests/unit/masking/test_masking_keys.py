"""Keys of masking, against the emulator's KMS and DynamoDB."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from healthcare_runtime.masking import KmsSubkeys, PatientSalts
from tests.aws_emulator import AwsEmulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

TABLE = "salts-of-patients"


@pytest.fixture(scope="module")
def kms(aws: AwsEmulator) -> KMSClient:
    return aws.session().client("kms", endpoint_url=aws.endpoint)


@pytest.fixture(scope="module")
def dynamodb(aws: AwsEmulator) -> DynamoDBClient:
    client = aws.session().client("dynamodb", endpoint_url=aws.endpoint)
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


@pytest.fixture(scope="module")
def key_id(kms: KMSClient) -> str:
    return kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]


def test_given_a_kms_key_when_subkeys_are_asked_for_then_one_call_each_and_all_differ(
    kms: KMSClient, key_id: str
) -> None:
    calls: list[str] = []
    kms.meta.events.register("before-call.kms.GenerateMac", lambda **_: calls.append("call"), unique_id="count")
    keys = KmsSubkeys(kms, key_id)
    asked = [("a", "mask", "v1"), ("b", "mask", "v1"), ("a", "mask", "v2"), ("am", "ask", "v1"), ("a", "mask", "v1")]
    answers = [keys.subkey(*one) for one in asked]
    kms.meta.events.unregister("before-call.kms.GenerateMac", unique_id="count")
    assert answers[0] == answers[4]
    assert len({*answers}) == 4
    assert {len(one) for one in answers} == {32}
    assert len(calls) == 4


def test_given_another_process_when_it_asks_then_the_subkey_is_the_same(kms: KMSClient, key_id: str) -> None:
    assert KmsSubkeys(kms, key_id).subkey("a", "mask", "v1") == KmsSubkeys(kms, key_id).subkey("a", "mask", "v1")


def test_given_a_patient_when_its_salt_is_asked_for_at_once_by_many_then_all_get_the_one_that_stays(
    dynamodb: DynamoDBClient,
) -> None:
    salts = PatientSalts(dynamodb, TABLE)
    with ThreadPoolExecutor(8) as pool:
        drawn = {*pool.map(lambda _: salts.salt("mrn|1", "analytics", b"k" * 32), range(16))}
    assert len(drawn) == 1
    assert PatientSalts(dynamodb, TABLE).salt("mrn|1", "analytics", b"k" * 32) in drawn
    assert len(drawn.pop()) == 32


def test_given_two_patients_or_recipients_when_salts_are_drawn_then_they_are_random_and_name_nobody(
    dynamodb: DynamoDBClient,
) -> None:
    salts = PatientSalts(dynamodb, TABLE)
    drawn = {salts.salt(patient, to, b"k" * 32) for patient in ("mrn|424242", "mrn|3") for to in ("a", "b")}
    assert len(drawn) == 4
    stored = str(dynamodb.scan(TableName=TABLE)["Items"])
    assert "424242" not in stored
    assert hashlib.sha256(b"mrn|424242").hexdigest() not in stored
