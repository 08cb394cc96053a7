"""The store on a real PostgreSQL when many write at once, a connection breaks, or a last act before a commit fails."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.codes import Outcome
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.faults import (
    ConsentConflictError,
    ConsentNotFoundError,
    ConsentUnavailable,
    VersionConflictError,
)
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore, StoredConsent
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import PATIENT, consent
from tests.unit.consent.store_cases import KEY, Stores, decision_of, next_of, rows


def test_given_many_writers_of_one_consent_when_all_saw_the_same_version_then_one_wins(new_store: Stores) -> None:
    stored = new_store().put(consent())
    stores = [new_store() for _ in range(8)]
    start = threading.Barrier(len(stores))

    def write(store: ConsentStore) -> int:
        start.wait()
        try:
            return store.put(next_of(stored, policy="OPTOUT"), if_match=1).record.version
        except VersionConflictError:
            return 0

    with ThreadPoolExecutor(len(stores)) as threads:
        versions = sorted(threads.map(write, stores))
    assert versions == [0] * 7 + [2]


def test_given_many_revocations_at_once_when_done_then_each_succeeds_and_there_is_one_version_more(
    new_store: Stores,
) -> None:
    stored = new_store().put(consent())
    stores = [new_store() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        versions = list(threads.map(lambda one: one.revoke(stored.record.consent_id).record.version, stores))
    assert versions == [2, 2, 2, 2]


def test_given_decisions_all_the_time_when_a_consent_is_revoked_then_none_permits_afterwards(new_store: Stores) -> None:
    stored = new_store().put(consent())
    revoked, wrong, seen = threading.Event(), [], []

    def ask(store: ConsentStore) -> None:
        check = ConsentCheck(store)
        for _ in range(150):
            before = revoked.is_set()
            outcome = decision_of(check).outcome
            seen.append(outcome)
            if before and outcome is Outcome.PERMIT:
                wrong.append(outcome)

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask, new_store()) for _ in range(2)]
        while len(seen) < 20:
            pass
        new_store().revoke(stored.record.consent_id)
        revoked.set()
        for one in asking:
            one.result()
    assert not wrong
    assert {Outcome.PERMIT, Outcome.NO_CONSENT} == set(seen)


def test_given_a_writer_that_dies_between_version_and_commit_when_looked_at_then_neither_version_nor_head_is_there(
    postgres: Postgres, database: ConsentDatabase, clients: AwsClients, store: ConsentStore
) -> None:
    stored = store.put(consent())
    dying = ConsentConnection(database, clients)

    def die(connection: psycopg.Connection[tuple[object, ...]]) -> None:
        connection.execute(
            b"INSERT INTO consent.consent_version SELECT consent_id, 2, clock_timestamp(), 'inactive', patient_keys,"
            b" document, period, resource, sha256 FROM consent.consent_version"
        )
        [head] = connection.execute(b"SELECT version FROM consent.consent_head").fetchall()
        assert head == (2,)  # the head moved with the version ...
        with postgres.connect() as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        connection.execute(b"SELECT 1")

    with pytest.raises(ConsentUnavailable):
        dying.write(die)
    assert rows(postgres, database, "SELECT version FROM consent.consent_head") == [(1,)]  # ... and went with it
    assert [one.record.version for one in store.history(stored.record.consent_id)] == [1]


def test_given_a_connection_that_broke_when_used_again_then_it_is_opened_anew(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore
) -> None:
    for work in (lambda: store.current(KEY), lambda: store.put(consent())):
        work()
        with postgres.connect() as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,)
            )
        work()
    assert len(store.current(KEY)) == 2


def test_given_no_database_when_asked_then_it_is_unavailable_and_nothing_is_permitted(
    database: ConsentDatabase, clients: AwsClients, capfd: pytest.CaptureFixture[str]
) -> None:
    check = ConsentCheck.connected_to(replace(database, port=1), clients)
    with pytest.raises(ConsentUnavailable) as failed:
        decision_of(check)
    assert PATIENT not in str(failed.value)
    assert "MRN" not in "".join(capfd.readouterr())


def test_given_a_statement_that_takes_too_long_when_asked_then_it_is_unavailable(
    postgres: Postgres, database: ConsentDatabase, clients: AwsClients
) -> None:
    with postgres.connect(database.name) as other, other.transaction():
        other.execute("LOCK TABLE consent.consent_head IN ACCESS EXCLUSIVE MODE")
        check = ConsentCheck.connected_to(database, clients)
        with postgres.connect() as administrator:
            administrator.execute("ALTER ROLE consent_api SET lock_timeout = '200ms'")
        try:
            with pytest.raises(ConsentUnavailable):
                decision_of(check)
        finally:
            with postgres.connect() as administrator:
                administrator.execute("ALTER ROLE consent_api SET lock_timeout = '3s'")


def test_given_a_last_act_before_the_commit_when_it_fails_then_nothing_is_written(
    store: ConsentStore, postgres: Postgres, database: ConsentDatabase
) -> None:
    stored = store.put(consent())

    def refuse(_: StoredConsent) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        store.put(consent(), before_commit=refuse)
    with pytest.raises(KeyError):
        store.put(next_of(stored), 1, before_commit=refuse)
    with pytest.raises(KeyError):
        store.revoke(stored.record.consent_id, before_commit=refuse)
    assert rows(postgres, database, "SELECT version FROM consent.consent_version") == [(1,)]
    assert store.put(next_of(stored), 1).record.version == 2  # the connection is as good as before


def test_given_a_last_act_before_the_commit_then_it_sees_what_is_written_and_only_where_something_is(
    store: ConsentStore, new_store: Stores
) -> None:
    seen: list[tuple[int, str]] = []
    other = new_store()

    def look(stored: StoredConsent) -> None:
        seen.append((stored.record.version, stored.record.status))
        # Nobody else sees it yet.
        with pytest.raises(ConsentNotFoundError):
            other.get(stored.record.consent_id, stored.record.version)

    first = store.put(consent(form="F-1"), before_commit=look)
    with pytest.raises(ConsentConflictError):
        store.put(consent(form="F-1"), before_commit=look)
    with pytest.raises(VersionConflictError):
        store.put(next_of(first, form="F-1"), 7, before_commit=look)
    store.revoke(first.record.consent_id, before_commit=look)
    store.revoke(first.record.consent_id, before_commit=look)
    assert seen == [(1, "active"), (2, "inactive")]
