"""Appending: once, in order, without gap or fork, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectionClosedError

from healthcare_runtime.audit import AuditUnavailable, EventContradictedError
from healthcare_runtime.audit.chain import GENESIS, chained, shard_of
from healthcare_runtime.audit.table import head_key, marker_key
from healthcare_runtime.aws_clients import AwsClients
from tests.aws_emulator import AwsEmulator
from tests.unit.audit.audit_world import AuditWorld, event


def test_given_events_of_one_entity_when_appended_then_each_is_bound_to_all_before_it(world: AuditWorld) -> None:
    trail = world.trail()
    positions = [trail.append(event(number)) for number in range(1, 6)]

    shard = shard_of("d0c0", world.shards)
    assert [(each.shard, each.position) for each in positions] == [(shard, number) for number in range(1, 6)]
    previous = GENESIS
    for row, position in zip(world.rows(shard), positions, strict=True):
        previous = chained(previous, row.record)
        assert previous.hex() == row.hash == position.hash
        assert f'"position":{row.position}' in row.record


def test_given_an_event_when_it_is_said_again_later_then_its_first_position_is_returned(world: AuditWorld) -> None:
    first = world.trail().append(event(1))
    world.trail().append(event(2))

    later = replace(event(1), recorded_at=event(1).recorded_at + timedelta(hours=1))
    assert world.trail().append(later) == first
    assert len(world.rows(first.shard)) == 2


def test_given_an_event_id_when_it_comes_with_other_content_then_it_is_refused_and_nothing_is_kept(
    world: AuditWorld,
) -> None:
    first = world.trail().append(event(1))
    with pytest.raises(EventContradictedError):
        world.trail().append(event(1, outcome="HOLD"))
    elsewhere = replace(event(1), entity="another")
    assert shard_of("another", world.shards) != first.shard
    with pytest.raises(EventContradictedError):
        world.trail().append(elsewhere)
    assert len(world.rows(first.shard)) == 1
    assert world.rows(shard_of("another", world.shards)) == []


def test_given_sixteen_writers_on_one_shard_when_they_append_together_then_there_is_no_gap_and_no_fork(
    world: AuditWorld, aws: AwsEmulator
) -> None:
    one = world.with_shards(1)
    failures: list[BaseException] = []
    together = threading.Barrier(16)

    def write(writer: int) -> None:
        trail = one.trail(AwsClients(aws.session()))
        together.wait()
        try:
            for number in range(1, 9):
                trail.append(event(number, entity=f"doc{writer}"))
                if number % 4 == 0:
                    trail.append(event(number, entity=f"doc{writer}"))  # said twice
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    kept = one.rows("0000")
    assert [row.position for row in kept] == [str(number) for number in range(1, 129)]
    previous = GENESIS
    for row in kept:
        previous = chained(previous, row.record)
        assert previous.hex() == row.hash
    head = one.clients.dynamodb.get_item(TableName=one.table, Key=head_key("0000"))["Item"]
    assert (head["last"]["N"], head["hash"]["S"]) == ("128", previous.hex())


def test_given_an_answer_that_was_lost_when_the_caller_repeats_then_the_event_is_there_once(world: AuditWorld) -> None:
    clients = AwsClients(world.clients._session)

    def lose(**_kwargs: object) -> None:
        raise ConnectionClosedError(endpoint_url="")  # what botocore makes of a connection that ends too early

    clients.dynamodb.meta.events.register("after-call.dynamodb.TransactWriteItems", lose)
    with pytest.raises(AuditUnavailable, match="ConnectionClosedError"):
        world.trail(clients).append(event(1))
    again = world.trail().append(event(1))
    assert again.position == 1
    assert len(world.rows(again.shard)) == 1


def test_given_conflicts_that_pass_when_appending_then_it_tries_again_and_succeeds(world: AuditWorld) -> None:
    clients = AwsClients(world.clients._session)
    answer = _answers(clients, [_cancelled("None", "None", "TransactionConflict"), _cancelled("ThrottlingError")])
    assert world.trail(clients).append(event(1)).position == 1
    assert answer() == 0


def test_given_contention_without_end_when_appending_then_it_gives_up_and_says_so(world: AuditWorld) -> None:
    clients = AwsClients(world.clients._session)
    _answers(clients, [_cancelled("None", "None", "TransactionConflict")] * 50)
    seconds = iter(range(0, 10_000, 10))
    trail = world.trail(clients)
    trail._clock = lambda: float(next(seconds))
    with pytest.raises(AuditUnavailable, match="contended"):
        trail.append(event(1))


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "KMSAccessDeniedException"])
def test_given_a_table_that_refuses_when_appending_then_the_caller_is_stopped(world: AuditWorld, code: str) -> None:
    clients = AwsClients(world.clients._session)
    _answers(clients, [(400, f'{{"__type":"{code}","message":"secret"}}')])
    with pytest.raises(AuditUnavailable) as caught:
        world.trail(clients).append(event(1))
    assert code in str(caught.value)
    assert "secret" not in str(caught.value)


def test_given_no_table_at_all_when_appending_then_the_caller_is_stopped(world: AuditWorld) -> None:
    world.table = "no-such-table"
    with pytest.raises(AuditUnavailable, match="ResourceNotFoundException"):
        world.trail().append(event(1))


def test_given_a_planted_marker_when_its_event_is_appended_then_it_is_not_taken_for_kept(world: AuditWorld) -> None:
    kept = world.trail().append(event(1))
    for position in (kept.position, 77):
        world.clients.dynamodb.put_item(
            TableName=world.table,
            Item={
                **marker_key(event(2).event_id),
                "eventShard": {"S": kept.shard},
                "eventPosition": {"N": str(position)},
            },
        )
        with pytest.raises(AuditUnavailable, match="run the verification"):
            world.trail().append(event(2))


def test_given_a_head_that_was_moved_back_when_appending_then_no_event_is_overwritten(world: AuditWorld) -> None:
    trail = world.trail()
    first = trail.append(event(1))
    trail.append(event(2))
    world.clients.dynamodb.put_item(
        TableName=world.table,
        Item={**head_key(first.shard), "last": {"N": "1"}, "hash": {"S": first.hash}},
    )
    before = world.rows(first.shard)
    with pytest.raises(AuditUnavailable, match="is behind"):
        world.trail().append(event(3))
    assert world.rows(first.shard) == before


@pytest.mark.parametrize("place", [0, 1, 2])
def test_given_one_of_the_three_writes_cannot_happen_when_appending_then_none_happens(
    world: AuditWorld, place: int
) -> None:
    """The promise rests on the transaction: the emulator has to keep it too."""
    first = world.trail().append(event(1))
    from healthcare_runtime.audit.chain import Link, record_of
    from healthcare_runtime.audit.table import append_writes

    record = record_of(event(2), first.shard, 2)
    before = Link(1, bytes.fromhex(first.hash))
    writes = append_writes(
        world.table,
        shard=first.shard,
        event_id=event(2).event_id,
        record=record,
        before=before,
        after=Link(2, chained(before.hash, record)),
    )
    writes[place]["Put"]["ConditionExpression"] = "attribute_exists(never)"
    writes[place]["Put"].pop("ExpressionAttributeNames")
    writes[place]["Put"].pop("ExpressionAttributeValues", None)
    items = world.clients.dynamodb.scan(TableName=world.table)["Items"]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        world.clients.dynamodb.transact_write_items(TransactItems=writes)
    assert world.clients.dynamodb.scan(TableName=world.table)["Items"] == items


def test_given_a_quiet_trail_when_appending_then_one_request_is_enough(world: AuditWorld) -> None:
    clients = AwsClients(world.clients._session)
    requests: list[str] = []
    clients.dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_kwargs: requests.append(model.name))
    trail = world.with_shards(1).trail(clients)
    trail.append(event(1))
    requests.clear()
    for number in range(2, 52):
        trail.append(event(number))
    assert requests == ["TransactWriteItems"] * 50


def _cancelled(*codes: str) -> tuple[int, str]:
    reasons = ",".join(f'{{"Code":"{code}"}}' for code in codes)
    return 400, f'{{"__type":"TransactionCanceledException","message":"","CancellationReasons":[{reasons}]}}'


def _answers(clients: AwsClients, scripted: list[tuple[int, str]]) -> Callable[[], int]:
    """The next transactions are answered as ``scripted``, before they leave; returns how many answers are left."""

    class Raw:
        def __init__(self, content: bytes) -> None:
            self._content = content

        def stream(self, *_arguments: object, **_options: object) -> list[bytes]:
            return [self._content]

    def answer(request: object, **_kwargs: object) -> AWSResponse | None:
        if not scripted:
            return None
        status, body = scripted.pop(0)
        headers = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse("https://dynamodb.test/", status, headers, Raw(body.encode()))  # type: ignore[arg-type]

    clients.dynamodb.meta.events.register("before-send.dynamodb.TransactWriteItems", answer)  # type: ignore[arg-type]
    return lambda: len(scripted)
