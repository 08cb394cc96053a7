"""Import jobs: what is accepted, what is refused, what ends how, and what is written about it."""

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.local.health_imaging.imaging_world import ROLE, ImagingProcess, Store, dicom_file, eventually

if TYPE_CHECKING:
    from mypy_boto3_medical_imaging import HealthImagingClient

Start = Callable[..., ImagingProcess]
NewStore = Callable[[ImagingProcess], Store]


def code_of(error: "pytest.ExceptionInfo[ClientError]") -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_job_tells_its_life_and_writes_the_documented_results(store: Store, imaging_process: ImagingProcess) -> None:
    # given a good file, one with a warning, and four that cannot be imported, below one prefix
    files = {
        "ct.dcm": dicom_file("CT_small.dcm"),
        "deep/er/mr.dcm": dicom_file("MR_small.dcm"),
        "truncated.dcm": dicom_file("MR_truncated.dcm"),
        "empty.dcm": b"",
        "text.dcm": b"not DICOM at all" * 100,
        "no-series.dcm": dicom_file("CT_small.dcm", SeriesInstanceUID=None),
        "no-syntax.dcm": dicom_file("meta_missing_tsyntax.dcm"),
        "folder/": b"",
    }
    store.put("in/put/", files)
    imaging_process.arm("slow-job", seconds=0.5)
    # when they are imported
    job_id = store.start("in/put/", jobName="one-study")
    # then the job is seen on its way, and completes although files failed
    assert eventually(lambda: store.properties(job_id)["jobStatus"] == "IN_PROGRESS")
    ended = store.ended(job_id)
    folder = f"s3://{store.results_bucket}/results/{store.datastore_id}-DicomImport-{job_id}/"
    assert ended["jobStatus"] == "COMPLETED"
    assert ended["endedAt"] >= ended["submittedAt"]
    assert {name: ended[name] for name in ("jobId", "jobName", "datastoreId", "dataAccessRoleArn")} == {
        "jobId": job_id, "jobName": "one-study", "datastoreId": store.datastore_id, "dataAccessRoleArn": ROLE,
    }  # fmt: skip
    assert (ended["inputS3Uri"], ended["outputS3Uri"]) == (f"s3://{store.bucket}/in/put/", folder)
    # and the results have every file exactly once
    results = store.results(job_id)
    image_sets = results.summary["imageSetsSummary"]
    assert {name: results.summary[name] for name in results.summary if name != "imageSetsSummary"} == {
        "jobId": job_id, "datastoreId": store.datastore_id, "inputS3Uri": f"s3://{store.bucket}/in/put/",
        "outputS3Uri": folder, "successOutputS3Uri": f"{folder}SUCCESS/", "failureOutputS3Uri": f"{folder}FAILURE/",
        "warningsOutputS3Uri": f"{folder}WARNING/", "numberOfScannedFiles": 7, "numberOfImportedFiles": 3,
        "numberOfFilesWithCustomerError": 4, "numberOfFilesWithServerError": 0,
        "numberOfGeneratedImageSets": len(image_sets),
    }  # fmt: skip
    assert sum(one["numberOfMatchedSOPInstances"] for one in image_sets) == 3
    assert sorted(line["inputFile"] for line in results.success) == ["in/put/ct.dcm", "in/put/deep/er/mr.dcm"]
    assert all(line["importResponse"]["isPrimary"] is True for line in results.success)
    (warned,) = results.warning
    assert warned["inputFile"] == "in/put/truncated.dcm"
    assert warned["importResponse"]["warnings"] == [
        {
            "warning_reason_code": 45328,
            "type": "FramesExtractionFailure",
            "message": "The file was imported but its frames could not be extracted.",
        }
    ]
    assert {line["inputFile"]: line["exception"]["message"] for line in results.failure} == {
        "in/put/empty.dcm": "DICOM attributes does not exist",
        "in/put/text.dcm": "DICOM attributes does not exist",
        "in/put/no-series.dcm": "DICOM attribute SeriesInstanceUID does not exist",
        "in/put/no-syntax.dcm": "DICOM attribute TransferSyntaxUID does not exist",
    }
    assert {line["exception"]["exceptionType"] for line in results.failure} == {"ValidationException"}


def test_the_prefix_is_taken_to_the_letter(store: Store) -> None:
    for folder in ("1.2/", "1.23/", "other/"):
        store.put(folder, {"ct.dcm": dicom_file("CT_small.dcm")})
    without_slash, with_slash = store.start("1.2"), store.start("1.2/")
    assert store.ended(without_slash)["jobStatus"] == store.ended(with_slash)["jobStatus"] == "COMPLETED"
    assert store.results(without_slash).summary["numberOfScannedFiles"] == 2
    assert store.results(with_slash).summary["numberOfScannedFiles"] == 1


