"""Many functions at once: one open batch, one start quota."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from healthcare_runtime.contracts.imaging import BatchState
from healthcare_runtime.imaging.faults import StartThrottled
from healthcare_runtime.imaging.jobs.start_governor import BURST, StartGovernor
from healthcare_runtime.imaging.settings import StartQuota
from healthcare_runtime.parallel import in_parallel
from tests.unit.imaging_import.import_account import close_message, instance_key
from tests.unit.imaging_import.import_world import Clock, ImportWorld


def test_given_many_functions_at_once_then_every_instance_is_counted_once(world: ImportWorld) -> None:
    events = [world.store(instance_key(number=n)) for n in range(60)]
    deliveries = [random.Random(n).sample(events, 20) for n in range(12)]
    deliveries.append(events)
    failed = in_parallel(lambda bodies: world.deliver(*bodies), deliveries, threads=6)
    assert failed == [[] for _ in deliveries]

    [batch_id] = {each.batch_id for each in world.instances()}
    batch = world.batch(batch_id)
    assert (len(world.instances()), batch.files, batch.size) == (60, 60, 60 * 132)


@contextmanager
def conflicting(world: ImportWorld, times: int) -> Iterator[list[int]]:
    """Let DynamoDB cancel the next transactions for a conflict with another, as it does under contention."""
    left = [times]

    def answer(params: dict[str, object], **_: object) -> Any:
        if left[0] == 0:
            return None
        left[0] -= 1
        reasons = [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}, {"Code": "None"}]
        error = {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}
        return AWSResponse("", 400, HTTPHeaders(), None), {"Error": error, "CancellationReasons": reasons}

    events = world.clients.dynamodb.meta.events
    events.register_first("before-call.dynamodb.TransactWriteItems", answer)
    try:
        yield left
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", answer)


def test_given_conflicting_transactions_then_they_are_repeated(world: ImportWorld) -> None:
    event = world.store(instance_key())
    with conflicting(world, 5) as left:
        assert world.deliver(event) == []
    assert left == [0]
    assert len(world.instances()) == 1


def test_given_conflicts_without_end_then_the_event_comes_back_and_nothing_is_half_done(
    world: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("healthcare_runtime.imaging.batches.registration._LONGEST_PAUSE", 0.001)
    event = world.store(instance_key())
    with conflicting(world, 1_000):
        assert world.deliver(event) == [event]
    assert world.instances() == []
    assert world.deliver(event) == []


def governor(world: ImportWorld, clock: Clock, *, rate: float, jobs: int) -> StartGovernor:
    return StartGovernor(world.clients.dynamodb, world.ledger.batch_table, StartQuota(rate, jobs), clock)


def test_given_many_asking_all_the_time_then_starts_keep_to_the_rate_and_the_burst(world: ImportWorld) -> None:
    clock = Clock()
    asked = governor(world, clock, rate=0.5, jobs=1_000)
    granted: list[float] = []
    for tick in range(200):
        try:
            asked.take(f"{tick:032x}")
            granted.append(clock())
        except StartThrottled:
            pass
        clock.pass_seconds(0.1)

    assert len(granted) == BURST + int(20 * 0.5) - 1
    for index, first in enumerate(granted):
        within = [each for each in granted[index:] if each - first < 10]
        assert len(within) <= BURST + 10 * 0.5


def test_given_functions_that_race_for_one_token_then_one_gets_it(world: ImportWorld) -> None:
    clock = Clock()
    governors = [governor(world, clock, rate=0.001, jobs=100) for _ in range(8)]

    def ask(numbered: tuple[int, StartGovernor]) -> str:
        number, asked = numbered
        try:
            asked.take(f"{number:032x}")
        except StartThrottled:
            return "throttled"
        return "granted"

    assert Counter(in_parallel(ask, enumerate(governors), threads=8)) == {"granted": BURST, "throttled": 8 - BURST}


def test_given_every_slot_taken_when_one_is_given_back_then_the_next_batch_starts(world: ImportWorld) -> None:
    asked = governor(world, Clock(), rate=1_000, jobs=1)
    asked.take("a" * 32)
    with pytest.raises(StartThrottled, match="slot"):
        asked.take("b" * 32)
    asked.take("a" * 32)  # a repeated start has its slot already
    world.slots.release("a" * 32)
    world.slots.release("a" * 32)
    with pytest.raises(StartThrottled, match="token"):
        asked.take("b" * 32)
    assert world.slots.taken() == []


def test_given_an_instance_that_arrives_just_before_a_batch_closes_then_it_waits_for_its_quiet_period(
    world: ImportWorld,
) -> None:
    """Between reading that a batch is due and closing it, another function counts an instance in."""
    assert world.deliver(world.store(instance_key(number=1))) == []
    [first] = world.instances()
    late = [world.store(instance_key(number=2))]
    world.clock.pass_seconds(61)

    def slip_in(**_: object) -> None:
        if late:
            assert world.deliver(late.pop()) == []

    events = world.clients.dynamodb.meta.events
    events.register_first("before-call.dynamodb.UpdateItem", slip_in)
    try:
        assert world.deliver(close_message(first.batch_id)) == []
    finally:
        events.unregister("before-call.dynamodb.UpdateItem", slip_in)
    assert world.started() == []
    assert {each.batch_id for each in world.instances()} == {first.batch_id}
    world.close_due()
    world.run_imports()
    assert [len(job.files) for job in world.health_imaging.jobs] == [2]


@pytest.mark.parametrize("early_by", [1, 19])
def test_given_a_message_comes_before_the_quiet_period_is_over_then_the_batch_stays_open(
    world: ImportWorld, early_by: int
) -> None:
    assert world.deliver(world.store(instance_key(number=1))) == []
    [instance] = world.instances()
    world.clock.pass_seconds(world.policy.quiet_period - early_by)
    assert world.deliver(close_message(instance.batch_id)) == []
    assert world.started() == []
    world.clock.pass_seconds(early_by)
    assert world.deliver(close_message(instance.batch_id)) == []
    assert world.started() == [instance.batch_id]


def test_given_one_slot_when_its_batch_is_throttled_then_another_batch_gets_the_slot(world: ImportWorld) -> None:
    world.quota = StartQuota(rate=1_000, concurrent_jobs=1)
    assert world.deliver(*(world.store(instance_key(study=n)) for n in range(2))) == []
    world.close_due()
    unlucky, other = world.started()
    for batch_id in (unlucky, other):
        world.trigger().run({"batchId": batch_id})
    world.health_imaging.script.refuse_starts = ["ThrottlingException"]
    with pytest.raises(StartThrottled):
        world.start().run({"batchId": unlucky})
    world.clock.pass_seconds(1)
    assert world.start().run({"batchId": other})["status"] == "SUBMITTED"


def test_given_a_batch_that_has_ended_then_nothing_ends_it_again_or_makes_a_second_retry(world: ImportWorld) -> None:
    assert world.deliver(world.store(instance_key())) == []
    world.close_due()
    [batch_id] = world.started()
    stale = world.batch(batch_id)
    world.run_imports()
    retry = replace(stale, batch_id="f" * 32, attempt=2)
    assert not world.batches.finish(stale, BatchState.FAILED, now=1, retry=retry)
    assert world.batch(batch_id).state is BatchState.COMPLETED
    assert world.batches.get("f" * 32) is None
    assert not world.batches.close(stale, now=1)
    assert not world.batches.begin_execution(stale, until=1)
