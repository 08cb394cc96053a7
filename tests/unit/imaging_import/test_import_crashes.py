"""A function killed at any of its AWS calls, before or after the effect, and run again, ends in the same state."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from healthcare_runtime.contracts.imaging import BatchState, ImagingMetric
from healthcare_runtime.imaging.batches.table import RESTART_AFTER
from healthcare_runtime.imaging.faults import StartThrottled
from tests import aws_executioner
from tests.unit.imaging_import.import_account import close_message, instance_key
from tests.unit.imaging_import.import_world import ImportWorld
from tests.unit.imaging_import.scripted_health_imaging import FileResult


def until_it_survives(world: ImportWorld, work: Callable[[], object], *, after_effect: bool) -> int:
    """As :func:`tests.aws_executioner.until_it_survives`, over the clients of an import."""
    clients = world.clients
    return aws_executioner.until_it_survives(
        (clients.dynamodb, clients.s3, clients.sqs, clients.stepfunctions, clients.medical_imaging),
        work,
        after_effect=after_effect,
        throttled=(StartThrottled,),
        wait=lambda: world.clock.pass_seconds(5),  # the dead took the start tokens with them
    )


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])
def test_given_every_step_is_killed_at_every_call_then_one_job_imports_everything_once(
    world: ImportWorld, after_effect: bool
) -> None:
    keys = [instance_key(series=n % 2, number=n) for n in range(4)]
    events = [world.store(key) for key in keys]
    odd = world.store("odd key.dcm")
    deaths = until_it_survives(world, lambda: served(world, [*events, odd]), after_effect=after_effect)
    assert deaths > 5

    [batch_id] = {each.batch_id for each in world.instances()}
    world.clock.pass_seconds(61)
    until_it_survives(world, lambda: served(world, [close_message(batch_id)]), after_effect=after_effect)
    assert world.started() == [batch_id]
    for step in (world.trigger().run, world.start().run, world.check().run, world.check().run):
        until_it_survives(world, lambda: step({"batchId": batch_id}), after_effect=after_effect)  # noqa: B023

    assert world.batch(batch_id).state is BatchState.COMPLETED
    assert len(world.health_imaging.jobs) == 1
    assert len(world.jobs()) == 1
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert world.rejected() == ["odd key.dcm"]
    world.assert_settled()


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])
def test_given_a_settlement_is_killed_at_every_call_then_retries_dead_letters_and_outcomes_are_the_same(
    world: ImportWorld, after_effect: bool
) -> None:
    """A staged batch with a server error, a file at fault, a lost object and a success."""
    failing, bad, gone, good = (instance_key(number=n) for n in range(4))
    world.health_imaging.script.file_result = lambda key, job: (
        FileResult("failure", "InternalServerException")
        if job == 0 and key.endswith(f"/{failing.sop_instance_uid}.dcm")
        else None
    )
    world.store(instance_key(number=9))  # a neighbour that no event announces: the batch must be staged
    events = [world.store(failing), world.store(bad, b"no"), world.store(gone), world.store(good)]
    assert world.deliver(*events) == []
    world.clients.s3.delete_object(Bucket=world.ledger.bucket, Key=str(gone))
    world.close_due()
    [batch_id] = world.started()
    for step in (world.trigger().run, world.start().run, world.check().run, world.check().run):
        until_it_survives(world, lambda: step({"batchId": batch_id}), after_effect=after_effect)  # noqa: B023

    world.executed.add(batch_id)
    world.run_imports()
    assert world.outcomes() == {
        str(failing): ("IMPORTED", None),
        str(bad): ("FAILED", "ValidationException"),
        str(gone): ("FAILED", "ObjectDeleted"),
        str(good): ("IMPORTED", None),
    }
    assert [len(job.files) for job in world.health_imaging.jobs] == [3, 1]
    assert world.keys("dead-letter/") == [f"dead-letter/{bad}"]
    world.assert_settled()


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])
def test_given_splitting_is_killed_at_every_call_then_each_part_is_started_once(
    world: ImportWorld, after_effect: bool
) -> None:
    world.policy = replace(world.policy, maximum_files=2)
    assert world.deliver(*(world.store(instance_key(number=n)) for n in range(5))) == []
    [batch_id] = {each.batch_id for each in world.instances()}
    world.clock.pass_seconds(61)
    until_it_survives(world, lambda: served(world, [close_message(batch_id)]), after_effect=after_effect)
    world.run_imports()

    assert sorted(len(job.files) for job in world.health_imaging.jobs) == [1, 2, 2]
    assert len(world.started()) == 3
    world.assert_settled()


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])
def test_given_a_sweep_is_killed_at_every_call_then_what_stood_still_is_started_once_and_what_was_lost_announced(
    waiting_world: ImportWorld, after_effect: bool
) -> None:
    world = waiting_world
    assert world.deliver(world.store(instance_key(study=1))) == []
    [instance] = world.instances()
    world.batches.close(world.batch(instance.batch_id), now=int(world.clock()))  # and then its function died
    lost = world.store(instance_key(study=2))
    world.messages()

    def sweep_when_due() -> None:
        world.clock.pass_seconds(RESTART_AFTER + 1)
        world.sweep().run()

    until_it_survives(world, sweep_when_due, after_effect=after_effect)
    assert world.started() == [instance.batch_id]
    announced = {json.dumps(message["detail"]) for message in world.messages() if "detail" in message}
    assert len(announced) == 1
    assert world.deliver(lost) == []
    world.close_due()
    world.run_imports()
    assert len(world.health_imaging.jobs) == 2
    world.assert_settled()


@pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])
def test_given_two_contents_of_one_key_when_staging_is_killed_at_every_call_then_the_older_still_says_why_not(
    world: ImportWorld, after_effect: bool
) -> None:
    key = instance_key()
    older = world.store(key, b"an older content")
    assert world.deliver(older, world.store(key)) == []
    world.close_due()
    [batch_id] = world.started()
    until_it_survives(world, lambda: world.trigger().run({"batchId": batch_id}), after_effect=after_effect)
    world.run_imports()

    outcomes = sorted((each.outcome.result, each.outcome.reason) for each in world.instances() if each.outcome)
    assert outcomes == [("FAILED", "ObjectSuperseded"), ("IMPORTED", None)]
    world.assert_settled()


def test_given_a_settlement_is_killed_at_every_call_then_its_counts_are_published_once_and_whole(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.deliver(*(world.store(instance_key(number=n)) for n in range(3))) == []
    world.close_due()
    [batch_id] = world.started()
    for step in (world.trigger().run, world.start().run, world.check().run):
        step({"batchId": batch_id})
    until_it_survives(world, lambda: world.check().run({"batchId": batch_id}), after_effect=False)

    assert world.count(ImagingMetric.INSTANCES_IMPORTED, capsys.readouterr().out) == 3
    [record] = world.jobs()
    assert record["InstancesImported"] == "3"


def served(world: ImportWorld, bodies: list[str]) -> None:
    failed = world.deliver(*bodies)
    assert failed == []