def test_the_same_client_token_is_the_same_job(store: Store) -> None:
    store.put("p/", {"ct.dcm": dicom_file("CT_small.dcm")})
    token = uuid.uuid4().hex
    jobs = {store.start("p/", clientToken=token) for _ in range(3)}
    assert len(jobs) == 1
    assert len(store.imaging.list_dicom_import_jobs(datastoreId=store.datastore_id)["jobSummaries"]) == 1
    with pytest.raises(ClientError) as refused:
        store.start("other/", clientToken=token)
    assert code_of(refused) == "ConflictException"


def test_a_lost_answer_is_repeated_without_a_second_job(store: Store, imaging_process: ImagingProcess) -> None:
    store.put("p/", {"ct.dcm": dicom_file("CT_small.dcm")})
    imaging_process.arm("error-after-effect", error="InternalServerException")
    token = uuid.uuid4().hex
    with pytest.raises(ClientError) as lost:
        store.start("p/", clientToken=token)
    assert code_of(lost) == "InternalServerException"
    job_id = store.start("p/", clientToken=token)
    assert store.ended(job_id)["jobStatus"] == "COMPLETED"
    assert len(store.imaging.list_dicom_import_jobs(datastoreId=store.datastore_id)["jobSummaries"]) == 1


def test_starts_above_the_rate_are_throttled(own_process: Start, new_store: NewStore) -> None:
    # given one start in a hundred seconds, two at once
    store = new_store(own_process("--start-rate", "0.01", "--start-burst", "2"))
    store.start("p/")
    store.start("p/")
    with pytest.raises(ClientError) as refused:
        store.start("p/")
    assert code_of(refused) == "ThrottlingException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_a_job_too_many_exceeds_the_quota(own_process: Start, new_store: NewStore) -> None:
    process = own_process("--start-rate", "0", "--concurrent-jobs", "2")
    store = new_store(process)
    process.arm("slow-job", seconds=30, times=2)
    store.start("p/")
    store.start("p/")
    with pytest.raises(ClientError) as refused:
        store.start("p/")
    assert code_of(refused) == "ServiceQuotaExceededException"


def test_a_job_over_the_limits_fails_and_imports_nothing(own_process: Start, new_store: NewStore) -> None:
    limits = ("--files-per-job", "3", "--bytes-per-job", "100000", "--folders-per-job", "2")
    store = new_store(own_process("--start-rate", "0", *limits))
    ct = dicom_file("CT_small.dcm")  # 39 kB
    store.put("files/", {f"{number}": b"x" for number in range(4)})
    store.put("bytes/", {f"{number}": ct for number in range(3)})
    store.put("folders/", {f"{number}/x": b"x" for number in range(3)})
    for prefix, message in {"files/": "FILE_COUNTS_LIMIT", "bytes/": "TOTAL_SIZE", "folders/": "FOLDER_COUNTS"}.items():
        ended = store.ended(store.start(prefix))
        assert ended["jobStatus"] == "FAILED"
        assert message in ended["message"]
    found = store.imaging.search_image_sets(datastoreId=store.datastore_id)
    assert found["imageSetsMetadataSummaries"] == []


def test_a_file_over_the_memory_of_this_machine_fails_alone(own_process: Start, new_store: NewStore) -> None:
    store = new_store(own_process("--start-rate", "0", "--object-memory-bytes", "50000"))
    results = store.imported({"ct.dcm": dicom_file("CT_small.dcm"), "big.dcm": dicom_file("examples_rgb_color.dcm")})
    assert results.summary["numberOfImportedFiles"] == 1
    assert "limit of 50000 bytes" in results.failure_of("big.dcm")["message"]


def test_an_empty_prefix_completes_with_no_files(store: Store) -> None:
    job_id = store.start("nothing/here/")
    assert store.ended(job_id)["jobStatus"] == "COMPLETED"
    assert store.results(job_id).summary["numberOfScannedFiles"] == 0


def test_buckets_that_cannot_be_reached_are_denied(store: Store) -> None:
    for changes in ({"inputS3Uri": "s3://no-such-bucket/x/"}, {"outputS3Uri": "s3://no-such-bucket/x/"}):
        with pytest.raises(ClientError) as refused:
            store.start("p/", **changes)
        assert code_of(refused) == "AccessDeniedException"


