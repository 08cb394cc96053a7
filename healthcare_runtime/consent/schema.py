"""Brings the consent database to this release's schema: numbered SQL files, each applied once and never changed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from healthcare_runtime.consent.connection import Connection

_FILE: Final = re.compile(r"(?P<number>[0-9]{4})_[a-z0-9_]+\.sql")
_LOCK: Final = 0x636F6E73656E74  # "consent": one runner at a time in a database
_LEDGER: Final = """
CREATE SCHEMA IF NOT EXISTS consent_schema;
REVOKE ALL ON SCHEMA consent_schema FROM PUBLIC;
CREATE TABLE IF NOT EXISTS consent_schema.applied_migration (
    number     integer PRIMARY KEY,
    name       text        NOT NULL,
    sha256     text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""


class SchemaMismatchError(RuntimeError):
    """The database has a migration that this release has not, or has in another form; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``healthcare_runtime/consent/migrations``."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """The migrations of this release in order.

    Raises
    ------
    SchemaMismatchError
        Their numbers are not 1, 2, 3 and so on.
    """
    found: list[Migration] = []
    for file in resources.files("healthcare_runtime.consent").joinpath("migrations").iterdir():
        match = _FILE.fullmatch(file.name)
        if match is not None:
            found.append(Migration(int(match["number"]), file.name, file.read_text(encoding="utf-8")))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatchError("migrations: must be numbered 0001, 0002 and so on, without a gap")
    return tuple(found)


def schema_digest(known: Sequence[Migration]) -> str:
    """What the schema is: hexadecimal SHA-256 over the digests of its migrations."""
    return hashlib.sha256("".join(migration.sha256 for migration in known).encode()).hexdigest()


def migrate(connection: Connection, known: Sequence[Migration] | None = None) -> str:
    """Apply what is not applied yet, all of it or nothing; safe to repeat and to run twice at once.

    Returns
    -------
    str
        The digest of the schema that the database has now.

    Raises
    ------
    SchemaMismatchError
        The database is not one that this release can bring further.
    psycopg.Error
        A statement failed; nothing was changed.
    """
    wanted = migrations() if known is None else known
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        _create_ledger(connection)
        applied = connection.execute(
            "SELECT number, name, sha256 FROM consent_schema.applied_migration ORDER BY number"
        ).fetchall()
        for place, (number, name, sha256) in enumerate(applied):
            if place >= len(wanted) or (wanted[place].number, wanted[place].sha256) != (number, sha256):
                raise SchemaMismatchError(
                    f"{name}: applied to the database in another form than this release has: "
                    f"deploy the release that applied it, or a later one; applied files never change"
                )
        for migration in wanted[len(applied) :]:
            connection.execute(migration.sql.encode())
            connection.execute(
                "INSERT INTO consent_schema.applied_migration (number, name, sha256) VALUES (%s, %s, %s)",
                (migration.number, migration.name, migration.sha256),
            )
    return schema_digest(wanted)


def _create_ledger(connection: Connection) -> None:
    """Without a notice for what is there already."""
    previous = connection.execute("SELECT to_regclass('consent_schema.applied_migration') IS NOT NULL").fetchone()
    if previous is None or not previous[0]:
        connection.execute(_LEDGER.encode())
