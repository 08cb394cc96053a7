"""Counters in the document table: each document once, whoever comes at the same time, and nothing for ever."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.fraud.submitter_history import SubmitterHistory
from tests.aws_emulator import AwsEmulator
from tests.unit.fraud.arrivals import NOON, arrival


@pytest.fixture
def clients(aws: AwsEmulator, monkeypatch: pytest.MonkeyPatch) -> AwsClients:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    return AwsClients(aws.session())


@pytest.fixture
def table(clients: AwsClients) -> Iterator[str]:
    name = f"documents-{uuid.uuid4().hex[:8]}"
    clients.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
    )
    yield name
    clients.dynamodb.delete_table(TableName=name)


def test_given_documents_of_days_when_recorded_then_the_activity_is_what_was_sent(
    clients: AwsClients, table: str
) -> None:
    history = SubmitterHistory(clients.dynamodb, table)
    number = 0
    for days_before, count in ((3, 4), (1, 2)):
        for _ in range(count):
            number += 1
            history.record(arrival(number, at=NOON - timedelta(days=days_before)))
    history.record(arrival(90, submitter="other"))
    for each in range(3):
        number += 1
        known = history.record(arrival(number, patient=f"p{each}", content="same"))
    assert known.last_day == 3
    assert 2.9 < known.patients_last_day < 3.2
    assert (known.usual_day, known.days_known, known.repeats) == (3.0, 2, 2)
    assert known.new_patients == pytest.approx(2 / 3)  # p1 was there before
    assert known.hour_share == pytest.approx(6.5 / 10)


def test_given_a_document_when_its_step_runs_again_then_it_is_counted_once(clients: AwsClients, table: str) -> None:
    history = SubmitterHistory(clients.dynamodb, table)
    first = history.record(arrival(1))
    assert history.record(arrival(1)) == first
    assert history.record(arrival(2)).last_day == 2


def test_given_arrivals_at_the_same_moment_when_recorded_then_none_is_lost_or_doubled(
    clients: AwsClients, table: str
) -> None:
    history = SubmitterHistory(clients.dynamodb, table)
    failures: list[BaseException] = []

    def record(worker: int) -> None:
        try:
            for number in range(10):
                history.record(arrival(1 + number + 10 * (worker // 2)))  # every document comes twice
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=record, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert history.record(arrival(99)).last_day == 41


def test_given_what_is_written_when_read_then_it_names_nobody_and_ends(clients: AwsClients, table: str) -> None:
    SubmitterHistory(clients.dynamodb, table).record(arrival(1, submitter="dr-sato", patient="urn:mrn|4711"))
    items = clients.dynamodb.scan(TableName=table)["Items"]
    assert len(items) == 4
    assert all(int(item["expiresAt"]["N"]) > NOON.timestamp() for item in items)
    assert all(item["documentId"]["S"].startswith("submitter#") for item in items)
    text = str(items)
    assert "sato" not in text
    assert "4711" not in text
