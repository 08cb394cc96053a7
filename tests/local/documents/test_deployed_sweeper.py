"""The deployed sweeper: a document that nobody announced is found in the bucket, and goes the way of all others."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from healthcare_runtime.contracts.documents import DocumentVariable
from tests.local.documents.document_cloud import DocumentCloud
from tests.local.emulators import eventually

HTML: Final = b"<!doctype html><html><body>lost</body></html>"
SWEEPER: Final = "SweepDocuments"


@contextmanager
def losing_events(cloud: DocumentCloud) -> Iterator[None]:
    """No rule hears of the raw bucket's objects, for a while."""
    events = cloud.deployed.client("events")
    rules = [
        rule["Name"]
        for page in events.get_paginator("list_rules").paginate()
        for rule in page["Rules"]
        if cloud.bucket("raw") in rule.get("EventPattern", "")
    ]
    assert rules, "no rule hears of the raw bucket"
    for rule in rules:
        events.disable_rule(Name=rule)
    try:
        yield
    finally:
        for rule in rules:
            events.enable_rule(Name=rule)


@contextmanager
def sweeping_what_is_a_second_old(cloud: DocumentCloud) -> Iterator[None]:
    """The stage waits minutes for an event before it takes it for lost."""
    lambdas = cloud.deployed.client("lambda")
    name = cloud.function(SWEEPER)
    before = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    hasty = {**before, DocumentVariable.SWEEP_MINIMUM_AGE_SECONDS: "1"}
    lambdas.update_function_configuration(FunctionName=name, Environment={"Variables": hasty})
    try:
        yield
    finally:
        lambdas.update_function_configuration(FunctionName=name, Environment={"Variables": before})


def test_given_an_object_whose_event_is_lost_when_the_sweeper_comes_then_it_is_a_document_with_its_outcome(
    cloud: DocumentCloud,
) -> None:
    with losing_events(cloud):
        document_id = cloud.send(HTML, key=f"tests/sweeper/{uuid.uuid4().hex}.html", metadata={})
        assert not eventually(lambda: cloud.documents.find(document_id), seconds=3), "its event was not lost"

    with sweeping_what_is_a_second_old(cloud):
        assert eventually(lambda: cloud.call(SWEEPER, {}) and cloud.documents.find(document_id), seconds=30)
        assert cloud.settled(document_id).reasons == ("MARKUP_UNSUPPORTED",)
        cloud.call(SWEEPER, {})

    assert cloud.executions(document_id) == [f"{document_id}-0"]
    assert cloud.events(document_id)[0] == ("Intake", "RECEIVED")
