"""A fixed number of worker processes, each fed by a thread that replaces it when it dies, hangs or is silent."""

import json
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from healthcare_runtime.structured_log import EventLog
from local_cloud.health_imaging.instance import Imported, Rejected
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.settings import MIB, Settings

_LARGEST_RESULT = 256 * MIB
_READY_SECONDS = 60.0
_STOP_SECONDS = 5.0
_REPOSITORY = Path(__file__).resolve().parents[2]

_log = EventLog("health_imaging.workers")


@dataclass(frozen=True)
class FileTask:
    """One object to import."""

    job_id: str
    bucket: str
    key: str
    frames: Path
    storage_format: str


class WorkerLostError(RuntimeError):
    """The worker died or was killed over a task."""


class WorkerPool:
    """Runs :class:`FileTask` in worker processes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: queue.Queue[tuple[FileTask, Future[Imported | Rejected]] | None] = queue.Queue()
        self._stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._feed, name=f"worker-feeder-{number}", daemon=True)
            for number in range(settings.workers)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def submit(self, task: FileTask) -> Future[Imported | Rejected]:
        future: Future[Imported | Rejected] = Future()
        self._tasks.put((task, future))
        return future

    def stop(self) -> None:
        """End all workers; tasks under way are cancelled."""
        self._stopping.set()
        for _ in self.threads:
            self._tasks.put(None)

    def _feed(self) -> None:
        worker: _Worker | None = None
        while not self._stopping.is_set():
            item = self._tasks.get()
            if item is None:
                break
            task, future = item
            if not future.set_running_or_notify_cancel():
                continue
            worker = self._perform(task, future, worker)
        if worker is not None:
            worker.end()

    def _perform(
        self, task: FileTask, future: "Future[Imported | Rejected]", worker: "_Worker | None"
    ) -> "_Worker | None":
        """Perform a task; a file that costs a worker its life is tried once more, its pixel data untouched."""
        if worker is not None and not worker.is_alive():  # it died while idle: not this file's doing
            worker.end()
            worker = None
        for decode in (True, False):
            try:
                worker = worker or _Worker(self._settings, self._stopping)
                future.set_result(worker.perform(task, decode=decode))
            except WorkerLostError:
                _log.warning("worker_lost", job_id=task.job_id, outcome="retry" if decode else "failed")
                if worker is not None:
                    worker.end()
                worker = None
                if self._stopping.is_set():
                    future.set_exception(WorkerLostError("the service stops"))
                    return None
            else:
                return worker
        future.set_result(Rejected("InternalServerException", "The file ended the process that read it"))
        return worker


class _Worker:
    """One worker process and the connection to it."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        self._settings = settings
        self._stopping = stopping
        ours, theirs = Pipe()
        self._connection: Connection = ours
        quotas = settings.worker_memory_bytes
        command = [sys.executable, "-m", "local_cloud.health_imaging.worker", str(theirs.fileno()), str(quotas)]
        self._process = subprocess.Popen(
            [*command, settings.aws_endpoint, settings.region, str(os.getpid())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # codecs print what they like
            stderr=subprocess.DEVNULL,
            cwd=_REPOSITORY,
            # one core each: the pool is the parallelism
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        try:
            self._receive(_READY_SECONDS)
        except WorkerLostError:
            self.end()
            raise

    def perform(self, task: FileTask, *, decode: bool) -> Imported | Rejected:
        message = {
            "jobId": task.job_id, "bucket": task.bucket, "key": task.key, "frames": str(task.frames),
            "storageFormat": task.storage_format, "decode": "yes" if decode else "no",
        }  # fmt: skip
        try:
            self._connection.send_bytes(json.dumps(message).encode())
        except OSError:
            raise WorkerLostError("the worker is gone") from None
        result: dict[str, JsonObject] = json.loads(self._receive(self._settings.file_timeout_seconds))
        if "rejected" in result:
            rejected = result["rejected"]
            return Rejected(str(rejected["exceptionType"]), str(rejected["message"]))
        return Imported(**result["imported"])  # type: ignore[arg-type]  # our own as_json, read back

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._connection.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)

    def _receive(self, timeout: float) -> bytes:
        waited = 0.0
        step = 0.25  # notice a stop of the service
        try:
            while not self._connection.poll(step):
                waited += step
                if waited >= timeout or self._stopping.is_set():
                    raise WorkerLostError("the worker did not answer in time")
            return self._connection.recv_bytes(_LARGEST_RESULT)
        except (EOFError, OSError):
            raise WorkerLostError("the worker died") from None
