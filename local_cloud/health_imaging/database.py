"""The service's state: one SQLite file in WAL mode. A killed process loses nothing that was committed."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS datastores (
    datastore_id TEXT PRIMARY KEY, client_token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, status TEXT NOT NULL,
    kms_key_arn TEXT, lambda_authorizer_arn TEXT, lossless_format TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL);

CREATE TABLE IF NOT EXISTS tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS jobs (
    sequence INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, datastore_id TEXT NOT NULL, client_token TEXT NOT NULL,
    request TEXT NOT NULL, status TEXT NOT NULL, submitted_at REAL NOT NULL, ended_at REAL, message TEXT,
    outcome BLOB,
    UNIQUE (datastore_id, client_token));
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (datastore_id, status);

CREATE TABLE IF NOT EXISTS image_sets (
    image_set_id TEXT PRIMARY KEY, datastore_id TEXT NOT NULL, version INTEGER NOT NULL, is_primary INTEGER NOT NULL,
    state TEXT NOT NULL, study_uid TEXT NOT NULL, series_uid TEXT NOT NULL, patient_id TEXT NOT NULL,
    accession_number TEXT NOT NULL, study_id TEXT NOT NULL, study_date TEXT NOT NULL, study_time TEXT NOT NULL,
    series_number TEXT NOT NULL, tags TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
    deleted_at REAL);
CREATE UNIQUE INDEX IF NOT EXISTS one_primary_set_per_series
    ON image_sets (datastore_id, study_uid, series_uid) WHERE is_primary AND state <> 'DELETED';
CREATE INDEX IF NOT EXISTS image_sets_of_datastore ON image_sets (datastore_id, updated_at);

CREATE TABLE IF NOT EXISTS image_set_versions (
    image_set_id TEXT NOT NULL, version INTEGER NOT NULL, workflow_status TEXT NOT NULL, created_at REAL NOT NULL,
    updated_at REAL NOT NULL, forced INTEGER NOT NULL, is_primary INTEGER NOT NULL, metadata BLOB NOT NULL,
    PRIMARY KEY (image_set_id, version));

CREATE TABLE IF NOT EXISTS frames (
    image_set_id TEXT NOT NULL, frame_id TEXT NOT NULL, content_type TEXT NOT NULL,
    PRIMARY KEY (image_set_id, frame_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS frames_by_id ON frames (frame_id);

CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY, occurred_at REAL NOT NULL, entry TEXT NOT NULL);
"""


class Database:
    """One connection, shared by all threads, one statement or transaction at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator["Database"]:
        """All or nothing, alone: what is read inside does not change before what is written."""
        with self._lock:
            if self._connection.in_transaction:
                yield self
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(statement, *values)
        return found[0] if found else None

    def count(self, statement: str, *values: object) -> int:
        return int(self.rows(statement, *values)[0][0])

    def execute(self, statement: str, *values: object) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    def close(self) -> None:
        with self._lock:
            self._connection.close()
