"""The import from events to outcomes, told by what a hospital sends."""

import json
import random
from dataclasses import replace

import pytest

from healthcare_runtime.contracts.imaging import ImagingMetric
from healthcare_runtime.parallel import in_parallel
from tests.unit.imaging_import.import_account import instance_key, object_event
from tests.unit.imaging_import.import_world import ImportWorld


def test_given_one_association_of_500_instances_when_it_is_quiet_then_one_job_imports_them_all(
    world: ImportWorld,
) -> None:
    events = [world.store(instance_key(series=1 + n % 4, number=n)) for n in range(500)]
    for start in range(0, 500, 90):
        assert world.deliver(*events[start : start + 90]) == []
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 1
    assert len(world.started()) == 1
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert len(world.outcomes()) == 500
    world.assert_settled()


def test_given_200_studies_at_once_when_one_start_a_second_is_allowed_then_no_batch_fails(world: ImportWorld) -> None:
    world.quota = replace(world.quota, rate=0.9)
    world.health_imaging.script.starts_per_second = 1.0
    events = [world.store(instance_key(study=n)) for n in range(200)]
    assert world.deliver(*events) == []
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 200
    assert world.health_imaging.throttled == 0  # the governor keeps below the quota by itself
    assert {job["jobStatus"] for job in world.jobs()} == {"COMPLETED"}
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    world.assert_settled()


