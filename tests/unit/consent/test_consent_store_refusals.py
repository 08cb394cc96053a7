"""What the consent database itself refuses, whoever asks: a changed past, more than a role's work, damaged rows."""

from dataclasses import replace

import psycopg
import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.faults import (
    ConsentUnavailable,
    StoreForbidsError,
)
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import consent
from tests.unit.consent.store_cases import KEY, decision_of


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
