"""Works on import jobs: scan, import every file, merge, write the results. A job that a crash interrupts runs again.

Every step can be repeated: frames have the names that the job and the key give them, merging and its outcome are one
transaction, and results are written from the kept outcome.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from healthcare_runtime.structured_log import EventLog
from local_cloud.health_imaging import manifest
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.faults import FaultKind, Faults
from local_cloud.health_imaging.image_sets import ImageSets
from local_cloud.health_imaging.instance import Imported, Rejected
from local_cloud.health_imaging.jobs import ImportJob, ImportJobs
from local_cloud.health_imaging.manifest import Outcome
from local_cloud.health_imaging.merging import merge
from local_cloud.health_imaging.scan import FoundFile, JobFailedError, find_files
from local_cloud.health_imaging.settings import Settings
from local_cloud.health_imaging.worker_pool import FileTask, WorkerLostError, WorkerPool

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_S3_PATIENCE_SECONDS = 300.0  # the rest of the local cloud may still be starting
_S3_PAUSE_SECONDS = 1.0
_T = TypeVar("_T")

_log = EventLog("health_imaging.jobs")


class _ServiceStops(Exception):  # noqa: N818 - no error: the job goes on after the next start
    pass


class ImportRunner:
    """A few threads that take jobs in the order of their submission."""

    def __init__(
        self, *, settings: Settings, database: Database, jobs: ImportJobs, datastores: Datastores,
        image_sets: ImageSets, pool: WorkerPool, faults: Faults, client: "S3Client",
    ) -> None:  # fmt: skip
        self._settings = settings
        self._database = database
        self._jobs = jobs
        self._datastores = datastores
        self._image_sets = image_sets
        self._pool = pool
        self._faults = faults
        self._client = client
        self._waiting: queue.SimpleQueue[ImportJob | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, name=f"import-job-{number}", daemon=True)
            for number in range(settings.running_jobs)
        ]

    def start(self) -> None:
        """Start, with the jobs that a crash or a stop interrupted first."""
        for job in self._jobs.unfinished():
            _log.info("job_resumed", job_id=job.job_id, job_status=job.status)
            self._waiting.put(job)
        for thread in self.threads:
            thread.start()

    def submit(self, job: ImportJob) -> None:
        self._waiting.put(job)

    def stop(self) -> None:
        self._stopping.set()
        for _ in self.threads:
            self._waiting.put(None)

    def _work(self) -> None:
        while not self._stopping.is_set():
            job = self._waiting.get()
            if job is None:
                break
            began = time.monotonic()
            try:
                status, message = self._run(job)
            except (_ServiceStops, WorkerLostError):
                break
            except Exception:
                _log.failure("job_broke", job_id=job.job_id)
                status, message = "FAILED", "An internal error occurred"
            self._jobs.set_status(job, status, message)
            _log.info("job_ended", job_id=job.job_id, job_status=status, seconds=round(time.monotonic() - began, 3))

    def _run(self, job: ImportJob) -> tuple[str, str | None]:
        if job.status == "SUBMITTED":
            self._jobs.set_status(job, "IN_PROGRESS")
        slow = self._faults.take(FaultKind.SLOW_JOB)
        not_before = time.monotonic() + (slow.seconds if slow else 0)
        failure = self._faults.take(FaultKind.JOB_FAILS)
        silent = self._faults.take(FaultKind.MANIFEST_MISSING)
        try:
            if failure is not None:
                raise JobFailedError(failure.message)
            packed = self._jobs.outcome(job) or self._import(job)
            if silent is None:
                self._patiently(lambda: manifest.write(self._client, job, packed), "write the results to outputS3Uri")
        except JobFailedError as error:
            self._wait_until(not_before)
            return "FAILED", str(error)
        self._wait_until(not_before)
        return "COMPLETED", None

    def _import(self, job: ImportJob) -> bytes:
        quotas = self._settings.quotas
        files = self._patiently(lambda: find_files(self._client, job.input, quotas), "read inputS3Uri")
        imported: list[tuple[str, Imported]] = []
        rejected: list[tuple[str, Rejected]] = []
        for key, found in self._import_files(job, files):
            if isinstance(found, Imported):
                imported.append((key, found))
            else:
                rejected.append((key, found))
        with self._database.transaction():
            placed, refused = merge(self._image_sets, job.datastore_id, imported, quotas.metadata_bytes)
            outcome = Outcome(placed, [*rejected, *refused]).packed(job)
            self._jobs.save_outcome(job, outcome)
        _log.info("job_merged", job_id=job.job_id, files=len(files), count=len(placed))
        return outcome

    def _import_files(self, job: ImportJob, files: list[FoundFile]) -> Iterator[tuple[str, Imported | Rejected]]:
        """Import files in their order, only a few of them ahead: other jobs get their turns, memory stays bounded."""
        window = 4 * self._settings.workers
        under_way: deque[tuple[str, Future[Imported | Rejected]]] = deque()
        storage_format = self._datastores.get(job.datastore_id).lossless_format
        for file in files:
            under_way.append((file.key, self._submit(job, file, storage_format)))
            if len(under_way) >= window:
                yield self._next(under_way)
        while under_way:
            yield self._next(under_way)

    def _submit(self, job: ImportJob, file: FoundFile, storage_format: str) -> "Future[Imported | Rejected]":
        if self._faults.take(FaultKind.FILE_ERROR, key=file.key):
            return _done(Rejected("InternalServerException", "An internal error occurred"))
        limit = min(self._settings.quotas.bytes_per_file, self._settings.object_memory_bytes)
        if file.size > limit:
            return _done(Rejected("ValidationException", f"The file size exceeds the limit of {limit} bytes"))
        frames = self._settings.frames / job.datastore_id
        return self._pool.submit(FileTask(job.job_id, job.input.bucket, file.key, frames, storage_format))

    def _next(self, under_way: "deque[tuple[str, Future[Imported | Rejected]]]") -> tuple[str, Imported | Rejected]:
        key, future = under_way.popleft()
        while True:
            if self._stopping.is_set():
                raise _ServiceStops
            try:
                return key, future.result(timeout=1.0)
            except TimeoutError:
                continue

    def _patiently(self, action: Callable[[], _T], what: str) -> _T:
        """Repeat an action on S3 while S3 does not answer; a refusal fails the job at once."""
        deadline = time.monotonic() + _S3_PATIENCE_SECONDS
        while True:
            if self._stopping.is_set():
                raise _ServiceStops
            try:
                return action()
            except ClientError as error:
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                if status < 500 or time.monotonic() > deadline:
                    code = error.response.get("Error", {}).get("Code", "")
                    raise JobFailedError(f"Could not {what}: {code}") from None
            except BotoCoreError as error:
                if time.monotonic() > deadline:
                    raise JobFailedError(f"Could not {what}: {type(error).__name__}") from None
            self._stopping.wait(_S3_PAUSE_SECONDS)

    def _wait_until(self, moment: float) -> None:
        if self._stopping.wait(max(0.0, moment - time.monotonic())):
            raise _ServiceStops


def _done(rejected: Rejected) -> "Future[Imported | Rejected]":
    future: Future[Imported | Rejected] = Future()
    future.set_result(rejected)
    return future