def test_unknown_stores_and_jobs_do_not_exist(store: Store) -> None:
    unknown = "0" * 32
    for call in (
        lambda: store.start("p/", datastoreId=unknown),
        lambda: store.imaging.get_dicom_import_job(datastoreId=unknown, jobId=unknown),
        lambda: store.imaging.get_dicom_import_job(datastoreId=store.datastore_id, jobId=unknown),
        lambda: store.imaging.list_dicom_import_jobs(datastoreId=unknown),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert code_of(refused) == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("datastoreId", "UPPER"), ("clientToken", "a b"), ("clientToken", "x" * 65), ("jobName", "née"),
        ("jobName", "x" * 65), ("inputS3Uri", "http://bucket/x"), ("inputS3Uri", "s3://b/x"),
        ("outputS3Uri", f"s3://bucket/{'x' * 1024}"), ("dataAccessRoleArn", "arn:aws:iam::1:role/too-short-account"),
        ("inputOwnerAccountId", "12345678901x"),
    ],
)  # fmt: skip
def test_parameters_that_break_the_model_are_refused_without_being_quoted(store: Store, field: str, value: str) -> None:
    with pytest.raises(ClientError) as refused:
        store.start("p/", **{field: value})
    error = refused.value.response["Error"]
    assert (error["Code"], field in error["Message"]) == ("ValidationException", True)
    assert value not in error["Message"]


def test_jobs_are_listed_newest_first_by_status_and_in_pages(store: Store) -> None:
    jobs = [store.start("p/") for _ in range(5)]
    for job_id in jobs:
        store.ended(job_id)
    pages = store.imaging.get_paginator("list_dicom_import_jobs").paginate(
        datastoreId=store.datastore_id, jobStatus="COMPLETED", PaginationConfig={"PageSize": 2}
    )
    listed = [[job["jobId"] for job in page["jobSummaries"]] for page in pages]
    assert [len(page) for page in listed] == [2, 2, 1]
    assert [job_id for page in listed for job_id in page] == jobs[::-1]
    failed = store.imaging.list_dicom_import_jobs(datastoreId=store.datastore_id, jobStatus="FAILED")
    assert failed["jobSummaries"] == []
    with pytest.raises(ClientError) as refused:
        store.imaging.list_dicom_import_jobs(datastoreId=store.datastore_id, nextToken="forged")
    assert code_of(refused) == "ValidationException"


def test_armed_faults_fail_jobs_files_and_manifests(store: Store, imaging_process: ImagingProcess) -> None:
    store.put("p/", {"a.dcm": dicom_file("CT_small.dcm"), "b.dcm": dicom_file("MR_small.dcm")})
    imaging_process.arm("job-fails", message="No luck today")
    failed = store.ended(store.start("p/"))
    assert (failed["jobStatus"], failed["message"]) == ("FAILED", "No luck today")

    imaging_process.arm("file-error", keyContains="b.dcm")
    job_id = store.start("p/")
    store.ended(job_id)
    results = store.results(job_id)
    assert results.summary["numberOfFilesWithServerError"] == 1
    assert results.failure_of("b.dcm")["exceptionType"] == "InternalServerException"

    imaging_process.arm("manifest-missing")
    job_id = store.start("p/")
    assert store.ended(job_id)["jobStatus"] == "COMPLETED"
    folder = f"results/{store.datastore_id}-DicomImport-{job_id}"
    listed = store.s3.list_objects_v2(Bucket=store.results_bucket, Prefix=folder)
    assert listed["KeyCount"] == 0

    imaging_process.arm("error", operation="GetDICOMImportJob", error="InternalServerException", times=2)
    for _ in range(2):
        with pytest.raises(ClientError):
            store.properties(job_id)
    assert store.properties(job_id)["jobStatus"] == "COMPLETED"
    assert imaging_process.request("POST", "/_local/faults", body=b'{"fault": "meteor"}').status == 400


def test_unmodified_boto3_reaches_the_data_plane(
    store: Store, imaging_process: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given boto3 as anyone makes it: the endpoint and the host prefix come from the environment
    monkeypatch.setenv("AWS_ENDPOINT_URL_MEDICAL_IMAGING", imaging_process.endpoint)
    monkeypatch.setenv("AWS_DISABLE_HOST_PREFIX_INJECTION", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    client: HealthImagingClient = boto3.client("medical-imaging", region_name="us-east-1")
    found = client.search_image_sets(datastoreId=store.datastore_id)
    assert found["imageSetsMetadataSummaries"] == []
