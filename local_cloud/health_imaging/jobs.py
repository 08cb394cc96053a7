"""Import jobs as they are kept: SUBMITTED, IN_PROGRESS, then COMPLETED or FAILED, and each change is an event."""

import json
import sqlite3
import time
import uuid
from dataclasses import dataclass
from typing import Final

from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.errors import not_found
from local_cloud.health_imaging.events import Outbox
from local_cloud.health_imaging.json_types import JsonObject, as_text
from local_cloud.health_imaging.settings import Settings

UNFINISHED: Final = ("SUBMITTED", "IN_PROGRESS")
_EVENTS = {
    "SUBMITTED": "Import Job Submitted",
    "IN_PROGRESS": "Import Job In Progress",
    "COMPLETED": "Import Job Completed",
    "FAILED": "Import Job Failed",
}


@dataclass(frozen=True)
class S3Prefix:
    """A bucket and a key prefix, from ``s3://bucket/prefix``."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, uri: str) -> "S3Prefix":
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        return cls(bucket, prefix)

    def below(self, name: str) -> "S3Prefix":
        separator = "" if not self.prefix or self.prefix.endswith("/") else "/"
        return S3Prefix(self.bucket, f"{self.prefix}{separator}{name}")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class ImportJob:
    """One import job."""

    sequence: int
    job_id: str
    datastore_id: str
    request: JsonObject
    status: str
    submitted_at: float
    ended_at: float | None
    message: str | None

    @property
    def input(self) -> S3Prefix:
        return S3Prefix.parse(as_text(self.request["inputS3Uri"]))

    @property
    def output(self) -> S3Prefix:
        """The job's own folder: what GetDICOMImportJob and the events give as ``outputS3Uri``."""
        given = S3Prefix.parse(as_text(self.request["outputS3Uri"]))
        return given.below(f"{self.datastore_id}-DicomImport-{self.job_id}/")

    def properties(self) -> JsonObject:
        return {
            **self.summary(),
            "inputS3Uri": self.request["inputS3Uri"],
            "outputS3Uri": str(self.output),
            "importConfiguration": self.request.get("importConfiguration"),
        }

    def summary(self) -> JsonObject:
        values: JsonObject = {
            "jobId": self.job_id,
            "jobName": as_text(self.request.get("jobName")) or self.job_id,
            "jobStatus": self.status,
            "datastoreId": self.datastore_id,
            "dataAccessRoleArn": self.request["dataAccessRoleArn"],
            "submittedAt": self.submitted_at,
            "endedAt": self.ended_at,
            "message": self.message,
        }
        return {name: value for name, value in values.items() if value is not None}


class ImportJobs:
    """The jobs of all data stores."""

    def __init__(self, database: Database, outbox: Outbox, settings: Settings) -> None:
        self._database = database
        self._outbox = outbox
        self._settings = settings

    def add(self, datastore_id: str, client_token: str, request: JsonObject) -> ImportJob:
        with self._database.transaction() as database:
            job_id = uuid.uuid4().hex
            database.execute(
                "INSERT INTO jobs (job_id, datastore_id, client_token, request, status, submitted_at)"
                " VALUES (?, ?, ?, ?, 'SUBMITTED', ?)",
                job_id, datastore_id, client_token, json.dumps(request, sort_keys=True), time.time(),
            )  # fmt: skip
            job = self.get(datastore_id, job_id)
            self._tell(job)
            return job

    def with_token(self, datastore_id: str, client_token: str) -> ImportJob | None:
        row = self._database.row(
            "SELECT * FROM jobs WHERE datastore_id = ? AND client_token = ?", datastore_id, client_token
        )
        return _job(row) if row else None

    def get(self, datastore_id: str, job_id: str) -> ImportJob:
        row = self._database.row("SELECT * FROM jobs WHERE datastore_id = ? AND job_id = ?", datastore_id, job_id)
        if row is None:
            raise not_found("The import job")
        return _job(row)

    def unfinished(self) -> list[ImportJob]:
        rows = self._database.rows("SELECT * FROM jobs WHERE status IN (?, ?) ORDER BY sequence", *UNFINISHED)
        return [_job(row) for row in rows]

    def count_unfinished(self, datastore_id: str) -> int:
        statement = "SELECT COUNT(*) FROM jobs WHERE datastore_id = ? AND status IN (?, ?)"
        return self._database.count(statement, datastore_id, *UNFINISHED)

    def newest(self, datastore_id: str, status: str | None, before: int | None, limit: int) -> list[ImportJob]:
        """Jobs from the newest on, those submitted before the one with sequence ``before``."""
        rows = self._database.rows(
            "SELECT * FROM jobs WHERE datastore_id = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR sequence < ?)"
            " ORDER BY sequence DESC LIMIT ?",
            datastore_id, status, status, before, before, limit,
        )  # fmt: skip
        return [_job(row) for row in rows]

    def set_status(self, job: ImportJob, status: str, message: str | None = None) -> None:
        ended_at = None if status in UNFINISHED else time.time()
        with self._database.transaction() as database:
            database.execute(
                "UPDATE jobs SET status = ?, ended_at = ?, message = ? WHERE job_id = ?",
                status, ended_at, message, job.job_id,
            )  # fmt: skip
            self._tell(self.get(job.datastore_id, job.job_id))

    def save_outcome(self, job: ImportJob, outcome: bytes) -> None:
        """Keep what a job has done; call it inside the transaction that does it."""
        self._database.execute("UPDATE jobs SET outcome = ? WHERE job_id = ?", outcome, job.job_id)

    def outcome(self, job: ImportJob) -> bytes | None:
        row = self._database.row("SELECT outcome FROM jobs WHERE job_id = ?", job.job_id)
        return row["outcome"] if row else None

    def _tell(self, job: ImportJob) -> None:
        detail: JsonObject = {
            "datastoreId": job.datastore_id,
            "jobId": job.job_id,
            "jobName": as_text(job.request.get("jobName")) or job.job_id,
            "jobStatus": job.status,
            "inputS3Uri": job.request["inputS3Uri"],
            "outputS3Uri": str(job.output),
        }
        self._outbox.add(_EVENTS[job.status], self._settings.datastore_arn(job.datastore_id), detail)


def _job(row: sqlite3.Row) -> ImportJob:
    return ImportJob(
        row["sequence"], row["job_id"], row["datastore_id"], json.loads(row["request"]), row["status"],
        row["submitted_at"], row["ended_at"], row["message"],
    )  # fmt: skip
