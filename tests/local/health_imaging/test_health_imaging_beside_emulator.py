"""Behind the emulator's one endpoint: every call goes through it, and events arrive on its bus."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from local_cloud.ports import any_free_port
from tests.aws_emulator import AwsEmulator
from tests.local.emulators import Emulator
from tests.local.health_imaging.imaging_world import ImagingProcess, Store, dicom_file, eventually


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, ImagingProcess]]:
    """The local cloud's own emulator, and the service beside it."""
    emulator_port, imaging_port = any_free_port(), any_free_port()
    state: Path = tmp_path_factory.mktemp("emulator")
    emulator = Emulator(state, emulator_port, {"medical-imaging": f"http://127.0.0.1:{imaging_port}"})
    aws = AwsEmulator(emulator.endpoint)
    process = ImagingProcess(tmp_path_factory.mktemp("imaging"), aws, port=imaging_port)
    process.start()  # first: it must not need the emulator to start
    emulator.start()
    yield emulator, process
    process.stop()
    emulator.stop()


@pytest.fixture
def store(pair: tuple[Emulator, ImagingProcess]) -> Store:
    emulator, _ = pair
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
    session = AwsEmulator(emulator.endpoint).session()
    imaging = session.client("medical-imaging", endpoint_url=emulator.endpoint, config=config)
    s3, name = emulator.client("s3"), uuid.uuid4().hex[:12]
    for bucket in (f"dicom-{name}", f"results-{name}"):
        s3.create_bucket(Bucket=bucket)
    datastore_id = imaging.create_datastore(datastoreName=name, clientToken=name)["datastoreId"]
    return Store(imaging, s3, datastore_id, f"dicom-{name}", f"results-{name}")


def test_every_kind_of_request_passes_through_the_emulator(store: Store) -> None:
    results = store.imported({"ct.dcm": dicom_file("CT_small.dcm")})
    image_set_id = results.image_set_of("ct.dcm")
    (instance,) = store.instances(image_set_id).values()  # gzip, untouched on its way
    content, content_type = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
    assert (content[:4], content_type) == (b"\xff\x4f\xff\x51", "image/jph")
    found = store.imaging.get_image_set(datastoreId=store.datastore_id, imageSetId=image_set_id, versionId="1")
    arn = found["imageSetArn"]
    store.imaging.tag_resource(resourceArn=arn, tags={"owner": "a b/c?"})
    assert store.imaging.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "a b/c?"}
    store.imaging.untag_resource(resourceArn=arn, tagKeys=["owner", "other"])
    assert store.imaging.list_tags_for_resource(resourceArn=arn)["tags"] == {}
    with pytest.raises(store.imaging.exceptions.ResourceNotFoundException):
        store.imaging.get_image_set(datastoreId=store.datastore_id, imageSetId=image_set_id, versionId="2")


def test_events_tell_of_stores_jobs_and_image_sets(pair: tuple[Emulator, ImagingProcess], store: Store) -> None:
    # given a rule that sends every HealthImaging event to a queue
    emulator, _ = pair
    bus, queues = emulator.client("events"), emulator.client("sqs")
    url = queues.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.put_rule(Name="imaging", EventPattern='{"source": ["aws.medical-imaging"]}')
    bus.put_targets(Rule="imaging", Targets=[{"Id": "queue", "Arn": arn}])
    # when a series is imported twice
    files = {"ct.dcm": dicom_file("CT_small.dcm")}
    first, second = store.imported(files), store.imported(files)
    # then each change is one event
    wanted = [
        "Import Job Submitted", "Import Job In Progress", "Image Set Created", "Import Job Completed",
        "Import Job Submitted", "Import Job In Progress", "Image Set Updated", "Import Job Completed",
    ]  # fmt: skip
    events: list[dict[str, Any]] = []

    def all_arrived() -> bool:
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            events.append(json.loads(message["Body"]))
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len([event for event in events if event["detail-type"] in wanted]) >= len(wanted)

    assert eventually(all_arrived), [event["detail-type"] for event in events]
    own = [event for event in events if event["detail"]["datastoreId"] == store.datastore_id]
    assert sorted(event["detail-type"] for event in own if event["detail-type"] in wanted) == sorted(wanted)
    (updated,) = [event for event in own if event["detail-type"] == "Image Set Updated"]
    image_set_id = second.image_set_of("ct.dcm")
    assert updated["source"] == "aws.medical-imaging"
    assert updated["resources"] == [
        f"arn:aws:medical-imaging:us-east-1:000000000000:datastore/{store.datastore_id}/imageset/{image_set_id}"
    ]
    assert updated["detail"] == {
        "imagingVersion": "1.0", "isPrimary": True, "imageSetVersion": "2", "datastoreId": store.datastore_id,
        "imagesetId": image_set_id, "imageSetId": image_set_id, "imageSetState": "ACTIVE",
        "imageSetWorkflowStatus": "UPDATED",
    }  # fmt: skip
    completed = [event["detail"] for event in own if event["detail-type"] == "Import Job Completed"]
    assert {one["jobId"] for one in completed} == {first.summary["jobId"], second.summary["jobId"]}
    assert {one["outputS3Uri"] for one in completed} == {first.summary["outputS3Uri"], second.summary["outputS3Uri"]}
    assert all(datetime.fromisoformat(event["time"]) for event in own)


def test_others_may_not_speak_in_the_name_of_aws(pair: tuple[Emulator, ImagingProcess]) -> None:
    emulator, _ = pair
    entry = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": "{}"}
    answer = emulator.client("events").put_events(Entries=[entry])
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
