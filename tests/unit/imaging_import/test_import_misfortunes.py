"""What the import does when HealthImaging, S3 or time do not do what they should."""

from dataclasses import replace

import pytest

from healthcare_runtime.contracts.imaging import ImagingMetric, JobAttribute
from healthcare_runtime.imaging.faults import ImportStepError, TransientImportError
from healthcare_runtime.object_key import InstanceKey
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld
from tests.unit.imaging_import.scripted_health_imaging import FileResult


def send(world: ImportWorld, *keys: InstanceKey) -> None:
    assert world.deliver(*(world.store(key) for key in keys)) == []
    world.close_due()


def test_given_a_file_that_is_not_dicom_then_it_fails_with_its_reason_and_is_kept_as_a_dead_letter(
    world: ImportWorld,
) -> None:
    bad, good = instance_key(number=1), instance_key(number=2)
    assert world.deliver(world.store(bad, b"<html>not dicom at all</html>"), world.store(good)) == []
    world.close_due()
    world.run_imports()

    assert world.outcomes() == {str(bad): ("FAILED", "ValidationException"), str(good): ("IMPORTED", None)}
    kept = world.clients.s3.get_object(Bucket=world.ledger.bucket, Key=f"dead-letter/{bad}")
    assert kept["Body"].read() == b"<html>not dicom at all</html>"
    assert kept["Metadata"]["reason"] == "ValidationException"
    assert world.keys("dead-letter/") == [f"dead-letter/{bad}"]
    assert len(world.health_imaging.jobs) == 1  # the same file would only fail again
    world.assert_settled()


def test_given_a_server_error_of_one_file_then_that_file_alone_is_imported_again(world: ImportWorld) -> None:
    keys = [instance_key(number=n) for n in range(5)]

    def server_error_at_first(key: str, job: int) -> FileResult | None:
        if job == 0 and key.endswith(f"{keys[3].sop_instance_uid}.dcm"):
            return FileResult("failure", "InternalServerException")
        return None

    world.health_imaging.script.file_result = server_error_at_first
    send(world, *keys)
    world.run_imports()

    assert [len(job.files) for job in world.health_imaging.jobs] == [5, 1]
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert world.keys("dead-letter/") == []
    world.assert_settled()


def test_given_a_file_that_fails_every_time_then_it_is_failed_after_the_last_attempt(world: ImportWorld) -> None:
    world.health_imaging.script.file_result = lambda key, job: FileResult("failure", "InternalServerException")
    send(world, instance_key())
    world.run_imports()

    assert len(world.health_imaging.jobs) == 3
    assert set(world.outcomes().values()) == {("FAILED", "InternalServerException")}
    assert world.keys("dead-letter/") == [f"dead-letter/{instance_key()}"]
    world.assert_settled()


def test_given_a_file_that_the_job_does_not_mention_then_it_is_imported_again(world: ImportWorld) -> None:
    forgotten = instance_key(number=2)
    world.health_imaging.script.file_result = lambda key, job: (
        FileResult("silent") if job == 0 and key == str(forgotten) else None
    )
    send(world, instance_key(number=1), forgotten)
    world.run_imports()

    assert [len(job.files) for job in world.health_imaging.jobs] == [2, 1]
    assert set(world.outcomes().values()) == {("IMPORTED", None)}


def test_given_nothing_is_ever_mentioned_then_every_instance_says_so(world: ImportWorld) -> None:
    world.health_imaging.script.file_result = lambda key, job: FileResult("silent")
    send(world, instance_key())
    world.run_imports()

    assert set(world.outcomes().values()) == {("FAILED", "NotScanned")}
    world.assert_settled()


def test_given_a_job_that_fails_once_then_its_members_are_imported_by_the_next(world: ImportWorld) -> None:
    world.health_imaging.script.job_fails = lambda number: number == 0
    send(world, instance_key(number=1), instance_key(number=2))
    world.run_imports()

    assert [job.status for job in world.health_imaging.jobs] == ["FAILED", "COMPLETED"]
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert sorted(job["jobStatus"] for job in world.jobs()) == ["COMPLETED", "FAILED"]
    world.assert_settled()


