"""The store on a real PostgreSQL: versions, heads, conflicts, concurrency, crashes, privileges."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.codes import Outcome, PurposeOfUse
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.faults import (
    ConsentConflictError,
    ConsentNotFoundError,
    ConsentUnavailable,
    StoreForbidsError,
    VersionConflictError,
)
from healthcare_runtime.consent.patient import PatientKey, patient_key
from healthcare_runtime.consent.record import ConsentRecord, ConsentStatus
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore, StoredConsent
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import ANALYTICS, NOW, PATIENT, as_bytes, consent, resource, rule

KEY = patient_key(PATIENT)
Stores = Callable[[], ConsentStore]


def next_of(stored: StoredConsent, **changes: Any) -> ConsentRecord:
    """The same consent, to be put as its next version."""
    return replace(consent(**changes), consent_id=stored.record.consent_id)


def rows(postgres: Postgres, database: ConsentDatabase, query: str) -> list[Any]:
    with postgres.connect(database.name) as connection:
        return connection.execute(query.encode()).fetchall()


def test_given_a_consent_when_put_then_it_comes_back_as_it_came_but_for_id_and_meta(store: ConsentStore) -> None:
    text = as_bytes({**resource(form="F-1"), "extension": [{"url": "urn:x", "valueDecimal": 0}]})
    sent = text.replace(b'"valueDecimal": 0', '"valueDecimal":  7.20, "id": "山田"'.encode())
    stored = store.put(parse_consent(sent))
    found = store.get(stored.record.consent_id).record.original
    assert '"valueDecimal":  7.20, "id": "山田"' in found
    assert f'"id":"{stored.record.consent_id}","meta":{{"versionId":"1"' in found
    assert stored.record.patients == {KEY}


def test_given_an_unknown_patient_when_asked_for_then_there_is_nothing_as_for_one_without_consents(
    store: ConsentStore,
) -> None:
    assert store.current(patient_key("Patient/nobody")) == []
    assert store.search(patient_key("Patient/nobody")) == []


def test_given_a_patient_named_in_two_ways_when_asked_by_either_then_the_consent_is_found(store: ConsentStore) -> None:
    both = resource()
    both["patient"]["reference"] = "Patient/p1/_history/3"
    stored = store.put(parse_consent(as_bytes(both)))
    for key in (KEY, patient_key("Patient/p1")):
        assert [one.consent_id for one in store.current(key)] == [stored.record.consent_id]


def test_given_a_version_that_somebody_else_changed_when_put_then_it_is_refused(store: ConsentStore) -> None:
    first = store.put(consent())
    second = store.put(next_of(first, policy="OPTOUT"), if_match=1)
    assert second.record.version == 2
    with pytest.raises(VersionConflictError):
        store.put(next_of(first), if_match=1)
    assert [one.record.version for one in store.history(first.record.consent_id)] == [2, 1]
    assert store.get(first.record.consent_id, 1).record.base == "permit"


def test_given_no_such_consent_when_read_or_changed_then_it_is_not_found(store: ConsentStore) -> None:
    with pytest.raises(ConsentNotFoundError):
        store.get("none")
    with pytest.raises(ConsentNotFoundError):
        store.history("none")
    with pytest.raises(ConsentNotFoundError):
        store.revoke("none")
    with pytest.raises(ConsentNotFoundError):
        store.put(replace(consent(), consent_id="none"), if_match=1)


def test_given_a_revoked_consent_when_put_as_active_then_it_stays_ended(store: ConsentStore) -> None:
    stored = store.put(consent())
    ended = store.revoke(stored.record.consent_id)
    assert (ended.record.status, ended.record.version) == (ConsentStatus.INACTIVE, 2)
    assert '"status":"inactive"' in store.get(stored.record.consent_id).record.original
    assert store.revoke(stored.record.consent_id).record.version == 2
    with pytest.raises(ConsentConflictError):
        store.put(next_of(stored), if_match=2)


def test_given_a_consent_when_put_for_another_patient_then_it_is_refused(store: ConsentStore) -> None:
    stored = store.put(consent())
    with pytest.raises(ConsentConflictError):
        store.put(next_of(stored, patient="Patient/other"), if_match=1)


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ("2026-01-01/2026-06-30", "2026-06-01/2026-12-31", False),
        ("2026-01-01/2026-06-30", "2026-09-01/2026-12-31", True),
        ("2025/", "2030/", False),
    ],
)
def test_given_one_signed_form_when_recorded_twice_then_it_may_not_be_in_force_twice(
    store: ConsentStore, first: str, second: str, allowed: bool
) -> None:
    store.put(consent(rule(None, during=first), form="F-7"))
    store.put(consent(rule(None, during=second), form="F-8"))  # another form may overlap
    if allowed:
        store.put(consent(rule(None, during=second), form="F-7"))
    else:
        with pytest.raises(ConsentConflictError):
            store.put(consent(rule(None, during=second), form="F-7"))


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


def decision_of(check: ConsentCheck) -> Any:
    return check.for_document(
        patient=PATIENT, purpose=PurposeOfUse.HRESCH, recipient=ANALYTICS, jurisdiction="US", now=NOW
    )


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent.consent_version SET status = 'active'",
        "DELETE FROM consent.consent_version",
        "TRUNCATE consent.consent_version CASCADE",
        "DELETE FROM consent.consent_head",
    ],
)
@pytest.mark.parametrize("user", ["postgres", "consent_api"])
def test_given_any_role_when_it_would_change_the_past_then_it_is_refused(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore, user: str, statement: str
) -> None:
    store.put(consent())
    with postgres.connect(database.name, user) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("user", "statement"),
    [
        ("consent_reader", "INSERT INTO consent.consent_version SELECT * FROM consent.consent_version"),
        ("consent_api", "UPDATE consent.consent_head SET status = 'active'"),
        ("consent_api", "INSERT INTO consent.consent_head SELECT * FROM consent.consent_head"),
        ("consent_api", "SELECT * FROM consent_schema.applied_migration"),
        ("consent_api", "SELECT consent.move_head()"),
        ("consent_api", "CREATE TABLE consent.mine ()"),
        ("consent_api", "CREATE TABLE public.mine ()"),
    ],
)
def test_given_a_role_when_it_does_more_than_its_work_then_it_is_refused(
    postgres: Postgres, database: ConsentDatabase, user: str, statement: str
) -> None:
    with postgres.connect(database.name, user) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_given_the_readers_role_when_it_writes_then_the_store_forbids_and_when_it_reads_then_it_may(
    database: ConsentDatabase, clients: AwsClients, store: ConsentStore
) -> None:
    stored = store.put(consent())
    reader = ConsentStore(ConsentConnection(replace(database, user="consent_reader"), clients))
    assert reader.get(stored.record.consent_id).record.version == 1
    assert decision_of(ConsentCheck(reader)).is_permit
    with pytest.raises(StoreForbidsError):
        reader.put(consent())


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ("version + 2", "a version follows"),
        ("version", "consent_version_pkey"),
    ],
)
def test_given_versions_when_one_would_not_follow_then_the_database_itself_refuses(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore, changed: str, refusal: str
) -> None:
    store.put(consent())
    statement = f"""INSERT INTO consent.consent_version SELECT consent_id, {changed}, clock_timestamp(), status,
        patient_keys, document, period, resource, sha256 FROM consent.consent_version"""
    with postgres.connect(database.name, "consent_api") as connection, pytest.raises(psycopg.Error, match=refusal):
        connection.execute(statement.encode())


def test_given_a_revoked_consent_when_sql_would_revive_it_then_the_database_itself_refuses(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore
) -> None:
    store.revoke(store.put(consent()).record.consent_id)
    statement = b"""INSERT INTO consent.consent_version SELECT consent_id, 3, clock_timestamp(), 'active',
        patient_keys, document, period, resource, sha256 FROM consent.consent_version WHERE version = 2"""
    with (
        postgres.connect(database.name, "consent_api") as connection,
        pytest.raises(psycopg.Error, match="stays ended"),
    ):
        connection.execute(statement)


def test_given_a_damaged_version_when_read_then_nothing_is_decided(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore
) -> None:
    store.put(consent(policy="OPTOUT"))
    with postgres.connect(database.name) as connection:  # what only the owner could do, on purpose
        connection.execute("ALTER TABLE consent.consent_version DISABLE TRIGGER append_only")
        connection.execute("ALTER TABLE consent.consent_version DROP CONSTRAINT consent_version_check")
        connection.execute(b"UPDATE consent.consent_version SET resource = replace(resource, 'OPTOUT', 'OPTIN')")
    with pytest.raises(ConsentUnavailable, match="damaged"):
        store.current(KEY)


def test_given_more_consents_than_can_be_decided_upon_when_asked_then_nothing_is_decided(
    postgres: Postgres, database: ConsentDatabase, store: ConsentStore
) -> None:
    stored = store.put(consent())
    with postgres.connect(database.name) as connection:
        connection.execute(
            b"""INSERT INTO consent.consent_version SELECT 'c' || n, 1, recorded_at, status, patient_keys, document,
            period, resource, sha256 FROM consent.consent_version, generate_series(1, 500) n WHERE consent_id = %s""",
            (stored.record.consent_id,),
        )
    with pytest.raises(ConsentUnavailable, match="more than 500"):
        store.current(KEY)
    assert len(store.search(KEY, limit=3)) == 3


METACHARACTERS = ["'; DROP TABLE consent.consent_head; --", "\\'; --", "%s %(x)s %%", '"{}"', "$$;$$", "a' OR '1'='1"]


@pytest.mark.parametrize("value", METACHARACTERS)
def test_given_sql_metacharacters_in_an_identifier_when_stored_and_asked_for_then_they_are_text(
    store: ConsentStore, value: str
) -> None:
    key = f"urn:oid:1.2.3.4|{value}"
    stored = store.put(consent(patient=key, form=value))
    assert [one.consent_id for one in store.current(patient_key(key))] == [stored.record.consent_id]
    assert store.current(KEY) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and bool(text.strip())))
def test_given_any_identifier_when_stored_then_the_same_key_finds_it(store: ConsentStore, value: str) -> None:
    try:
        key: PatientKey = patient_key(f"urn:oid:1.2.3.4|{value}")
    except ValueError:
        return
    record = parse_consent(as_bytes(resource(patient=f"urn:oid:1.2.3.4|{value}")))
    stored = store.put(record)
    [found] = [one for one in store.search(key, limit=500) if one.record.consent_id == stored.record.consent_id]
    content = found.record.original.encode()
    assert hashlib.sha256(content).digest() == hashlib.sha256(stored.record.original.encode()).digest()


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