def test_given_somebody_else_uses_up_the_quota_when_starts_are_throttled_then_no_batch_fails(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.health_imaging.script.refuse_starts = [
        "ThrottlingException",
        "ServiceQuotaExceededException",
        "ConflictException",
    ] * 4
    assert world.deliver(*(world.store(instance_key(study=n)) for n in range(10))) == []
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 10
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert world.health_imaging.script.refuse_starts == []
    assert world.count(ImagingMetric.STARTS_THROTTLED, capsys.readouterr().out) >= 12
    world.assert_settled()


def test_given_few_job_slots_when_many_batches_wait_then_never_more_jobs_run_at_a_time(world: ImportWorld) -> None:
    world.quota = replace(world.quota, concurrent_jobs=3)
    world.health_imaging.script.polls_until_end = 3
    assert world.deliver(*(world.store(instance_key(study=n)) for n in range(12))) == []
    world.close_due()
    world.run_imports()

    assert world.health_imaging.most_running == 3
    assert len(world.health_imaging.jobs) == 12
    world.assert_settled()


def test_given_duplicate_and_reordered_events_then_every_instance_is_imported_once(world: ImportWorld) -> None:
    events = [world.store(instance_key(study=1 + n % 2, number=n)) for n in range(30)]
    shuffled = events * 3
    random.Random(7).shuffle(shuffled)
    for start in range(0, len(shuffled), 11):
        assert world.deliver(*shuffled[start : start + 11]) == []
    world.close_due()
    world.run_imports()
    assert world.deliver(*events) == []  # once more, when all is over
    world.close_due()
    world.run_imports()

    assert len(world.instances()) == 30
    assert len(world.health_imaging.jobs) == 2
    assert sum(len(job.files) for job in world.health_imaging.jobs) == 30
    world.assert_settled()


def test_given_a_late_instance_when_its_batch_is_closed_then_it_forms_a_new_batch_of_its_own(
    world: ImportWorld,
) -> None:
    assert world.deliver(world.store(instance_key(number=1)), world.store(instance_key(number=2))) == []
    world.close_due()
    assert world.deliver(world.store(instance_key(number=3))) == []
    world.run_imports()
    world.close_due()
    world.run_imports()

    first, second = world.health_imaging.jobs
    assert len(second.files) == 1  # not the whole prefix again
    assert second.input_uri.startswith(f"s3://{world.ledger.bucket}/staging/")
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    world.assert_settled()
    assert first.input_uri.endswith("/")


def test_given_objects_that_are_no_instances_then_each_is_listed_with_its_reason_and_the_rest_goes_on(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [
        "2027/01/15/",
        "patient Yamada Taro/scan+1 #2.dcm",
        "2027/02/30/1/1.2/1.3/1.4.dcm",
        "2027/01/15/007/1.2/1.3/1.4.dcm",
        "../../etc/passwd",
        "画像/１.dcm",
        "a" * 1024,
    ]
    empty, good = instance_key(number=1), instance_key(number=2)
    events = [world.store(key, b"x") for key in odd]
    events += [world.store(empty, b""), world.store(good)]
    ours = [world.store("staging/0123/1.2/1.3.dcm"), world.store("dead-letter/2027/01/15/1/1.2/1.3/1.4.dcm")]
    elsewhere = object_event("another-bucket", str(good), 1, "00", "v")
    deleted = json.dumps({"detail-type": "Object Deleted", "detail": {}})
    for _ in range(2):
        assert world.deliver(*events, *ours, elsewhere, deleted, '{"Event": "s3:TestEvent"}') == []
    world.close_due()
    world.run_imports()

    assert world.rejected() == sorted(odd)
    assert world.outcomes() == {str(empty): ("FAILED", "EmptyObject"), str(good): ("IMPORTED", None)}
    printed = capsys.readouterr().out
    assert world.count(ImagingMetric.INSTANCES_REJECTED, printed) == len(odd) + 1
    assert "Yamada" not in printed
    [job] = world.health_imaging.jobs
    assert len(job.files) == 1  # the empty neighbour is not imported with it


def test_given_messages_that_cannot_be_read_then_they_alone_come_back(world: ImportWorld) -> None:
    good = world.store(instance_key())
    unreadable = [
        "",
        "not json",
        "[]",
        "[" * 100_000,
        '{"kind": "close-batch"}',
        '{"kind": "drop-table", "batchId": "0"}',
        '{"kind": "close-batch", "batchId": "../../x"}',
        json.dumps({"detail-type": "Object Created", "detail": None}),
        object_event(world.ledger.bucket, "", 1, "00", "v"),
        object_event(world.ledger.bucket, "k" * 1025, 1, "00", "v"),
        object_event(world.ledger.bucket, "key", -1, "00", "v"),
        object_event(world.ledger.bucket, "key", True, "00", "v"),
        object_event(world.ledger.bucket, "key", "5", "00", "v"),
        object_event(world.ledger.bucket, "key", 5, "00", "v" * 300),
    ]
    assert world.deliver(*unreadable, good) == unreadable
    assert len(world.instances()) == 1


def test_given_5001_files_when_one_job_takes_4500_then_it_splits_by_series(world: ImportWorld) -> None:
    keys = [instance_key(series=1 + (n >= 4_500), number=n) for n in range(5_001)]
    events = in_parallel(world.store, keys, threads=4)
    for start in range(0, len(events), 500):
        assert world.deliver(*events[start : start + 500]) == []
    world.close_due()
    world.run_imports()

    assert sorted(len(job.files) for job in world.health_imaging.jobs) == [501, 4_500]
    assert len(world.outcomes()) == 5_001
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert all("/staging/" not in job.input_uri for job in world.health_imaging.jobs)  # a whole series needs no copy
    world.assert_settled()


def test_given_a_series_over_the_limits_then_it_splits_into_parts_and_others_stay_whole(world: ImportWorld) -> None:
    world.policy = replace(world.policy, maximum_files=10)
    sizes = {1: 4, 2: 23, 3: 6, 4: 4}
    keys = [instance_key(series=series, number=n) for series, size in sizes.items() for n in range(size)]
    assert world.deliver(*(world.store(key) for key in keys)) == []
    world.close_due()
    world.run_imports()

    jobs = [{key.rsplit("/", 2)[1] for key in job.files} for job in world.health_imaging.jobs]
    assert all(len(job.files) <= 10 for job in world.health_imaging.jobs)
    for series in (1, 3, 4):
        assert sum(instance_key(series=series).series_instance_uid in job for job in jobs) == 1
    assert sum(instance_key(series=2).series_instance_uid in job for job in jobs) == 3
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    world.assert_settled()


def test_given_more_bytes_than_a_job_takes_then_the_batch_splits_by_size(world: ImportWorld) -> None:
    world.policy = replace(world.policy, maximum_bytes=400)
    assert world.deliver(*(world.store(instance_key(series=n, number=n)) for n in range(1, 8))) == []  # 132 bytes each
    world.close_due()
    world.run_imports()

    assert sorted(len(job.files) for job in world.health_imaging.jobs) == [1, 3, 3]
    world.assert_settled()


def test_given_an_endless_association_when_a_batch_holds_ten_jobs_then_it_closes_at_once(world: ImportWorld) -> None:
    world.policy = replace(world.policy, maximum_files=2)
    events = [world.store(instance_key(number=n)) for n in range(24)]
    for event in events:
        assert world.deliver(event) == []
    assert len(world.started()) == 10  # nobody waited for the quiet period
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 12
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    world.assert_settled()


def test_given_instances_that_keep_coming_then_the_batch_closes_at_its_maximum_age(world: ImportWorld) -> None:
    for n in range(8):
        assert world.deliver(world.store(instance_key(number=n))) == []
        world.clock.pass_seconds(50)
    [batch_id] = {each.batch_id for each in world.instances()}
    message = json.dumps({"kind": "close-batch", "batchId": batch_id})
    assert world.deliver(message) == []

    assert world.started() == [batch_id]


def test_given_no_identifier_may_leak_then_names_inputs_records_and_logs_hold_none(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    key = instance_key()
    assert world.deliver(world.store(key, b"Yamada^Taro")) == []
    world.close_due()
    world.run_imports()
    world.sweep().run()

    executions = world.clients.stepfunctions.list_executions(stateMachineArn=world.dispatch.state_machine_arn)
    described = [
        world.clients.stepfunctions.describe_execution(executionArn=each["executionArn"])
        for each in executions["executions"]
    ]
    [dead] = world.keys("dead-letter/")
    metadata = world.clients.s3.head_object(Bucket=world.ledger.bucket, Key=dead)["Metadata"]
    seen = capsys.readouterr().out + json.dumps([described, metadata, world.health_imaging.jobs[0].name], default=str)
    for identifier in ("Yamada", "Taro", key.study_instance_uid, key.series_instance_uid, key.sop_instance_uid):
        assert identifier not in seen
