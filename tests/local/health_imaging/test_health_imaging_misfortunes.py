"""Crashes, hangs, bombs and noise: nothing is lost, nothing is done twice, nobody else is hurt, nothing leaks."""

import random
import signal
import stat
import time
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path

import psutil
import pydicom
import pytest
from botocore.exceptions import ClientError
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.aws_emulator import AwsEmulator
from tests.local.health_imaging.imaging_world import (
    TEST_FILES,
    ImagingProcess,
    Store,
    dicom_file,
    eventually,
)

Start = Callable[..., ImagingProcess]
NewStore = Callable[[ImagingProcess], Store]
UNTHROTTLED = ("--start-rate", "0")


def series(count: int) -> dict[str, bytes]:
    return {f"{number}.dcm": dicom_file("CT_small.dcm", SOPInstanceUID=f"1.2.3.{number}") for number in range(count)}


def workers(process: ImagingProcess) -> list[psutil.Process]:
    assert process.process is not None
    return psutil.Process(process.process.pid).children()


def test_killed_at_any_moment_a_job_is_done_once(own_process: Start, new_store: NewStore) -> None:
    # given a job of 60 instances, and a service that is killed five times on the way
    process = own_process(*UNTHROTTLED)
    store = new_store(process)
    store.put("p/", series(60))
    job_id = store.start("p/")
    moments = random.Random(7)
    for _ in range(5):
        time.sleep(moments.uniform(0.0, 0.8))
        process.stop(signal.SIGKILL)
        process.start()
    # then the job completes, with every instance, in one image set at its first version
    assert store.ended(job_id)["jobStatus"] == "COMPLETED"
    results = store.results(job_id)
    assert len(results.success) == results.summary["numberOfImportedFiles"] == 60
    (image_set,) = results.summary["imageSetsSummary"]
    assert (image_set["imageSetVersion"], image_set["numberOfMatchedSOPInstances"]) == (1, 60)
    found = store.imaging.search_image_sets(datastoreId=store.datastore_id)["imageSetsMetadataSummaries"]
    assert [one["version"] for one in found] == [1]
    # and every frame is there, whole, once, and no part of one is left
    frames = {frame["ID"] for one in store.instances(image_set["imageSetId"]).values() for frame in one["ImageFrames"]}
    on_disk = [path for path in (process.data / "frames").rglob("*") if path.is_file()]
    assert {path.name for path in on_disk} == frames
    for frame_id in frames:
        assert store.frame(image_set["imageSetId"], frame_id)[0].endswith(b"\xff\xd9")  # end of codestream
    # and no worker outlived the service that had started it
    process.stop()
    assert eventually(lambda: not [one for one in psutil.process_iter(["cmdline"]) if _is_orphan_of(one, process)])


def _is_orphan_of(found: psutil.Process, process: ImagingProcess) -> bool:
    line = found.info["cmdline"] or []
    ours = "local_cloud.health_imaging.worker" in line and process.aws.endpoint in line
    return ours and not psutil.pid_exists(int(line[-1]))


def test_a_worker_that_dies_idle_costs_nothing(own_process: Start, new_store: NewStore) -> None:
    process = own_process(*UNTHROTTLED)
    store = new_store(process)
    store.imported(series(4))
    for worker in workers(process):
        worker.kill()
    assert store.imported(series(4)).warning == []


def test_a_worker_that_hangs_over_a_file_is_replaced_and_the_file_kept(own_process: Start, new_store: NewStore) -> None:
    # given workers that stand still, as a decoder in an endless loop would
    process = own_process(*UNTHROTTLED, "--workers", "1", "--file-timeout-seconds", "1")
    store = new_store(process)
    store.imported(series(1))
    for worker in workers(process):
        worker.suspend()
    # when three files are imported
    results = store.imported(series(3))
    # then the one that met it is imported with its pixel data untouched, the others as usual
    (warned,) = results.warning
    assert [one["warning_reason_code"] for one in warned["importResponse"]["warnings"]] == [45312]
    assert len(results.success) == 2


def test_a_deflate_bomb_fails_alone(own_process: Start, new_store: NewStore) -> None:
    # given a deflated data set that expands a thousand times, beyond what a worker may use
    gibibyte = 1024**3
    process = own_process(*UNTHROTTLED, "--worker-memory-bytes", str(gibibyte))
    store = new_store(process)
    dataset = pydicom.dcmread(next(TEST_FILES.rglob("image_dfl.dcm")))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    meta = DicomBytesIO()
    meta.write(b"\0" * 128 + b"DICM")
    write_file_meta_info(meta, dataset.file_meta)
    compressor = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = b"\xe0\x7f\x10\x00OB\x00\x00" + gibibyte.to_bytes(4, "little")
    zeros = bytes(16 * 1024 * 1024)
    bomb = meta.getvalue() + compressor.compress(head) + b"".join(compressor.compress(zeros) for _ in range(64))
    bomb += compressor.flush()
    assert len(bomb) < 8 * 1024 * 1024
    results = store.imported({"bomb.dcm": bomb, "ct.dcm": dicom_file("CT_small.dcm")})
    assert results.failure_of("bomb.dcm")["exceptionType"] == "ValidationException"
    assert len(results.success) == 1


