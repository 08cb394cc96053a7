"""A sweep over a bucket asks the table by the hundred, and again for what the table left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from healthcare_runtime import batch_get
from healthcare_runtime.documents.faults import TransientDocumentError
from healthcare_runtime.documents.object_version import object_version
from tests.unit.documents.document_world import DocumentWorld


@contextmanager
def counting(world: DocumentWorld) -> Iterator[Counter[str]]:
    """Calls of DynamoDB, by operation."""
    calls: Counter[str] = Counter()
    events = world.clients.dynamodb.meta.events

    def count(model: Any, **_: object) -> None:
        calls[model.name] += 1

    events.register("before-call.dynamodb", count)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", count)


@contextmanager
def leaving_out(world: DocumentWorld, rounds: int) -> Iterator[None]:
    """DynamoDB answers for one key alone, ``rounds`` times, and calls the rest unprocessed."""
    left = [rounds]
    events = world.clients.dynamodb.meta.events

    def leave(parsed: dict[str, Any], **_: object) -> None:
        for table, items in parsed["Responses"].items():
            if left[0] and len(items) > 1:
                left[0] -= 1
                keys = [{"documentId": item["documentId"]} for item in items[1:]]
                parsed["UnprocessedKeys"][table] = {"Keys": keys, "ConsistentRead": True}
                del items[1:]

    events.register("after-call.dynamodb.BatchGetItem", leave)
    try:
        yield
    finally:
        events.unregister("after-call.dynamodb.BatchGetItem", leave)


def registered(world: DocumentWorld, count: int) -> None:
    """Documents that are in the bucket and settled in the table."""
    for number in range(count):
        key = f"incoming/{number}.txt"
        version = object_version(world.bucket("raw"), key, world.put(b"a note", key, {}), 6, "0" * 32)
        assert world.context.documents.register(version)
        assert world.context.documents.settle(version.document_id, "PROCESSED")  # type: ignore[arg-type]


def test_given_a_bucket_of_registered_versions_when_swept_then_the_table_is_asked_once_for_each_hundred(
    world: DocumentWorld,
) -> None:
    registered(world, 205)
    world.put(b"a note", "incoming/lost.txt", {})
    world.clock.ahead = 60
    with counting(world) as calls:
        assert world.sweep().run().announced == 1
    assert calls["BatchGetItem"] == 3
    assert calls["GetItem"] <= 2  # the one that was lost, and the head of its audit chain


def test_given_documents_that_wait_for_a_review_when_swept_then_they_are_read_by_the_hundred(
    world: DocumentWorld,
) -> None:
    held = [world.process(world.send(f"note {number}")) for number in range(3)]
    with counting(world) as calls:
        found = [*world.context.documents.with_status(held[0].status)]
    assert found == sorted(held, key=lambda document: document.updated_at)
    assert calls["BatchGetItem"] == 1
    assert calls["GetItem"] == 0


def test_given_a_table_that_leaves_keys_out_when_swept_then_it_is_asked_again_and_nothing_is_announced_twice(
    world: DocumentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    registered(world, 5)
    world.clock.ahead = 60
    with leaving_out(world, 3):
        assert world.sweep().run().announced == 0
    assert len(pauses) == 3
    assert pauses == sorted(pauses)


def test_given_a_table_that_always_leaves_keys_out_when_swept_then_the_sweep_fails_and_announces_nothing(
    world: DocumentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(batch_get, "ROUNDS", 3)
    registered(world, 5)
    world.clock.ahead = 60
    with leaving_out(world, 99), pytest.raises(TransientDocumentError, match="left keys out"):
        world.sweep().run()
    assert world.executions() == []
