"""Messages of the queue are read without trust; the real events of S3 are among them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.imaging.instances.object_event import (
    BatchMessage,
    Ignored,
    ObjectCreated,
    UnreadableMessageError,
    parse_message,
)
from tests.unit.imaging_import.import_account import instance_key, object_event
from tests.unit.imaging_import.import_world import ImportWorld

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["detail-type", "detail", "bucket", "object", "name", "key", "size", "etag", "kind"]),
            inner | st.just("Object Created") | st.just("bucket"),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(st.text(max_size=100) | json_values.map(json.dumps))
def test_given_any_body_then_it_is_read_or_refused_in_words_that_do_not_quote_it(body: str) -> None:
    message: object
    try:
        message = parse_message(body, bucket="bucket")
    except UnreadableMessageError as error:
        message = error
    if isinstance(message, UnreadableMessageError):
        assert str(message).startswith("queue message: ")
    else:
        assert isinstance(message, ObjectCreated | BatchMessage | Ignored)


@given(st.text(min_size=1, max_size=80).filter(lambda key: not key.startswith(("staging/", "dead-letter/"))))
def test_given_any_key_then_it_arrives_as_it_is(key: str) -> None:
    body = object_event("bucket", key, 7, '"abc"', "v1")
    assert parse_message(body, bucket="bucket") == ObjectCreated(key, "v1", 7, "abc")


def test_given_a_bucket_without_versions_then_the_content_tells_objects_apart() -> None:
    for version_id in (None, "null"):
        body = object_event("bucket", "key", 7, "abc", version_id)
        assert parse_message(body, bucket="bucket") == ObjectCreated("key", "etag-abc", 7, "abc")


def test_given_objects_stored_in_the_emulator_then_their_real_events_are_read_and_registered(
    world: ImportWorld,
) -> None:
    """S3 -> EventBridge -> SQS -> RegisterInstances, with odd keys: they are not URL-encoded on this way."""
    s3, sqs, bucket = world.clients.s3, world.clients.sqs, world.ledger.bucket
    events = world.emulator.session().client("events", endpoint_url=world.emulator.endpoint)
    queue_arn = sqs.get_queue_attributes(QueueUrl=world.dispatch.queue_url, AttributeNames=["QueueArn"])["Attributes"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=bucket, Targets=[{"Id": "queue", "Arn": queue_arn["QueueArn"]}])
    odd = "a b+c%20d/ü&=.dcm"
    for key in (odd, str(instance_key())):
        s3.put_object(Bucket=bucket, Key=key, Body=b"12345")

    bodies: list[str] = []
    deadline = time.monotonic() + 10
    while len(bodies) < 2 and time.monotonic() < deadline:
        bodies += [json.dumps(message) for message in world.messages()]
        time.sleep(0.05)
    assert world.deliver(*bodies) == []
    assert world.rejected() == [odd]
    [instance] = world.instances()
    head = s3.head_object(Bucket=bucket, Key=str(instance_key()))
    assert (instance.version, instance.etag, instance.size) == (head["VersionId"], head["ETag"].strip('"'), 5)


def test_given_a_new_batch_when_its_quiet_period_passes_in_real_time_then_its_message_arrives_and_closes_it(
    world: ImportWorld,
) -> None:
    world.clock.now = time.time()
    world.policy = world.policy.__class__(1, 300, 4_500, 10**9)
    assert world.deliver(world.store(instance_key(number=1))) == []
    assert world.messages() == []  # delayed
    deadline = time.monotonic() + 10
    messages: list[dict[str, object]] = []
    while not messages and time.monotonic() < deadline:
        time.sleep(0.1)
        messages = world.messages()
    world.clock.now = time.time()
    assert world.deliver(*(json.dumps(message) for message in messages)) == []
    assert len(world.started()) == 1


@pytest.mark.parametrize("early_by", [30, 2_000])
def test_given_a_close_message_that_comes_early_then_it_is_sent_again_for_the_rest(
    world: ImportWorld, early_by: int
) -> None:
    world.policy = world.policy.__class__(early_by, 5_000, 4_500, 10**9)
    assert world.deliver(world.store(instance_key())) == []
    [instance] = world.instances()
    delays: list[object] = []
    world.clients.sqs.meta.events.register(
        "before-parameter-build.sqs.SendMessage", lambda params, **_: delays.append(params["DelaySeconds"])
    )
    assert world.deliver(json.dumps({"kind": "close-batch", "batchId": instance.batch_id})) == []
    assert delays == [min(early_by, 900)]
    assert world.started() == []
