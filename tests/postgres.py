"""The local cloud's PostgreSQL as a process of its own, on a free port of the loopback interface, for a test session.

@pytest.fixture(scope="session")
def postgres(tmp_path_factory): with running_postgres(tmp_path_factory.mktemp("postgres")) as server: yield server
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local_cloud.ports import any_free_port

ADMINISTRATOR = "postgres"
_START_SECONDS = 30
_REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Postgres:
    """A running server on 127.0.0.1 that trusts everyone who connects."""

    port: int

    def dsn(self, database: str = "postgres", user: str = ADMINISTRATOR) -> str:
        return f"host=127.0.0.1 port={self.port} dbname={database} user={user} connect_timeout=5"

    def connect(self, database: str = "postgres", user: str = ADMINISTRATOR) -> psycopg.Connection:
        return psycopg.connect(self.dsn(database, user), autocommit=True)

    def new_database(self) -> str:
        """Create an empty database with a name of its own, so that tests do not meet."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name


@contextmanager
def running_postgres(directory: Path) -> Iterator[Postgres]:
    """Start the server; stop it and leave nothing running at the end."""
    port = any_free_port()
    log = directory / "postgres.log"
    command = ["-m", "local_cloud.postgres", "--port", str(port), "--data-dir", str(directory / "data")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--volatile"],
            cwd=_REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, Postgres(port), log)
        yield Postgres(port)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_ready(process: subprocess.Popen[bytes], server: Postgres, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with {process.returncode}: {log.read_text()[-2000:]}")
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.03)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not answer within {_START_SECONDS} s: {log.read_text()[-2000:]}")
