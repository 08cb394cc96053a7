"""The sweeper finds lost events, lost messages and lost executions, and says how long the oldest has waited."""

import json
import time

import pytest

from healthcare_runtime.contracts.imaging import BatchState, ImagingMetric
from healthcare_runtime.imaging.batches.dispatch import ImportQueue
from healthcare_runtime.imaging.batches.table import RESTART_AFTER
from healthcare_runtime.imaging.sweeps.bucket import BucketSweep
from healthcare_runtime.imaging.sweeps.cursor import SweepCursor
from tests.aws_emulator import AwsEmulator
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld, import_world


def bodies(messages: list[dict[str, object]]) -> list[str]:
    return [json.dumps(message) for message in messages]


def test_given_lost_events_when_swept_then_the_objects_are_announced_and_imported_once(world: ImportWorld) -> None:
    announced = [world.store(instance_key(number=n)) for n in range(3)]
    assert world.deliver(*announced) == []
    world.messages()
    lost = [instance_key(number=n) for n in range(3, 6)]
    for key in lost:
        world.store(key)
    world.store("odd key")
    world.store(instance_key(number=7), b"")
    world.store("staging/0123/1.2/3.dcm")
    world.clock.now = 4_000_000_000  # objects bear the real time
    report = world.sweep(minimum_age=60).run()

    assert report["unannounced"] == 5
    assert world.deliver(*bodies(world.messages())) == []
    assert world.sweep(minimum_age=60).run()["unannounced"] == 0  # what is refused is known, too
    world.messages()
    world.close_due()
    world.run_imports()
    assert {str(key) for key in lost} <= world.outcomes().keys()
    assert world.rejected() == ["odd key"]


def test_given_young_objects_when_swept_then_their_events_are_waited_for(world: ImportWorld) -> None:
    world.store(instance_key())
    world.clock.now = time.time()
    assert world.sweep(minimum_age=900).run()["unannounced"] == 0


def test_given_more_objects_than_a_run_lists_then_the_next_runs_go_on_where_it_ended(world: ImportWorld) -> None:
    s3, bucket = world.clients.s3, world.ledger.bucket
    for n in range(1_100):  # one page is 1,000 versions
        s3.put_object(Bucket=bucket, Key=f"dead-letter/{n:04d}", Body=b"")
    world.store(instance_key(number=1))
    world.store("staging/1")
    world.store("zebra")
    world.clock.now = 4_000_000_000
    queue = ImportQueue(world.clients.sqs, world.dispatch.queue_url)
    sweep = BucketSweep(
        world.context,
        queue,
        SweepCursor(world.clients.dynamodb, world.ledger.batch_table),
        minimum_age=0,
        pages_per_run=1,
    )
    assert [sweep.run().count for _ in range(2)] == [1, 1]  # what lies between is our own, and skipped
    keys = [message["detail"]["object"]["key"] for message in world.messages()]  # type: ignore[index]
    assert keys == [str(instance_key(number=1)), "zebra"]
    assert sweep.run().count == 1  # from the beginning again: it was announced, but nobody registered it


def test_given_a_lost_close_message_when_swept_then_it_is_sent_again(world: ImportWorld) -> None:
    assert world.deliver(world.store(instance_key())) == []
    world.messages()
    world.clock.pass_seconds(200)
    world.sweep().run()
    sent = [message for message in world.messages() if message.get("kind") == "close-batch"]
    assert len(sent) == 1
    assert world.deliver(*bodies(sent)) == []
    assert len(world.started()) == 1


def test_given_a_batch_whose_execution_runs_when_swept_then_it_is_left_alone(waiting_world: ImportWorld) -> None:
    world = waiting_world
    assert world.deliver(world.store(instance_key())) == []
    world.close_due()
    world.clock.pass_seconds(RESTART_AFTER + 1)
    assert world.sweep().run()["restarted"] == 0
    [batch_id] = world.started()
    assert world.batch(batch_id).due_at > world.clock()


def test_given_a_closed_batch_that_was_never_started_when_swept_then_it_is_started(aws: AwsEmulator) -> None:
    with import_world(aws) as world:
        assert world.deliver(world.store(instance_key())) == []
        [instance] = world.instances()
        batch = world.batch(instance.batch_id)
        world.batches.close(batch, now=int(world.clock()))  # and then the function died
        world.clock.pass_seconds(RESTART_AFTER + 1)
        assert world.sweep().run()["restarted"] == 1
        assert world.started() == [batch.batch_id]


def test_given_executions_that_end_without_an_outcome_when_swept_then_they_are_repeated_and_then_given_up(
    world: ImportWorld,
) -> None:
    assert world.deliver(world.store(instance_key())) == []
    world.close_due()
    [batch_id] = world.started()
    reports = []
    for _ in range(5):
        reports.append(world.sweep_later())

    assert [report["restarted"] for report in reports] == [1, 1, 1, 0, 0]
    assert [report["abandoned"] for report in reports] == [0, 0, 0, 1, 0]
    assert world.started() == [batch_id] * 4
    assert set(world.outcomes().values()) == {("FAILED", "WorkflowFailed")}
    assert world.batch(batch_id).state is BatchState.FAILED
    world.assert_settled()


def test_given_executions_that_only_waited_for_the_quota_when_swept_then_the_batch_is_never_given_up(
    world: ImportWorld,
) -> None:
    assert world.deliver(world.store(instance_key())) == []
    world.close_due()
    [batch_id] = world.started()
    world.trigger().run({"batchId": batch_id})
    for _ in range(6):
        world.health_imaging.script.refuse_starts = ["ThrottlingException"]
        with pytest.raises(Exception, match="Throttling"):
            world.start().run({"batchId": batch_id})
        assert world.sweep_later()["abandoned"] == 0
    world.run_imports()
    assert set(world.outcomes().values()) == {("IMPORTED", None)}


def test_given_a_slot_of_a_batch_that_has_ended_when_swept_then_it_is_free_again(world: ImportWorld) -> None:
    assert world.deliver(world.store(instance_key())) == []
    world.close_due()
    world.run_imports()
    [ended] = world.started()
    governor = world.start()._governor
    governor.take(ended)
    world.clock.pass_seconds(10)
    governor.take("f" * 32)  # of a batch that does not exist
    world.sweep().run()
    assert world.slots.taken() == []


def test_given_something_waits_when_swept_then_the_age_of_the_oldest_is_published_and_0_when_nothing_does(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.sweep().run()["oldestUnimportedSeconds"] == 0
    assert world.deliver(world.store(instance_key(study=1))) == []
    world.clock.pass_seconds(100)
    assert world.deliver(world.store(instance_key(study=2))) == []
    world.clock.pass_seconds(11)
    assert world.sweep().run()["oldestUnimportedSeconds"] == 111
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    published = [line for line in lines if ImagingMetric.OLDEST_UNIMPORTED_SECONDS in line]
    assert [line["OldestUnimportedSeconds"] for line in published] == [0, 111]
    assert published[0]["_aws"]["CloudWatchMetrics"][0] == {
        "Namespace": "HealthcarePlatform/Imaging",
        "Dimensions": [[]],
        "Metrics": [{"Name": "OldestUnimportedSeconds", "Unit": "Seconds"}],
    }
