"""S3 objects, their events and the queues these go to: nothing lost, nothing missing in them."""

import base64
import json
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest

from tests.local.emulators import drained, eventually

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

Queue = Callable[..., tuple[str, str]]
Function = Callable[..., str]


@pytest.fixture
def bucket(s3: "S3Client", request: pytest.FixtureRequest) -> str:
    """A versioned bucket that sends its events to EventBridge."""
    name = f"bucket-{abs(hash(request.node.name)):x}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    return name


def route(events: "EventBridgeClient", name: str, bucket: str, queue_arn: str, key: Any = None) -> None:
    """Send ``Object Created`` events of a bucket to a queue."""
    detail: dict[str, Any] = {"bucket": {"name": [bucket]}} | ({"object": {"key": key}} if key else {})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue_arn}])


def test_given_sse_kms_without_a_key_when_put_then_the_account_key_is_used(s3: "S3Client", bucket: str) -> None:
    answer = s3.put_object(Bucket=bucket, Key="a", Body=b"x", ServerSideEncryption="aws:kms")
    assert answer["SSEKMSKeyId"].endswith("alias/aws/s3")


def test_given_a_checksum_when_put_then_the_answer_repeats_it_and_a_wrong_one_is_refused(
    s3: "S3Client", bucket: str
) -> None:
    body = b"instance" * 1000
    crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    assert s3.put_object(Bucket=bucket, Key="a", Body=body, ChecksumCRC32=crc)["ChecksumCRC32"] == crc
    with pytest.raises(botocore.exceptions.ClientError, match=r"BadDigest|InvalidRequest|InvalidArgument"):
        s3.put_object(Bucket=bucket, Key="b", Body=body + b"!", ChecksumCRC32=crc)


def test_given_a_multipart_upload_with_checksums_when_completed_then_parts_and_whole_report_theirs(
    s3: "S3Client", bucket: str
) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="large", ChecksumAlgorithm="CRC32")["UploadId"]
    parts: list[Any] = []
    for number, size in ((1, 5 << 20), (2, 1 << 10)):
        body = bytes([number]) * size
        crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        part = s3.upload_part(
            Bucket=bucket, Key="large", UploadId=upload, PartNumber=number, Body=body, ChecksumCRC32=crc
        )
        assert part["ChecksumCRC32"] == crc
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": crc})
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="large", UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
    )
    assert done["ChecksumCRC32"]
    assert s3.head_object(Bucket=bucket, Key="large")["ContentLength"] == (5 << 20) + (1 << 10)


def test_given_an_object_when_put_again_with_if_none_match_then_412_whoever_is_first(
    s3: "S3Client", bucket: str
) -> None:
    def put(body: bytes) -> int:
        try:
            return int(
                s3.put_object(Bucket=bucket, Key="once", Body=body, IfNoneMatch="*")["ResponseMetadata"][
                    "HTTPStatusCode"
                ]
            )
        except botocore.exceptions.ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(put, [bytes([n]) for n in range(16)]))
    assert sorted(statuses) == [200] + [412] * 15


def test_given_a_versioned_object_when_created_then_its_event_names_the_version(
    s3: "S3Client", events: "EventBridgeClient", sqs: "SQSClient", queue: Queue, bucket: str
) -> None:
    url, arn = queue()
    route(events, "version", bucket, arn)
    version = s3.put_object(Bucket=bucket, Key="a b+c/é.dcm", Body=b"12345")["VersionId"]
    [body] = drained(sqs, url, expected=1)
    created = json.loads(body)["detail"]["object"]
    assert (created["version-id"], created["key"], created["size"]) == (version, "a b+c/é.dcm", 5)


