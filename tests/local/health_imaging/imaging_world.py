"""A HealthImaging process for tests, unmodified boto3 in front of it, and what tests do with both."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import urllib3
from botocore.config import Config

from local_cloud.ports import any_free_port
from tests.aws_emulator import AwsEmulator

if TYPE_CHECKING:
    from mypy_boto3_medical_imaging import HealthImagingClient
    from mypy_boto3_s3 import S3Client

REPOSITORY = Path(__file__).resolve().parents[3]
ROLE = "arn:aws:iam::000000000000:role/import"
TEST_FILES = Path(pydicom.__file__).parent / "data" / "test_files"  # only what the wheel ships


@dataclass
class ImagingProcess:
    """One service process that a test may kill and start again over the same data."""

    data: Path
    aws: AwsEmulator
    options: tuple[str, ...] = ("--start-rate", "0")
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    _http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or any_free_port()
        command = [sys.executable, "-m", "local_cloud.health_imaging", "--port", str(self.port)]
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(self.data), "--aws-endpoint", self.aws.endpoint, *self.options],
                cwd=REPOSITORY,
                env={**os.environ, **self.aws.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        assert eventually(self._answers), (self.data / "log").read_text()[-2000:]

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)

    def client(self) -> "HealthImagingClient":
        config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, read_timeout=30)
        return self.aws.session().client("medical-imaging", endpoint_url=self.endpoint, config=config)

    def arm(self, fault: str, **settings: object) -> None:
        """Arm a fault of README.md, Faults."""
        body = json.dumps({"fault": fault, **settings}).encode()
        answer = self._http.request("POST", f"{self.endpoint}/_local/faults", body=body)
        assert answer.status == 200, answer.data

    def request(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, f"{self.endpoint}{path}", retries=False, timeout=10, **options)

    def log(self) -> str:
        return (self.data / "log").read_text()

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return False
        try:
            return self._http.request("GET", f"{self.endpoint}/_local/health", retries=False, timeout=2).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@dataclass(frozen=True)
class Results:
    """What a job wrote to S3."""

    summary: Mapping[str, Any]
    success: list[dict[str, Any]]
    warning: list[dict[str, Any]]
    failure: list[dict[str, Any]]

    def image_set_of(self, name: str) -> str:
        """The image set that took the file whose key ends in ``name``."""
        lines = [line for line in (*self.success, *self.warning) if line["inputFile"].endswith(name)]
        return str(lines[0]["importResponse"]["imageSetId"])

    def failure_of(self, name: str) -> dict[str, str]:
        lines = [line for line in self.failure if line["inputFile"].endswith(name)]
        return dict(lines[0]["exception"])


@dataclass
class Store:
    """One data store with buckets of its own, and the imports of a test."""

    imaging: "HealthImagingClient"
    s3: "S3Client"
    datastore_id: str
    bucket: str
    results_bucket: str

    def put(self, prefix: str, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            self.s3.put_object(Bucket=self.bucket, Key=f"{prefix}{name}", Body=content)

    def request(self, prefix: str, **changes: str) -> dict[str, Any]:
        return {
            "datastoreId": self.datastore_id,
            "dataAccessRoleArn": ROLE,
            "inputS3Uri": f"s3://{self.bucket}/{prefix}",
            "outputS3Uri": f"s3://{self.results_bucket}/results",
            "clientToken": uuid.uuid4().hex,
            **changes,
        }

    def start(self, prefix: str, **changes: str) -> str:
        return self.imaging.start_dicom_import_job(**self.request(prefix, **changes))["jobId"]

    def properties(self, job_id: str) -> dict[str, Any]:
        found = self.imaging.get_dicom_import_job(datastoreId=self.datastore_id, jobId=job_id)
        return dict(found["jobProperties"])

    def ended(self, job_id: str, seconds: float = 60.0) -> dict[str, Any]:
        """The job's properties once it has ended."""

        def read() -> dict[str, Any] | None:
            found = self.properties(job_id)
            return found if found["jobStatus"] in {"COMPLETED", "FAILED"} else None

        found = eventually(read, seconds=seconds)
        assert found, self.properties(job_id)
        return dict(found)

    def results(self, job_id: str) -> Results:
        folder = f"results/{self.datastore_id}-DicomImport-{job_id}/"
        listed = self.s3.list_objects_v2(Bucket=self.results_bucket, Prefix=folder).get("Contents", [])
        keys = {one["Key"].removeprefix(folder) for one in listed}

        def lines(name: str) -> list[dict[str, Any]]:
            return [json.loads(line) for line in self._get(folder + name).splitlines()] if name in keys else []

        return Results(
            json.loads(self._get(f"{folder}job-output-manifest.json"))["jobSummary"],
            lines("SUCCESS/success.ndjson"),
            lines("WARNING/warning.ndjson"),
            lines("FAILURE/failure.ndjson"),
        )

    def imported(self, files: Mapping[str, bytes]) -> Results:
        """Import files from a prefix of their own; the job must complete."""
        prefix = f"{uuid.uuid4().hex}/"
        self.put(prefix, files)
        job_id = self.start(prefix)
        ended = self.ended(job_id)
        assert ended["jobStatus"] == "COMPLETED", ended
        return self.results(job_id)

    def metadata(self, image_set_id: str, **version: str) -> dict[str, Any]:
        answer = self.imaging.get_image_set_metadata(datastoreId=self.datastore_id, imageSetId=image_set_id, **version)
        assert answer["contentEncoding"] == "gzip"
        return dict(json.loads(gzip.decompress(answer["imageSetMetadataBlob"].read())))

    def instances(self, image_set_id: str) -> dict[str, Any]:
        all_series = self.metadata(image_set_id)["Study"]["Series"]
        return {uid: one for series in all_series.values() for uid, one in series["Instances"].items()}

    def frame(self, image_set_id: str, frame_id: str) -> tuple[bytes, str]:
        answer = self.imaging.get_image_frame(
            datastoreId=self.datastore_id, imageSetId=image_set_id, imageFrameInformation={"imageFrameId": frame_id}
        )
        return answer["imageFrameBlob"].read(), answer["contentType"]

    def _get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.results_bucket, Key=key)["Body"].read()


def eventually(read: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """The first true value that ``read`` gives within ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        value = read()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.05)


def dicom_file(name: str, **changes: object) -> bytes:
    """A bundled test file, with some attributes changed."""
    path = next(TEST_FILES.rglob(name))
    if not changes:
        return path.read_bytes()
    dataset = pydicom.dcmread(path)
    for keyword, value in changes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    if changes.get("SOPInstanceUID") is not None:
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return file_bytes(dataset)


def file_bytes(dataset: pydicom.Dataset) -> bytes:
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()
