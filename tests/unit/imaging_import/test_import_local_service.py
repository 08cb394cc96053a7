"""The import against the local cloud's HealthImaging: real DICOM, real jobs, real manifests, faults on request."""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from pydicom import Dataset, FileMetaDataset, dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from healthcare_runtime.contracts.imaging import ImagingMetric
from healthcare_runtime.object_key import InstanceKey
from local_cloud.ports import accepts, any_free_port
from tests.aws_emulator import AwsEmulator
from tests.child_process import child_process
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld, import_world


@pytest.fixture(scope="module")
def service(aws: AwsEmulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a HealthImaging with the quotas of AWS but ten starts a second."""
    directory = tmp_path_factory.mktemp("health-imaging")
    port = any_free_port()
    options = ["--port", str(port), "--data-dir", str(directory / "data"), "--aws-endpoint", aws.endpoint]
    options += ["--workers", "1", "--start-rate", "10"]
    with child_process("local_cloud.health_imaging", *options, log=directory / "log", is_ready=lambda: accepts(port)):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def local(aws: AwsEmulator, service: str) -> Iterator[ImportWorld]:
    with import_world(aws, medical_imaging=service) as world:
        created = world.clients.medical_imaging.create_datastore(
            datastoreName=world.ledger.bucket, clientToken=world.ledger.bucket
        )
        world.target = replace(world.target, datastore_id=created["datastoreId"])
        world.real_second, world.poll_seconds = 0.05, 1
        yield world


@contextmanager
def fault(service: str, **described: object) -> Iterator[None]:
    """Arm one fault, and disarm what is left of it."""
    faults = f"{service}/_local/faults"
    body = json.dumps(described).encode()
    armed = urllib.request.Request(faults, body, {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(armed, timeout=5):
        pass
    try:
        yield
    finally:
        with urllib.request.urlopen(urllib.request.Request(faults, method="DELETE"), timeout=5):
            pass


def part_10(key: InstanceKey, *, patient: str = "Yamada^Taro") -> bytes:
    """A small secondary capture image of a synthetic patient."""
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = UID(key.sop_instance_uid)
    image.StudyInstanceUID = key.study_instance_uid
    image.SeriesInstanceUID = key.series_instance_uid
    image.PatientName, image.PatientID, image.Modality = patient, patient, "OT"
    image.StudyDate, image.InstanceNumber = "20270115", "1"
    image.Rows = image.Columns = 8
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit, image.PixelRepresentation = 7, 0
    image.PixelData = bytes(range(64))
    written = io.BytesIO()
    dcmwrite(written, image, enforce_file_format=True)
    return written.getvalue()


def send(world: ImportWorld, *keys: InstanceKey) -> None:
    assert world.deliver(*(world.store(key, part_10(key)) for key in keys)) == []
    world.close_due()


def test_given_a_study_with_a_stranger_in_it_then_its_images_are_image_sets_and_the_stranger_a_dead_letter(
    local: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [instance_key(series=1 + n % 2, number=n) for n in range(6)]
    stranger = instance_key(series=1, number=99)
    events = [local.store(key, part_10(key)) for key in keys]
    assert local.deliver(*events, local.store(stranger, b"not DICOM at all")) == []
    local.close_due()
    local.run_imports()

    outcomes = local.outcomes()
    assert outcomes.pop(str(stranger)) == ("FAILED", "ValidationException")
    assert {result for result, _ in outcomes.values()} <= {"IMPORTED", "WARNING"}
    assert len(outcomes) == 6
    found = local.clients.medical_imaging.search_image_sets(datastoreId=local.target.datastore_id)
    image_sets = {each.outcome.image_set_id for each in local.instances() if each.outcome} - {None}
    assert {each["imageSetId"] for each in found["imageSetsMetadataSummaries"]} == image_sets
    assert local.keys("dead-letter/") == [f"dead-letter/{stranger}"]
    [job] = local.jobs()
    assert (job["jobStatus"], job["studyInstanceUID"]) == ("COMPLETED", keys[0].study_instance_uid)
    assert "Yamada" not in capsys.readouterr().out
    local.assert_settled()


def test_given_a_late_instance_of_another_patient_then_it_lies_aside_and_is_counted(
    local: ImportWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    send(local, instance_key(number=1))
    local.run_imports()
    late = instance_key(number=2)
    assert local.deliver(local.store(late, part_10(late, patient="Suzuki^Hanako"))) == []
    local.close_due()
    local.run_imports()

    assert {result for result, _ in local.outcomes().values()} <= {"IMPORTED", "WARNING"}
    assert local.count(ImagingMetric.NON_PRIMARY_IMAGE_SETS, capsys.readouterr().out) == 1
    local.assert_settled()


@pytest.mark.parametrize(
    ("described", "jobs"),
    [
        ({"fault": "error-after-effect", "error": "InternalServerException"}, 1),
        ({"fault": "error", "error": "ThrottlingException", "times": 3}, 1),
        ({"fault": "error", "error": "InternalServerException", "operation": "GetDICOMImportJob"}, 1),
        ({"fault": "job-fails", "message": "An internal error occurred"}, 2),
        ({"fault": "manifest-missing"}, 2),
        ({"fault": "file-error", "keyContains": ".1.2.dcm"}, 2),
    ],
    ids=lambda value: value["fault"] if isinstance(value, dict) else "",
)
def test_given_a_fault_of_the_service_then_every_instance_is_imported_in_the_end(
    local: ImportWorld, service: str, described: dict[str, object], jobs: int
) -> None:
    with fault(service, **described):
        send(local, instance_key(number=1), instance_key(number=2))
        local.run_imports()

    assert {result for result, _ in local.outcomes().values()} <= {"IMPORTED", "WARNING"}
    assert len(local.jobs()) == jobs
    listed = local.clients.medical_imaging.list_dicom_import_jobs(datastoreId=local.target.datastore_id)
    assert len(listed["jobSummaries"]) == jobs  # nothing was started that is not in our records
    local.assert_settled()
