"""The local cloud's PostgreSQL as a process of its own, on a free port of the loopback interface; see the fixture."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from local_cloud.ports import any_free_port
from tests.child_process import child_process

ADMINISTRATOR = "postgres"


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
    server = Postgres(any_free_port())
    options = ("--port", str(server.port), "--data-dir", str(directory / "data"), "--volatile")
    with child_process(
        "local_cloud.postgres", *options, log=directory / "postgres.log", is_ready=lambda: _accepts(server)
    ):
        yield server


def _accepts(server: Postgres) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True
