"""What S3 and EventBridge promise is little: events come twice, late, or for what is not there any more."""

from __future__ import annotations

import json
import uuid
from typing import Final

import pytest

from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.object_version import ObjectVersion
from tests.local.documents.document_cloud import DocumentCloud
from tests.local.emulators import eventually
from tests.unit.documents.document_world import NOTE

HTML: Final = b"<!doctype html><html><body>one</body></html>"
ANOTHER: Final = b'{"resourceType":"Horoscope","sign":"aries"}'


@pytest.fixture(scope="module")
def queue(cloud: DocumentCloud) -> str:
    """The queue from which Intake is fed."""
    mappings = cloud.deployed.client("lambda").list_event_source_mappings(FunctionName=cloud.function("Intake"))
    [mapping] = mappings["EventSourceMappings"]
    name = mapping["EventSourceArn"].rpartition(":")[2]
    return str(cloud.deployed.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def announce(cloud: DocumentCloud, queue: str, version: ObjectVersion) -> None:
    """An event as EventBridge hands it on."""
    described = {"key": version.key, "size": version.size, "etag": version.etag, "version-id": version.version_id}
    detail = {"bucket": {"name": version.bucket}, "object": described}
    body = json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})
    cloud.deployed.client("sqs").send_message(QueueUrl=queue, MessageBody=body)


def drained(cloud: DocumentCloud, queue: str) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = cloud.deployed.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return all(attributes[name] == "0" for name in names)


def test_given_an_event_that_comes_again_when_all_is_done_then_nothing_happens_a_second_time(
    cloud: DocumentCloud, queue: str
) -> None:
    key = f"tests/events/{uuid.uuid4().hex}.html"
    found = cloud.settled(cloud.send(HTML, key=key, metadata={}))
    before = cloud.events(found.document_id)
    version = ObjectVersion(found.bucket, found.object_key, found.version_id, found.size, found.etag)
    for _ in range(3):
        announce(cloud, queue, version)
    assert eventually(lambda: drained(cloud, queue), seconds=30)
    assert cloud.documents.get(found.document_id) == found
    assert cloud.events(found.document_id) == before
    assert cloud.executions(found.document_id) == [f"{found.document_id}-0"]


def test_given_an_object_written_over_at_once_then_both_versions_are_documents_with_their_own_outcome(
    cloud: DocumentCloud,
) -> None:
    key = f"tests/events/{uuid.uuid4().hex}"
    sent = [cloud.send(body, key=key, metadata={}) for body in (HTML, ANOTHER)]
    found = [cloud.settled(document_id) for document_id in sent]
    assert [one.reasons for one in found] == [("MARKUP_UNSUPPORTED",), ("FHIR_UNKNOWN_TYPE",)]
    bodies = [cloud.body("quarantine", one.quarantine_key) for one in found]
    assert bodies == [HTML, ANOTHER]


def test_given_a_version_that_is_gone_before_it_is_read_then_its_document_is_rejected(
    cloud: DocumentCloud, queue: str
) -> None:
    version = ObjectVersion(cloud.bucket("raw"), "tests/events/gone.txt", uuid.uuid4().hex, len(NOTE), "0" * 32)
    announce(cloud, queue, version)
    found = eventually(lambda: cloud.documents.find(version.document_id), seconds=30)
    found = cloud.settled(found.document_id)
    assert (found.status, found.reasons) == (DocumentStatus.REJECTED, ("OBJECT_GONE",))


def test_given_messages_that_are_no_events_then_they_stop_nobody_and_those_behind_them_are_served(
    cloud: DocumentCloud, queue: str
) -> None:
    sqs = cloud.deployed.client("sqs")
    for body in ("", "[" * 5000, "{}", '{"detail":{"bucket":{"name":"another"},"object":{}}}'):
        sqs.send_message(QueueUrl=queue, MessageBody=body or " ")
    found = cloud.settled(cloud.send(HTML, key=f"tests/events/{uuid.uuid4().hex}.html", metadata={}))
    assert found.reasons == ("MARKUP_UNSUPPORTED",)
    assert eventually(lambda: drained(cloud, queue), seconds=30)
