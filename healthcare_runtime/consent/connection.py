"""The one database connection of a warm function: opened on first use, kept, opened again once when it broke."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.faults import ConsentUnavailable, StoreForbidsError
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase
from healthcare_runtime.structured_log import EventLog

T = TypeVar("T")

Connection = psycopg.Connection[tuple[object, ...]]

CONNECT_SECONDS: Final = 5
_STALLED_MILLISECONDS: Final = 8_000  # no acknowledgement from the server for so long: it is gone
_ATTEMPTS: Final = 6
_FIRST_PAUSE_SECONDS: Final = 0.01

_log = EventLog("healthcare_runtime.consent")


class ConsentConnection:
    """Runs work on the database of one set of settings.

    Parameters
    ----------
    clients
        For the log-in token (authentication ``iam``), which is signed anew for every connection: it lasts 15 minutes.
    """

    def __init__(self, database: ConsentDatabase, clients: AwsClients) -> None:
        self._database = database
        self._clients = clients
        self._connection: Connection | None = None

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run work that changes nothing; once more when the kept connection turns out to be broken.

        Raises
        ------
        ConsentUnavailable
            The database does not answer, or not in time.
        StoreForbidsError
            The role may not read that.
        """
        kept = self._connection is not None
        try:
            return self._run(work)
        except ConsentUnavailable:
            if not kept or self._connection is not None:
                raise
        return self._run(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run work in a SERIALIZABLE transaction; again, with jitter, when another one got in its way.

        A commit whose answer is lost is not repeated: nobody knows whether it happened. A kept connection is
        therefore tried before.

        Raises
        ------
        ConsentUnavailable
            The database does not answer, or too many write the same.
        StoreForbidsError
            The role may not write that.
        """
        self.read(_ping)
        for attempt in range(_ATTEMPTS):
            try:
                return self._run(lambda connection: _serializable(connection, work))
            except (errors.SerializationFailure, errors.DeadlockDetected):
                time.sleep(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311
        raise ConsentUnavailable("consent database: too many writers at once")

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def _run(self, work: Callable[[Connection], T]) -> T:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._database, self._clients)
            return work(self._connection)
        except (errors.SerializationFailure, errors.DeadlockDetected, psycopg.IntegrityError):
            raise  # about the work itself
        except errors.InsufficientPrivilege as error:
            _log.error("consent_store_forbids", reason=error.sqlstate)
            raise StoreForbidsError("consent database: the role of this function may not do that") from None
        except psycopg.Error as error:
            self._drop_if_broken(error)
            _log.error("consent_database_failed", error_type=type(error).__name__, reason=error.sqlstate)
            raise ConsentUnavailable(f"consent database: {type(error).__name__}") from None

    def _drop_if_broken(self, error: psycopg.Error) -> None:
        """A cancelled or refused statement leaves a good connection; a failure of the server or the way to it, none."""
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        if lost and not isinstance(error, errors.QueryCanceled | errors.LockNotAvailable):
            self.close()


def connect(database: ConsentDatabase, clients: AwsClients) -> Connection:
    """Open a connection.

    Raises
    ------
    psycopg.OperationalError
        The server is not there, its certificate is not the authority's, or it does not let the role in.
    """
    if database.authentication is Authentication.TRUST:
        return _open(database, password=None)
    token = clients.rds.generate_db_auth_token(DBHostname=database.host, Port=database.port, DBUsername=database.user)
    return _open(database, password=token)


def connect_with_password(database: ConsentDatabase, user: str, password: str) -> Connection:
    """Open a connection as the cluster's master user; for migrations.

    Raises
    ------
    psycopg.OperationalError
        As for :func:`connect`.
    """
    return _open(database, user=user, password=password)


def _open(database: ConsentDatabase, *, user: str | None = None, password: str | None) -> Connection:
    verified = database.authentication is Authentication.IAM
    return psycopg.connect(
        host=database.host,
        port=database.port,
        dbname=database.name,
        user=user or database.user,
        password=password,
        sslmode="verify-full" if verified else "disable",
        sslrootcert=database.ca_file if verified else None,
        gssencmode="disable",
        connect_timeout=CONNECT_SECONDS,
        tcp_user_timeout=_STALLED_MILLISECONDS,
        keepalives_idle=15,
        keepalives_interval=5,
        keepalives_count=3,
        application_name="consent",
        autocommit=True,
    )


def _ping(connection: Connection) -> None:
    connection.execute("SELECT 1")


def _serializable(connection: Connection, work: Callable[[Connection], T]) -> T:
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        return work(connection)
