"""Migrations on a real PostgreSQL, and the custom resource that runs them, answering a real HTTP server."""

import http.server
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.schema import Migration, SchemaMismatchError, migrate, migrations, schema_digest
from healthcare_runtime.consent.schema_resource import EventFaultError, SchemaResource
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase, MigrationSettings
from tests.postgres import Postgres

SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:master-AbCdEf"


def test_given_an_empty_database_when_migrated_again_and_again_then_it_is_the_same_schema(postgres: Postgres) -> None:
    with postgres.connect(postgres.new_database()) as connection:
        digests = {migrate(connection) for _ in range(3)}
        applied = connection.execute("SELECT number FROM consent_schema.applied_migration ORDER BY 1").fetchall()
    assert digests == {schema_digest(migrations())}
    assert [number for (number,) in applied] == [migration.number for migration in migrations()]


def test_given_two_runners_at_once_when_they_migrate_then_each_file_is_applied_once(postgres: Postgres) -> None:
    name = postgres.new_database()

    def run(_: int) -> str:
        with postgres.connect(name) as connection:
            return migrate(connection)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(run, range(4)))) == 1


def test_given_an_applied_file_that_changed_when_migrated_then_nothing_happens_and_the_file_is_named(
    postgres: Postgres,
) -> None:
    with postgres.connect(postgres.new_database()) as connection:
        migrate(connection)
        first, *others = migrations()
        with pytest.raises(SchemaMismatchError, match=first.name):
            migrate(connection, [replace(first, sql=first.sql + "\n-- better"), *others])
        with pytest.raises(SchemaMismatchError, match="0002"):
            migrate(connection, [first])


def test_given_a_migration_that_fails_when_run_then_the_ones_before_it_are_not_there_either(postgres: Postgres) -> None:
    with postgres.connect(postgres.new_database()) as connection:
        with pytest.raises(psycopg.errors.UndefinedTable):
            migrate(connection, [*migrations(), Migration(3, "0003_wrong.sql", "SELECT * FROM missing;")])
        [found] = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'consent%'").fetchall()
        assert found == (0,)
        assert migrate(connection) == schema_digest(migrations())


def test_given_a_server_with_rds_iam_when_migrated_then_the_roles_log_in_with_tokens(postgres: Postgres) -> None:
    with postgres.connect(postgres.new_database()) as connection:
        connection.execute("CREATE ROLE rds_iam")
        try:
            migrate(connection)
            members = connection.execute(
                "SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole ORDER BY 1"
            ).fetchall()
            assert members == [("consent_api",), ("consent_reader",)]
        finally:
            connection.execute("DROP ROLE rds_iam")


class _CloudFormation(http.server.BaseHTTPRequestHandler):
    """Takes answers to custom resources; the first ``failures`` are refused with 503."""

    answers: ClassVar[list[dict[str, Any]]] = []
    failures: ClassVar[int] = 0

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status = 200
        if type(self).failures:
            type(self).failures -= 1
            status = 503
        else:
            self.answers.append(body)
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def cloudformation() -> Iterator[str]:
    _CloudFormation.answers.clear()
    _CloudFormation.failures = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _CloudFormation)
    threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answer"
    server.shutdown()
    server.server_close()


class _MasterSecret(AwsClients):
    """Clients whose secret is known; Secrets Manager itself is in tests/local."""

    class _Secrets:
        def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
            assert SecretId == SECRET
            return {"SecretString": json.dumps({"username": "postgres", "password": "s3cret-pa55"})}

    secretsmanager = _Secrets()  # type: ignore[assignment]


def event(url: str, kind: str = "Create") -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/Database/1",
        "RequestId": "r-1",
        "LogicalResourceId": "ConsentSchema",
        "ResourceType": "AWS::CloudFormation::CustomResource",
        "ResourceProperties": {"MigrationsDigest": "1"},
    }


def resource_for(database: ConsentDatabase) -> SchemaResource:
    return SchemaResource(lambda: MigrationSettings(database, SECRET), _MasterSecret())


def empty_database(postgres: Postgres) -> ConsentDatabase:
    return ConsentDatabase("127.0.0.1", postgres.port, postgres.new_database(), "postgres", Authentication.TRUST)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_given_a_custom_resource_when_created_or_updated_then_the_schema_is_there_and_its_digest_is_the_answer(
    postgres: Postgres, cloudformation: str, kind: str
) -> None:
    _CloudFormation.failures = 1  # S3 refuses once
    resource_for(empty_database(postgres)).serve(event(cloudformation, kind), 60)
    [answer] = _CloudFormation.answers
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {"SchemaDigest": schema_digest(migrations())}
    assert (answer["PhysicalResourceId"], answer["LogicalResourceId"], answer["RequestId"]) == (
        "consent-schema", "ConsentSchema", "r-1",
    )  # fmt: skip


def test_given_a_custom_resource_when_deleted_then_it_says_yes_and_the_data_stays(
    database: ConsentDatabase, postgres: Postgres, cloudformation: str
) -> None:
    deleted = {**event(cloudformation, "Delete"), "PhysicalResourceId": "consent-schema"}
    resource_for(database).serve(deleted, 60)
    assert [answer["Status"] for answer in _CloudFormation.answers] == ["SUCCESS"]
    with postgres.connect(database.name) as connection:
        assert connection.execute("SELECT count(*) FROM consent.consent_version").fetchone() == (0,)


def test_given_no_database_when_asked_then_failure_is_answered_in_time_and_says_no_secret(cloudformation: str) -> None:
    nowhere = ConsentDatabase("127.0.0.1", 1, "consent", "postgres", Authentication.TRUST)
    resource_for(nowhere).serve(event(cloudformation), 12)
    [answer] = _CloudFormation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "migration: OperationalError without a connection"


def test_given_a_migration_that_does_not_end_when_time_is_over_then_failure_is_answered(
    postgres: Postgres, cloudformation: str
) -> None:
    database = empty_database(postgres)
    with postgres.connect(database.name) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (0x636F6E73656E74,))
        resource_for(database).serve(event(cloudformation), 11)
    [answer] = _CloudFormation.answers
    assert answer["Status"] == "FAILED"


def test_given_a_bad_environment_when_asked_then_failure_is_answered(cloudformation: str) -> None:
    SchemaResource(lambda: MigrationSettings.from_environment({}), _MasterSecret()).serve(event(cloudformation), 30)
    [answer] = _CloudFormation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("CONSENT_DB_HOST=: must be")


@pytest.mark.parametrize("missing", ["RequestType", "ResponseURL", "StackId", "RequestId", "LogicalResourceId"])
def test_given_an_event_that_is_not_cloudformations_when_served_then_it_is_refused(missing: str) -> None:
    found = event("http://127.0.0.1:1/")
    del found[missing]
    with pytest.raises(EventFaultError, match=missing):
        resource_for(ConsentDatabase("127.0.0.1", 1, "a", "b", Authentication.TRUST)).serve(found, 30)


def test_given_the_migrations_when_listed_then_every_sql_file_is_one() -> None:
    directory = Path(__file__).parents[3] / "healthcare_runtime" / "consent" / "migrations"
    assert [migration.name for migration in migrations()] == sorted(file.name for file in directory.iterdir())
