"""State survives a kill up to the last seconds, and a clean stop completely; the emulator leaves nothing behind."""

import contextlib
import json
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from local_cloud.emulator import patching, saved_state
from local_cloud.emulator.settings import EmulatorSettings
from tests.local.emulators import Emulator, eventually

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


def fill(emulator: Emulator) -> Any:
    """A stack, an object in its bucket, an item in its table, a message in its queue; returns the bucket."""
    key = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    ids = emulator.deploy(
        "kept",
        {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}},
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {"TableName": "kept", "BillingMode": "PAY_PER_REQUEST", **key},
            },
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "kept"}},
        },
    )
    s3: S3Client = emulator.client("s3")
    s3.put_object(Bucket=ids["Bucket"], Key="a/b.dcm", Body=b"bytes")
    emulator.client("dynamodb").put_item(TableName="kept", Item={"id": {"S": "1"}})
    sqs: SQSClient = emulator.client("sqs")
    sqs.send_message(QueueUrl=ids["Queue"], MessageBody="kept")
    return ids["Bucket"]


def check(emulator: Emulator, bucket: str) -> None:
    s3: S3Client = emulator.client("s3")
    assert s3.get_object(Bucket=bucket, Key="a/b.dcm")["Body"].read() == b"bytes"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    dynamodb: DynamoDBClient = emulator.client("dynamodb")
    assert dynamodb.get_item(TableName="kept", Key={"id": {"S": "1"}})["Item"]
    sqs: SQSClient = emulator.client("sqs")
    url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "kept"
    assert (
        emulator.client("cloudformation").describe_stacks(StackName="kept")["Stacks"][0]["StackStatus"]
        == "CREATE_COMPLETE"
    )


def test_given_a_kill_when_started_again_then_all_but_the_last_seconds_is_there(own_emulator: Emulator) -> None:
    bucket = fill(own_emulator)
    time.sleep(4)
    own_emulator.kill(signal.SIGKILL)
    own_emulator.start()
    check(own_emulator, bucket)


def test_given_a_clean_stop_when_started_again_then_everything_is_there_at_once(own_emulator: Emulator) -> None:
    bucket = fill(own_emulator)
    own_emulator.kill(signal.SIGTERM)
    own_emulator.start()
    check(own_emulator, bucket)


def test_given_a_kill_when_a_message_was_being_worked_on_then_it_is_visible_again_at_once(
    own_emulator: Emulator,
) -> None:
    sqs: SQSClient = own_emulator.client("sqs")
    url = sqs.create_queue(QueueName="worked-on", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="received")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "received"
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=600)
    saved = own_emulator.state / "services" / "sqs.json"
    assert eventually(lambda: saved.exists() and "delayed" in saved.read_text())

    own_emulator.kill(signal.SIGKILL)
    own_emulator.start()
    again = [message["Body"] for message in own_emulator.client("sqs").receive_message(QueueUrl=url)["Messages"]]
    assert again == ["received"]


def test_given_a_kill_at_any_moment_when_started_again_then_no_message_is_gone_without_what_its_receiver_wrote(
    own_emulator: Emulator,
) -> None:
    fill(own_emulator)
    messages = 400
    sqs: SQSClient = own_emulator.client("sqs")
    dynamodb: DynamoDBClient = own_emulator.client("dynamodb")
    url = sqs.create_queue(QueueName="worked-on", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    for number in range(messages):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    saved = own_emulator.state / "services" / "sqs.json"
    assert eventually(lambda: saved.exists() and f'"{messages - 1}"' in saved.read_text())

    written_before = saved.stat().st_mtime_ns
    while saved.stat().st_mtime_ns == written_before:  # until a save has seen some of it done, and some not
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5).get("Messages", []):
            dynamodb.put_item(TableName="kept", Item={"id": {"S": message["Body"]}})
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    own_emulator.kill(signal.SIGKILL)
    own_emulator.start()

    items = own_emulator.client("dynamodb").scan(TableName="kept")["Items"]
    known = {item["id"]["S"] for item in items}
    while received := own_emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        known |= {message["Body"] for message in received}
        for message in received:
            own_emulator.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert {str(number) for number in range(messages)} <= known


def test_given_the_emulator_when_it_listens_then_only_on_loopback_and_only_on_its_port(emulator: Emulator) -> None:
    assert emulator.process is not None
    connections = psutil.Process(emulator.process.pid).net_connections()
    listening = {(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", emulator.port)}


def test_given_a_saved_state_when_read_then_it_is_whole_json_at_any_moment(own_emulator: Emulator) -> None:
    fill(own_emulator)
    saved = own_emulator.state / "services" / "dynamodb.json"
    assert eventually(saved.exists)
    for number in range(200):
        own_emulator.client("dynamodb").put_item(TableName="kept", Item={"id": {"S": f"more-{number}"}})
        json.loads(saved.read_text())


@pytest.mark.parametrize("killed_at", range(12))
def test_given_a_kill_at_any_step_of_saving_then_what_is_read_is_of_one_moment(
    killed_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {f"{name}.json": f"{name} old".encode() for name in "abc"} | {"same.json": b"same"}
    new = {f"{name}.json": f"{name} new".encode() for name in "abc"} | {"same.json": b"same"}
    saved_state.write(tmp_path, old)
    steps = iter(range(killed_at))
    with monkeypatch.context() as killing:
        for step in ("write_bytes", "write_text", "replace", "unlink"):
            done: Any = getattr(Path, step)

            def until_killed(*given: Any, _done: Any = done, **options: Any) -> Any:
                if next(steps, None) is None:
                    raise KeyboardInterrupt
                return _done(*given, **options)

            killing.setattr(Path, step, until_killed)
        with contextlib.suppress(KeyboardInterrupt):
            saved_state.write(tmp_path, new)
    saved_state.complete(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json")} == (old if killed_at <= 4 else new)


@pytest.mark.parametrize(
    ("path", "parameters", "complaint"),
    [
        ("services.s3:_no_such_function", "", "does not exist"),
        ("services.s3:_put_object", "bucket key", "takes"),
    ],
)
def test_given_another_ministack_when_patches_are_applied_then_the_start_stops_and_names_the_mismatch(
    path: str, parameters: str, complaint: str, tmp_path: Path
) -> None:
    foreign = patching.PatchSet("foreign")
    replaced = patching.PatchSet("replaced")
    replaced.replaces("services.s3:_head_bucket", "name")(lambda original, name: original(name))
    foreign.require(path, parameters)
    with pytest.raises(patching.EmulatorMismatchError, match=complaint) as stopped:
        patching.apply((replaced, foreign), EmulatorSettings(1, tmp_path, {}))
    assert "1.5.33" in str(stopped.value)
    from ministack.services import s3

    assert not hasattr(s3._head_bucket, "__wrapped__")  # nothing was replaced
