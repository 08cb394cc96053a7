"""A HealthImaging whose misfortunes a test can script: real HTTP, the wire shapes of botocore, output in a real bucket.

It knows nothing of DICOM but the prefix of a Part 10 file. The local cloud's own service is the faithful one; this one
fails, throttles, forgets and contradicts itself on demand.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATASTORE_ID = "0123456789abcdef0123456789abcdef"
PART_10 = bytes(128) + b"DICM"
FILES_LIMIT = 5_000


@dataclass(frozen=True)
class FileResult:
    """What a job says about one file: ``kind`` is success, warning, failure or silent."""

    kind: str = "success"
    code: str = ""
    message: str = ""
    primary: bool = True


@dataclass
class Script:
    """What goes wrong; the defaults are a service that works."""

    clock: Callable[[], float]
    starts_per_second: float = 1_000.0
    refuse_starts: list[str] = field(default_factory=list)  # error codes, one for each of the next starts
    job_fails: Callable[[int], bool] = lambda number: False
    file_result: Callable[[str, int], FileResult | None] = lambda key, number: None
    polls_until_end: int = 1
    manifest: Callable[[int], str] = lambda number: "written"  # or "missing", "garbled", "no-lists"
    python_constants: bool = True


@dataclass
class Job:
    number: int
    job_id: str
    token: str
    input_uri: str
    output_uri: str
    name: str
    files: dict[str, bytes]
    started: float
    polls: int = 0
    status: str = "SUBMITTED"
    message: str = ""
    written: bool = False


class ScriptedHealthImaging:
    """The service's state, shared by its request threads."""

    def __init__(self, s3: S3Client, script: Script) -> None:
        self._s3 = s3
        self._lock = threading.Lock()
        self.script = script
        self.jobs: list[Job] = []
        self.throttled = 0
        self.most_running = 0
        self._arrival = 0.0
        self.endpoint = ""

    def start(self, request: dict[str, str]) -> dict[str, object]:
        with self._lock:
            for job in self.jobs:
                if job.token == request["clientToken"]:
                    return self._started(job)
            if self.script.refuse_starts:
                raise Refusal(self.script.refuse_starts.pop(0))
            self._spend_token()
            bucket, prefix = _split(request["inputS3Uri"])
            number = len(self.jobs)
            job = Job(
                number,
                f"{number:032x}",
                request["clientToken"],
                request["inputS3Uri"],
                request["outputS3Uri"],
                request["jobName"],
                self._scan(bucket, prefix),
                self.script.clock(),
            )
            self.jobs.append(job)
            running = sum(each.status in {"SUBMITTED", "IN_PROGRESS"} for each in self.jobs)
            self.most_running = max(self.most_running, running)
            return self._started(job)

    def describe(self, job_id: str) -> dict[str, object]:
        with self._lock:
            job = next((each for each in self.jobs if each.job_id == job_id), None)
            if job is None:
                raise Refusal("ResourceNotFoundException")
            job.polls += 1
            job.status = "IN_PROGRESS" if job.polls <= self.script.polls_until_end else self._end(job)
            return {
                "jobProperties": {
                    "jobId": job.job_id,
                    "jobName": job.name,
                    "jobStatus": job.status,
                    "datastoreId": DATASTORE_ID,
                    "dataAccessRoleArn": "arn:aws:iam::000000000000:role/import",
                    "inputS3Uri": job.input_uri,
                    # The developer guide's example shows a described job with its own folder, not the one it was given.
                    "outputS3Uri": f"{job.output_uri}{self._folder(job)}/",
                    "submittedAt": job.started,
                    "endedAt": self.script.clock(),
                    "message": job.message,
                }
            }

    def _spend_token(self) -> None:
        now, interval = self.script.clock(), 1 / self.script.starts_per_second
        if self._arrival - now > interval + 0.002:  # burst 2
            self.throttled += 1
            raise Refusal("ThrottlingException")
        self._arrival = max(self._arrival, now) + interval

    def _scan(self, bucket: str, prefix: str) -> dict[str, bytes]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        if len(keys) > 50:  # what a big test stores is known to be good
            return dict.fromkeys(keys, PART_10)
        return {key: self._s3.get_object(Bucket=bucket, Key=key)["Body"].read(len(PART_10)) for key in keys}

    def _end(self, job: Job) -> str:
        if job.written:
            return job.status if job.status in {"COMPLETED", "FAILED"} else "COMPLETED"
        if len(job.files) > FILES_LIMIT:
            job.message = "FILE_COUNTS_LIMIT exceeded"
            return "FAILED"
        if self.script.job_fails(job.number):
            job.message = "internal error"
            return "FAILED"
        self._write_output(job)
        return "COMPLETED"

    def _write_output(self, job: Job) -> None:
        results = {key: self._result(job, key) for key in job.files}
        lists: dict[str, list[dict[str, object]]] = {"success": [], "warning": [], "failure": []}
        for key, result in results.items():
            response: dict[str, object] = {"imageSetId": f"{job.number:032x}", "isPrimary": result.primary}
            if result.kind == "warning":
                warning = {"warning_reason_code": result.code, "type": "metadata", "message": result.message}
                response |= {"imageSetVersion": 1, "warnings": [warning]}
            entry: dict[str, object] = {"inputFile": key, "importResponse": response}
            if result.kind == "failure":
                exception = {"exceptionType": result.code, "message": result.message}
                entry = {"inputFile": key, "exception": exception, "unknownField": [None]}
            if result.kind in lists:
                lists[result.kind].append(entry)
        bucket, prefix = _split(f"{job.output_uri}{self._folder(job)}/")
        state = self.script.manifest(job.number)
        if state == "missing":
            return
        job.written = True
        for kind, entries in lists.items():
            if entries and state != "no-lists":
                self._put(bucket, f"{prefix}{kind.upper()}/{kind}.ndjson", self._ndjson(entries))
        customer = sum(entry["exception"]["exceptionType"] == "ValidationException" for entry in lists["failure"])  # type: ignore[index]
        summary = {
            "jobId": job.job_id,
            "datastoreId": DATASTORE_ID,
            "numberOfScannedFiles": len(results),
            "numberOfImportedFiles": len(lists["success"]) + len(lists["warning"]),
            "numberOfFilesWithCustomerError": customer,
            "numberOfFilesWithServerError": len(lists["failure"]) - customer,
        }
        manifest = "{" if state == "garbled" else json.dumps({"jobSummary": summary})
        self._put(bucket, f"{prefix}job-output-manifest.json", manifest)

    def _result(self, job: Job, key: str) -> FileResult:
        scripted = self.script.file_result(key, job.number)
        if scripted is not None:
            return scripted
        if job.files[key] == PART_10:
            return FileResult()
        return FileResult("failure", "ValidationException", "not a DICOM P10 file of patient Yamada^Taro")

    def _ndjson(self, entries: list[dict[str, object]]) -> str:
        lines = "\n\n".join(json.dumps(entry) for entry in entries) + "\n"
        if self.script.python_constants:
            lines = lines.replace(": true", ": True").replace(": false", ": False")
        return lines

    def _put(self, bucket: str, key: str, body: str) -> None:
        self._s3.put_object(Bucket=bucket, Key=key, Body=body.encode())

    def _folder(self, job: Job) -> str:
        return f"{DATASTORE_ID}-DicomImport-{job.job_id}"

    def _started(self, job: Job) -> dict[str, object]:
        return {
            "datastoreId": DATASTORE_ID,
            "jobId": job.job_id,
            "jobStatus": "SUBMITTED",
            "submittedAt": job.started,
        }


