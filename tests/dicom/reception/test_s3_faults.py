"""A bucket that misbehaves: the sender hears 0xA7xx in time, or 0x0000 about what is stored; nothing in between."""

import random
import threading
import time
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from botocore.session import get_session as new_session
from mypy_boto3_s3.client import S3Client as Boto3S3

from dicom_scp.configuration import ConfigurationError, StorageSettings
from dicom_scp.ports import Storage, StoreStatus
from dicom_scp.reception import open_storage, s3_client
from tests.dicom.reception.data_sets import CT_IMAGE, instance
from tests.dicom.reception.fault_proxy import Fault, FaultProxy, Seen
from tests.dicom.reception.sender import Sender

LARGE = instance(pixels=bytes(20 << 20))
PASSING = [
    Fault.FAIL_500,
    Fault.SLOW_DOWN_503,
    Fault.RESET_AT_ONCE,
    Fault.RESET_MID_BODY,
    Fault.RESET_AFTER_STORING,
    Fault.DAMAGE_BODY,
    Fault.ANSWER_OTHER_CHECKSUM,
    Fault.LEAVE_OUT_CHECKSUM,
    Fault.LOSE_OBJECT,
    Fault.GARBAGE,
]
LASTING = [fault for fault in Fault if fault is not Fault.LEAVE_OUT_CHECKSUM]


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same retries, sooner."""
    monkeypatch.setattr(s3_client, "_ATTEMPT_TIMEOUT", 0.3)
    monkeypatch.setattr(s3_client, "_FIRST_BACKOFF", 0.005)


def contents(s3: Boto3S3, bucket: str) -> list[bytes]:
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]


@pytest.mark.parametrize("fault", [*PASSING, Fault.STALL], ids=lambda fault: fault.name)
def test_given_a_passing_fault_then_a_retry_stores_the_instance_once(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str, fault: Fault
) -> None:
    proxy.stall_seconds = 1
    proxy.fail(fault)
    result = Sender(s3_storage.instances).send(instance())
    assert result.status == StoreStatus.SUCCESS
    (content,) = contents(s3, bucket)
    assert content.endswith(instance().data)
    if fault is not Fault.LEAVE_OUT_CHECKSUM:
        assert s3_storage.instances.usage().store_retries >= 1
    assert s3_storage.instances.ready()


@pytest.mark.parametrize("fault", LASTING, ids=lambda fault: fault.name)
def test_given_a_lasting_fault_then_out_of_resources_in_time_and_no_claim(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str, fault: Fault
) -> None:
    proxy.stall_seconds = 60
    proxy.always(fault)
    started = time.monotonic()
    result = Sender(s3_storage.instances, timeout=1.0).send(instance())
    took = time.monotonic() - started
    if fault in {Fault.RESET_AFTER_STORING, Fault.ANSWER_OTHER_CHECKSUM} and result.status == StoreStatus.SUCCESS:
        assert len(contents(s3, bucket)) == 1  # a HEAD has proved that it is there after all
        return
    assert result.status == StoreStatus.OUT_OF_RESOURCES
    assert 0 < len(result.comment) <= 64
    assert took < 20  # a deadline of one second, on a busy machine; without it, as long as a stall
    if fault not in {Fault.RESET_AFTER_STORING, Fault.ANSWER_OTHER_CHECKSUM}:
        assert contents(s3, bucket) == []
    proxy.choose = lambda _: None
    assert Sender(s3_storage.instances).send(instance()).status == StoreStatus.SUCCESS


def test_given_a_store_that_refuses_then_it_is_not_asked_again(s3_storage: Storage, proxy: FaultProxy) -> None:
    proxy.always(Fault.REFUSE_403)
    assert Sender(s3_storage.instances).send(instance()).status == StoreStatus.OUT_OF_RESOURCES
    assert proxy.count("PUT") == 1


def test_given_a_bucket_that_does_not_exist_then_out_of_resources(aws_environment: None, tmp_path: Path) -> None:
    storage = open_storage(StorageSettings("no-such-bucket", tmp_path, None, 64 << 20))
    assert Sender(storage.instances).send(instance()).status == StoreStatus.OUT_OF_RESOURCES


def test_given_a_store_that_keeps_failing_then_the_server_is_not_ready_until_it_recovers(
    s3_storage: Storage, proxy: FaultProxy
) -> None:
    sender = Sender(s3_storage.instances)
    proxy.always(Fault.REFUSE_403)
    for _ in range(3):
        sender.send(instance())
    assert not s3_storage.instances.ready()
    assert s3_storage.instances.usage().store_failures == 3
    proxy.choose = lambda _: None
    sender.send(instance())
    assert s3_storage.instances.ready()


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
@pytest.mark.parametrize("position", ["start", "second part", "completion"])
def test_given_a_passing_fault_in_a_multipart_upload_then_the_whole_is_stored(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str, fault: Fault, position: str
) -> None:
    hits = iter([True])

    def choose(seen: Seen) -> Fault | None:
        wanted = {
            "start": seen.path.endswith("?uploads="),
            "second part": "partNumber=2" in seen.path,
            "completion": seen.method == "POST" and "uploadId=" in seen.path,
        }[position]
        return fault if wanted and next(hits, False) else None

    proxy.choose = choose
    result = Sender(s3_storage.instances).send(LARGE, fragment=1 << 20)
    # A lost part is found out when the parts are joined; an answer without an upload id starts nothing.
    lost_part = fault is Fault.LOSE_OBJECT and position != "completion"
    assert result.status == (StoreStatus.OUT_OF_RESOURCES if lost_part else StoreStatus.SUCCESS)
    found = contents(s3, bucket)
    assert [content[-len(LARGE.data) :] == LARGE.data for content in found] == ([] if lost_part else [True])


@pytest.mark.parametrize(
    "fault", [Fault.REFUSE_403, Fault.FAIL_500, Fault.RESET_MID_BODY], ids=lambda fault: fault.name
)
def test_given_a_lasting_fault_in_a_multipart_upload_then_nothing_is_left(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str, fault: Fault
) -> None:
    proxy.choose = lambda seen: fault if "partNumber=2" in seen.path else None
    result = Sender(s3_storage.instances, timeout=1.0).send(LARGE, fragment=1 << 20)
    assert result.status == StoreStatus.OUT_OF_RESOURCES
    assert contents(s3, bucket) == []
    assert not s3.list_multipart_uploads(Bucket=bucket).get("Uploads")
    assert s3_storage.instances.usage().used_bytes == 0


def test_given_random_faults_then_every_success_is_stored_and_everything_stored_is_whole(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str
) -> None:
    dice = random.Random(20261121)
    lock = threading.Lock()
    proxy.stall_seconds = 0.5

    def choose(_: Seen) -> Fault | None:
        with lock:
            return dice.choice(list(Fault)) if dice.random() < 0.5 else None

    proxy.choose = choose
    acknowledged: set[bytes] = set()
    sent: set[bytes] = set()

    def run(number: int) -> None:
        sender = Sender(s3_storage.instances, timeout=0.5)
        for index in range(20):
            each = instance(f"1.2.{number}.{index}", pixels=bytes([number, index]) * 500)
            sent.add(each.data)
            if sender.send(each).status == StoreStatus.SUCCESS:
                acknowledged.add(each.data)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stored = {content[-len(next(iter(sent))) :] for content in contents(s3, bucket)}
    assert acknowledged <= stored <= sent
    assert len(acknowledged) > 20
    assert len(acknowledged) < len(sent)


def test_given_the_lean_client_then_requests_are_what_boto3_would_send(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str
) -> None:
    Sender(s3_storage.instances).send(instance("1.2.3"))
    (mine,) = [seen for seen in proxy.seen if seen.method == "PUT"]
    key = mine.path.removeprefix(f"/{bucket}/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=key)
    proxy.seen.clear()
    through = boto3.client("s3", endpoint_url=proxy.url)
    through.put_object(
        Bucket=bucket,
        Key=key,
        Body=BytesIO(body),
        IfNoneMatch="*",
        ContentType="application/dicom",
        ChecksumAlgorithm="CRC32",
    )
    (theirs,) = [seen for seen in proxy.seen if seen.method == "PUT"]
    assert mine.path == theirs.path
    for name in ("host", "if-none-match", "content-type", "content-length", "x-amz-checksum-crc32"):
        assert (name, mine.headers[name]) == (name, theirs.headers[name])
    scope = mine.headers["authorization"].split(",")[0].split("/", 1)[1]
    assert scope == theirs.headers["authorization"].split(",")[0].split("/", 1)[1]
    signed = mine.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert {"host", "if-none-match", "x-amz-checksum-crc32", "x-amz-content-sha256", "x-amz-date"} <= set(signed)
    head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert head["ChecksumCRC32"] == mine.headers["x-amz-checksum-crc32"]


def test_given_a_role_that_may_not_list_then_large_instances_are_stored_as_well(
    s3_storage: Storage, proxy: FaultProxy, s3: Boto3S3, bucket: str
) -> None:
    proxy.always(Fault.REFUSE_403, method="HEAD")  # what S3 says of a missing key without s3:ListBucket
    sender = Sender(s3_storage.instances)
    assert sender.send(LARGE, fragment=1 << 20).status == StoreStatus.SUCCESS
    assert sender.send(instance("1.2.4")).status == StoreStatus.SUCCESS
    assert len(contents(s3, bucket)) == 2


def test_given_an_object_that_disappeared_then_no_commitment(s3_storage: Storage, s3: Boto3S3, bucket: str) -> None:
    Sender(s3_storage.instances).send(instance("1.2.3"))
    (found,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert s3_storage.index.holds(CT_IMAGE, "1.2.3")
    s3.delete_object(Bucket=bucket, Key=found["Key"])
    assert not s3_storage.index.holds(CT_IMAGE, "1.2.3")


def test_given_a_store_that_cannot_tell_then_commitment_is_an_error_not_an_answer(
    s3_storage: Storage, proxy: FaultProxy
) -> None:
    Sender(s3_storage.instances).send(instance("1.2.3"))
    proxy.always(Fault.REFUSE_403, method="GET")
    with pytest.raises(OSError, match="403"):
        s3_storage.index.holds(CT_IMAGE, "1.2.3")


def test_given_an_instance_that_another_process_stored_then_the_registry_leads_to_it(
    s3_storage: Storage, s3_url: str, s3: Boto3S3, bucket: str
) -> None:
    Sender(s3_storage.instances).send(instance("1.2.3"))
    (found,) = s3.list_objects_v2(Bucket=bucket)["Contents"]
    prefix, rest = found["Key"].rsplit("/", 2)[0] + "/", "/".join(found["Key"].rsplit("/", 2)[1:])
    dynamodb = boto3.client("dynamodb", endpoint_url=s3_url)
    table = f"instances-of-{bucket}"
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "prefix", "KeyType": "HASH"}, {"AttributeName": "object", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("prefix", "object", "sopInstanceUID")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "bySopInstance",
                "KeySchema": [{"AttributeName": "sopInstanceUID", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    for name, uid in ((f"{rest}#v1", "1.2.3"), ("1.2.1/1.2.9.dcm#v1", "1.2.9")):
        item = {"prefix": {"S": prefix}, "object": {"S": name}, "sopInstanceUID": {"S": uid}}
        dynamodb.put_item(TableName=table, Item=item)
    restarted = open_storage(StorageSettings(bucket, Path("unused"), table, 64 << 20))
    assert restarted.index.holds(CT_IMAGE, "1.2.3")
    assert not restarted.index.holds(CT_IMAGE, "1.2.9")  # registered, but not there
    assert not restarted.index.holds(CT_IMAGE, "1.2.10")
    unasked = open_storage(StorageSettings(bucket, Path("unused"), "no-such-table", 64 << 20))
    with pytest.raises(OSError, match="INSTANCE_TABLE"):
        unasked.index.holds(CT_IMAGE, "1.2.3")


def test_given_different_instances_then_one_request_each(s3_storage: Storage, proxy: FaultProxy) -> None:
    sender = Sender(s3_storage.instances)
    for index in range(5):
        assert sender.send(instance(f"1.2.{index}")).attempts == 1
    assert proxy.count("PUT") == 5
    assert proxy.count("HEAD") == 0  # the answer's checksum was enough


def test_given_an_aws_configuration_that_cannot_work_then_opening_names_the_variable(
    aws_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("AWS_PROFILE", "no-such-profile"), ("AWS_ENDPOINT_URL_S3", "not a url")):
        with monkeypatch.context() as broken:
            broken.setenv(name, value)
            with pytest.raises(ConfigurationError, match=r"^DICOM_BUCKET=instances: must be"):
                open_storage(StorageSettings("instances", Path("unused"), None, 64 << 20))


def test_given_virtual_hosting_and_no_endpoint_variable_then_the_url_is_botocores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    found, region = s3_client._resolve_endpoint(new_session(), "instances")
    assert (found, region) == ("https://instances.s3.eu-west-1.amazonaws.com", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")
    assert s3_client._resolve_endpoint(new_session(), "instances")[0] == "http://127.0.0.1:4566/instances"