def test_given_prefixes_to_exclude_when_objects_arrive_then_only_the_others_are_announced(
    s3: "S3Client", events: "EventBridgeClient", sqs: "SQSClient", queue: Queue, bucket: str
) -> None:
    url, arn = queue()
    route(events, "prefixes", bucket, arn, [{"anything-but": {"prefix": ["staging/", "dead-letter/"]}}])
    for key in ("staging/1", "2026/01/01/x.dcm", "dead-letter/2", "stagingx"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    keys = {json.loads(body)["detail"]["object"]["key"] for body in drained(sqs, url, expected=3, seconds=4)}
    assert keys == {"2026/01/01/x.dcm", "stagingx"}


def test_given_500_objects_when_consumed_while_they_arrive_then_no_event_is_lost(
    s3: "S3Client", events: "EventBridgeClient", sqs: "SQSClient", queue: Queue, bucket: str
) -> None:
    _dead_url, dead_arn = queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "5"})
    url, arn = queue(RedrivePolicy=redrive)
    route(events, "many", bucket, arn)
    seen: list[str] = []
    done = threading.Event()

    def consume() -> None:
        while not done.is_set():
            seen.extend(drained(sqs, url, expected=50, seconds=1))

    with ThreadPoolExecutor(10) as pool:
        consumers = [pool.submit(consume) for _ in range(3)]
        list(pool.map(lambda n: s3.put_object(Bucket=bucket, Key=f"{n}.dcm", Body=b"x" * 2048), range(500)))
        eventually(lambda: len(seen) >= 500, seconds=30)
        done.set()
        for consumer in consumers:
            consumer.result(timeout=20)
    assert len({json.loads(body)["detail"]["object"]["key"] for body in seen}) == 500


def test_given_a_delayed_message_when_received_early_then_it_is_not_there_yet(sqs: "SQSClient", queue: Queue) -> None:
    url, _arn = queue()
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=2)
    began = time.monotonic()
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert drained(sqs, url, expected=1, seconds=6) == ["later"]
    assert time.monotonic() - began >= 1.9


BATCHES = """
import json, boto3
def handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    boto3.client("sqs").send_message(QueueUrl=bodies[0].split("|")[0], MessageBody=json.dumps(bodies))
    failed = [r["messageId"] for r in event["Records"]
              if r["body"].endswith("fail") and r["attributes"]["ApproximateReceiveCount"] == "1"]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""


def test_given_a_batching_window_when_messages_trickle_in_then_one_batch_of_more_than_ten_is_invoked(
    sqs: "SQSClient", lambdas: "LambdaClient", queue: Queue, function: Function
) -> None:
    results, _ = queue()
    source, arn = queue(VisibilityTimeout="30")
    options: dict[str, Any] = {"BatchSize": 50, "MaximumBatchingWindowInSeconds": 2}
    mapping = lambdas.create_event_source_mapping(EventSourceArn=arn, FunctionName=function(BATCHES), **options)
    for number in range(24):
        sqs.send_message(QueueUrl=source, MessageBody=f"{results}|{number}")
    batches = [json.loads(body) for body in drained(sqs, results, expected=2, seconds=6)]
    lambdas.delete_event_source_mapping(UUID=mapping["UUID"])
    assert [len(batch) for batch in batches] == [24]


def test_given_partial_failures_when_reported_then_only_those_messages_come_again(
    sqs: "SQSClient", lambdas: "LambdaClient", queue: Queue, function: Function
) -> None:
    results, _ = queue()
    source, arn = queue(VisibilityTimeout="2")
    for word in ("ok", "fail", "fine"):
        sqs.send_message(QueueUrl=source, MessageBody=f"{results}|{word}")
    mapping = lambdas.create_event_source_mapping(
        EventSourceArn=arn,
        FunctionName=function(BATCHES),
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    first, second = (json.loads(body) for body in drained(sqs, results, expected=2, seconds=15))
    lambdas.delete_event_source_mapping(UUID=mapping["UUID"])
    assert len(first) == 3
    assert second == [f"{results}|fail"]


def test_given_a_failing_function_when_a_message_was_received_often_enough_then_it_is_a_dead_letter(
    sqs: "SQSClient", lambdas: "LambdaClient", queue: Queue, function: Function
) -> None:
    dead_url, dead_arn = queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    source, arn = queue(VisibilityTimeout="1", RedrivePolicy=redrive)
    failing = function("def handler(event, context):\n    raise ValueError('no')\n")
    mapping = lambdas.create_event_source_mapping(EventSourceArn=arn, FunctionName=failing, BatchSize=1)
    sqs.send_message(QueueUrl=source, MessageBody="poison")
    assert drained(sqs, dead_url, expected=1, seconds=20) == ["poison"]
    lambdas.delete_event_source_mapping(UUID=mapping["UUID"])


def test_given_keys_that_xml_cannot_hold_when_versions_are_listed_in_pages_then_every_key_comes_back_as_it_is(
    s3: "S3Client", bucket: str
) -> None:
    keys = sorted(["a/../b", "bell\x07.txt", "\u202etxt.exe", "a & b <c>.txt", "100% + 1.txt", "診療録/山口.txt"])
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    assert [version["Key"] for page in pages for version in page["Versions"]] == keys