class Refusal(Exception):  # noqa: N818 - an answer of the service
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def serving(service: ScriptedHealthImaging) -> Iterator[ScriptedHealthImaging]:
    """Answer on a free port of the loopback interface; ``service.endpoint`` says which."""

    class Handler(BaseHTTPRequestHandler):
        routes: ClassVar = {
            "POST": re.compile(rf"/startDICOMImportJob/datastore/{DATASTORE_ID}"),
            "GET": re.compile(rf"/getDICOMImportJob/datastore/{DATASTORE_ID}/job/(?P<job>[0-9a-z]+)"),
        }
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one segment for an answer: Nagle's algorithm and delayed ACKs would add 40 ms

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer("POST", lambda _: service.start(body))

        def do_GET(self) -> None:
            self._answer("GET", lambda match: service.describe(match["job"]))

        def _answer(self, method: str, serve: Callable[[re.Match[str]], dict[str, object]]) -> None:
            match = self.routes[method].fullmatch(self.path)
            headers: dict[str, str] = {}
            try:
                if match is None:
                    raise Refusal("ValidationException")
                status, document = 200, serve(match)
            except Refusal as refusal:
                status, document = (429 if "Throttling" in refusal.code else 400), {"message": "refused"}
                headers["x-amzn-ErrorType"] = refusal.code
            body = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {
                **headers,
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    service.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