def test_damaged_files_end_in_exactly_one_list(store: Store) -> None:
    # given files in several encodings, each damaged at random places, cut, or repeated
    chance = random.Random(11)
    files = {}
    names = ["CT_small.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm",
             "SC_rgb_jpeg_gdcm.dcm", "JPGExtended.dcm", "image_dfl.dcm", "SC_rgb_rle_2frame.dcm"]  # fmt: skip
    for number in range(64):
        content = bytearray(dicom_file(chance.choice(names)))
        for _ in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        files[f"{number}.dcm"] = bytes(content[: chance.randint(len(content) // 2, 2 * len(content))])
    # when they are imported
    results = store.imported(files)
    # then each is in one list, the counts agree, and the service is well
    listed = [line["inputFile"].rpartition("/")[2] for line in (*results.success, *results.warning, *results.failure)]
    assert sorted(listed) == sorted(files)
    summary = results.summary
    assert summary["numberOfScannedFiles"] == 64
    assert summary["numberOfImportedFiles"] == len(results.success) + len(results.warning)
    assert summary["numberOfFilesWithServerError"] == 0
    assert store.imported(series(2)).warning == []


def test_all_is_there_after_a_restart(own_process: Start, new_store: NewStore) -> None:
    process = own_process(*UNTHROTTLED)
    store = new_store(process)
    results = store.imported(series(1))
    image_set_id = results.image_set_of("0.dcm")
    before = store.metadata(image_set_id)
    assert process.stop() == 0
    assert process.process is not None
    process.start()
    assert store.metadata(image_set_id) == before
    (instance,) = store.instances(image_set_id).values()
    assert store.frame(image_set_id, instance["ImageFrames"][0]["ID"])[0]
    assert store.properties(results.summary["jobId"])["jobStatus"] == "COMPLETED"


def test_a_stop_interrupts_a_job_that_the_next_start_finishes(own_process: Start, new_store: NewStore) -> None:
    process = own_process(*UNTHROTTLED)
    store = new_store(process)
    store.put("p/", series(2))
    process.arm("slow-job", seconds=60)
    job_id = store.start("p/")
    assert eventually(lambda: store.properties(job_id)["jobStatus"] == "IN_PROGRESS")
    began = time.monotonic()
    assert process.stop() == 0
    assert time.monotonic() - began < 10
    process.start()
    assert store.ended(job_id)["jobStatus"] == "COMPLETED"


def test_without_s3_a_start_is_a_server_error(tmp_path: Path) -> None:
    process = ImagingProcess(tmp_path / "alone", AwsEmulator("http://127.0.0.1:9"), UNTHROTTLED)
    process.start()
    try:
        client = process.client()
        datastore_id = client.create_datastore(clientToken=uuid.uuid4().hex)["datastoreId"]
        request = Store(client, None, datastore_id, "bucket", "bucket").request("p/")  # type: ignore[arg-type]
        with pytest.raises(ClientError) as refused:
            client.start_dicom_import_job(**request)
        assert refused.value.response["Error"]["Code"] == "InternalServerException"
    finally:
        process.stop()


def test_requests_that_are_not_of_the_api_are_refused(imaging_process: ImagingProcess) -> None:
    for method, path, options in (
        ("GET", "/", {}), ("POST", "/datastore", {"body": b"{"}), ("POST", "/datastore", {"body": b"[" * 100_000}),
        ("POST", "/datastore", {"body": b'{"clientToken": 5}'}), ("PUT", "/datastore", {"body": b"{}"}),
        ("GET", "/datastore?maxResults=0", {}), ("GET", "/datastore?maxResults=many", {}),
        ("GET", "/datastore/..%2F..%2Fetc%2Fpasswd", {}), ("POST", "/datastore", {"body": b"x" * 2_000_000}),
        ("POST", f"/datastore/{'0' * 32}/searchImageSets", {"body": b'{"filters": [{"operator": "LIKE"}]}'}),
    ):  # fmt: skip
        answer = imaging_process.request(method, path, **options)
        assert 400 <= answer.status < 500, (method, path, answer.status)
        assert answer.headers["x-amzn-ErrorType"] in {"ValidationException", "ResourceNotFoundException"}
    assert imaging_process.request("GET", "/datastore").status == 200


def test_nothing_of_a_patient_is_logged_and_files_are_private(own_process: Start, new_store: NewStore) -> None:
    process = own_process(*UNTHROTTLED)
    store = new_store(process)
    damaged = bytearray(dicom_file("MR_small_jp2klossless.dcm"))
    damaged[-300:-100] = b"\xff" * 200
    store.imported(
        {"ct.dcm": dicom_file("CT_small.dcm"), "x.dcm": dicom_file("CT_small.dcm", StudyInstanceUID=None),
         "bad.dcm": bytes(damaged), "badVR.dcm": dicom_file("badVR.dcm")}
    )  # fmt: skip
    store.imaging.search_image_sets(
        datastoreId=store.datastore_id,
        searchCriteria={"filters": [{"operator": "EQUAL", "values": [{"DICOMPatientId": "1CT1"}]}]},
    )
    process.stop()
    ct = pydicom.dcmread(next(TEST_FILES.rglob("CT_small.dcm")))
    log = process.log()
    assert "job_ended" in log
    for secret in (ct.PatientName, ct.PatientID, ct.StudyInstanceUID, ct.SeriesInstanceUID, ct.SOPInstanceUID, "ct.d"):
        assert str(secret) not in log
    for path in process.data.rglob("*"):
        if path.is_file() and path.name != "log":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_odd_keys_are_never_paths(store: Store) -> None:
    # given keys that would be paths outside the store, in the bucket of an untidy sender
    files = {name: dicom_file("CT_small.dcm") for name in ("../../../escape.dcm", "a//b.dcm", "ü ß%2e.dcm")}
    results = store.imported(files)
    assert {line["inputFile"].partition("/")[2] for line in results.success} == set(files)