def test_given_jobs_that_always_fail_then_every_instance_ends_as_failed_with_the_reason(world: ImportWorld) -> None:
    world.health_imaging.script.job_fails = lambda number: True
    send(world, instance_key(number=1), instance_key(number=2))
    world.run_imports()

    assert len(world.health_imaging.jobs) == 3
    assert set(world.outcomes().values()) == {("FAILED", "JobFailed")}
    assert {job["message"] for job in world.jobs()} == {"internal error"}
    world.assert_settled()


@pytest.mark.parametrize("state", ["missing", "garbled", "no-lists"])
def test_given_a_manifest_that_is_missing_or_broken_then_it_is_looked_for_again_and_then_the_import_repeated(
    world: ImportWorld, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.health_imaging.script.manifest = lambda number: state if number == 0 else "written"
    send(world, instance_key())
    [batch_id] = world.started()
    world.trigger().run({"batchId": batch_id})
    world.start().run({"batchId": batch_id})
    check = world.check()
    assert check.run({"batchId": batch_id})["status"] == "IN_PROGRESS"
    for _ in range(9):
        with pytest.raises(TransientImportError):
            check.run({"batchId": batch_id})
    assert check.run({"batchId": batch_id})["status"] == "FAILED"
    world.executed.add(batch_id)
    world.run_imports()

    assert len(world.health_imaging.jobs) == 2
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert world.count(ImagingMetric.MANIFESTS_MISSING, capsys.readouterr().out) == 1
    world.assert_settled()


def test_given_manifests_that_never_come_then_every_instance_says_so(world: ImportWorld) -> None:
    world.health_imaging.script.manifest = lambda number: "missing"
    send(world, instance_key())
    world.run_imports()

    assert set(world.outcomes().values()) == {("FAILED", "ManifestMissing")}
    world.assert_settled()


def test_given_warnings_and_conflicting_metadata_then_they_are_recorded_and_counted(
    world: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    warned, aside = instance_key(number=1), instance_key(number=2)
    results = {
        str(warned): FileResult("warning", "4012", "attribute length of Suzuki^Hanako"),
        str(aside): FileResult(primary=False),
    }
    world.health_imaging.script.file_result = lambda key, job: results[key]
    send(world, warned, aside)
    world.run_imports()

    assert world.outcomes() == {str(warned): ("WARNING", "4012"), str(aside): ("IMPORTED", None)}
    printed = capsys.readouterr().out
    assert world.count(ImagingMetric.NON_PRIMARY_IMAGE_SETS, printed) == 1
    assert world.count(ImagingMetric.INSTANCES_WARNING, printed) == 1
    assert "Suzuki" not in printed
    assert all(each.outcome is not None and each.outcome.image_set_id for each in world.instances())


def test_given_an_object_deleted_before_the_import_then_its_instance_says_so_and_the_rest_is_imported(
    world: ImportWorld,
) -> None:
    gone, there = instance_key(number=1), instance_key(number=2)
    send(world, gone, there)
    world.clients.s3.delete_object(Bucket=world.ledger.bucket, Key=str(gone))
    world.run_imports()

    assert world.outcomes() == {str(gone): ("FAILED", "ObjectDeleted"), str(there): ("IMPORTED", None)}
    world.assert_settled()


def test_given_every_object_of_a_batch_deleted_then_no_job_is_started(world: ImportWorld) -> None:
    send(world, instance_key(number=1))
    world.clients.s3.delete_object(Bucket=world.ledger.bucket, Key=str(instance_key(number=1)))
    world.run_imports()

    assert world.health_imaging.jobs == []
    assert set(world.outcomes().values()) == {("FAILED", "ObjectDeleted")}
    world.assert_settled()


def test_given_an_object_overwritten_before_the_import_then_the_new_version_is_imported_and_the_old_says_why_not(
    world: ImportWorld,
) -> None:
    key = instance_key(number=1)
    send(world, key, instance_key(number=2))
    newer = world.store(key, b"\0" * 128 + b"DICM and more")
    world.run_imports()
    assert world.deliver(newer) == []
    world.close_due()
    world.run_imports()

    versions = {each.version: each.outcome for each in world.instances() if each.key == key}
    assert sorted((each.result, each.reason) for each in versions.values() if each) == [
        ("FAILED", "ObjectSuperseded"),
        ("IMPORTED", None),
    ]
    assert len(versions) == 2
    world.assert_settled()


@pytest.mark.parametrize("same", [True, False])
def test_given_one_object_sent_twice_in_one_batch_then_its_content_is_imported_once(
    world: ImportWorld, same: bool
) -> None:
    key = instance_key()
    first = world.store(key, b"old" if not same else b"\0" * 128 + b"DICM")
    second = world.store(key)
    assert world.deliver(second, first) == []
    world.close_due()
    world.run_imports()

    assert len(world.health_imaging.jobs) == 1
    assert len(world.health_imaging.jobs[0].files) == 1
    outcomes = sorted((each.outcome.result, each.outcome.reason) for each in world.instances() if each.outcome)
    assert outcomes == ([("IMPORTED", None)] * 2 if same else [("FAILED", "ObjectSuperseded"), ("IMPORTED", None)])
    world.assert_settled()


def test_given_a_start_repeated_after_its_effect_then_there_is_one_job_and_one_record(world: ImportWorld) -> None:
    send(world, instance_key())
    [batch_id] = world.started()
    world.trigger().run({"batchId": batch_id})
    first = world.start().run({"batchId": batch_id})
    second = world.start().run({"batchId": batch_id})

    assert first == second == {"batchId": batch_id, "jobId": first["jobId"], "status": "SUBMITTED"}
    assert len(world.health_imaging.jobs) == 1
    [record] = world.jobs()
    key = instance_key()
    assert record.keys() >= {str(name) for name in JobAttribute} - {"endedAt", "message"}
    assert record["studyDate"] == "20270115"
    assert (record["studyInstanceUID"], record["seriesInstanceUID"], record["sopInstanceUID"]) == (
        key.study_instance_uid,
        key.series_instance_uid,
        key.sop_instance_uid,
    )
    world.run_imports()
    assert world.jobs()[0].keys() >= {str(name) for name in JobAttribute}
    assert world.check().run({"batchId": batch_id})["status"] == "COMPLETED"  # once more, after the end


def test_given_an_execution_about_nothing_then_it_ends_with_what_is_wrong(world: ImportWorld) -> None:
    for step in (world.trigger(), world.start(), world.check()):
        with pytest.raises(ImportStepError, match="no such batch"):
            step.run({"batchId": "0" * 32})
    assert world.deliver(world.store(instance_key())) == []
    [instance] = world.instances()
    with pytest.raises(ImportStepError, match="OPEN"):
        world.trigger().run({"batchId": instance.batch_id})


def test_given_a_batch_of_many_series_when_one_is_retried_alone_then_the_record_names_it(world: ImportWorld) -> None:
    world.policy = replace(world.policy, maximum_files=100)
    send(world, instance_key(series=1), instance_key(series=2))
    world.run_imports()
    [record] = world.jobs()
    assert record["seriesInstanceUID"] == record["sopInstanceUID"] == "*"


def test_given_an_instance_that_arrives_while_the_job_is_being_started_then_it_still_has_one_outcome_of_its_own(
    world: ImportWorld,
) -> None:
    """An in-place job scans the prefix and takes the newcomer along; its own batch imports it again."""
    early, late = instance_key(number=1), instance_key(number=2)
    send(world, early)
    [batch_id] = world.started()
    world.trigger().run({"batchId": batch_id})
    event = world.store(late)
    world.run_imports()
    assert [len(job.files) for job in world.health_imaging.jobs] == [2]
    assert [str(each.key) for each in world.instances()] == [str(early)]  # the job's word about it counts for nothing

    assert world.deliver(event) == []
    world.close_due()
    world.run_imports()
    assert world.outcomes() == {str(early): ("IMPORTED", None), str(late): ("IMPORTED", None)}
    world.assert_settled()
