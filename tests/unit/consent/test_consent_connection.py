"""Reaching the database: what the environment must say, TLS that verifies, a token for every connection."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.faults import ConsentUnavailable
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase, MigrationSettings
from healthcare_runtime.consent.store import ConsentStore
from healthcare_runtime.environment import EnvironmentFaultError
from tests.postgres import Postgres
from tests.unit.consent.aurora_front import AuroraFront, authority
from tests.unit.consent.consent_cases import consent

GOOD = {
    "CONSENT_DB_HOST": "db.cluster-abc.us-east-1.rds.amazonaws.com",
    "CONSENT_DB_PORT": "5432",
    "CONSENT_DB_NAME": "consent",
    "CONSENT_DB_USER": "consent_api",
    "CONSENT_DB_AUTHENTICATION": "iam",
    "CONSENT_DB_CA_FILE": __file__,
    "CONSENT_DB_ADMIN_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1a2b-AbCdEf",
}


def test_given_a_whole_environment_when_read_then_these_are_the_settings() -> None:
    found = MigrationSettings.from_environment(GOOD)
    assert found.database == ConsentDatabase(
        GOOD["CONSENT_DB_HOST"], 5432, "consent", "consent_api", Authentication.IAM, __file__
    )
    assert found.admin_secret == GOOD["CONSENT_DB_ADMIN_SECRET"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSENT_DB_HOST", ""),
        ("CONSENT_DB_HOST", "a b"),
        ("CONSENT_DB_HOST", "/var/run"),
        ("CONSENT_DB_PORT", "0"),
        ("CONSENT_DB_NAME", "Consent"),
        ("CONSENT_DB_NAME", "dbname=other"),
        ("CONSENT_DB_USER", ""),
        ("CONSENT_DB_AUTHENTICATION", "password"),
        ("CONSENT_DB_AUTHENTICATION", "trust"),  # on a server that is not ours
        ("CONSENT_DB_CA_FILE", "bundle.pem"),
        ("CONSENT_DB_CA_FILE", "/does/not/exist.pem"),
        ("CONSENT_DB_ADMIN_SECRET", "secret"),
    ],
)
def test_given_a_value_that_cannot_work_when_read_then_the_start_ends_with_its_name(name: str, value: str) -> None:
    with pytest.raises(EnvironmentFaultError, match=name):
        MigrationSettings.from_environment({**GOOD, name: value})


@pytest.fixture
def front(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[AuroraFront, int, Path]]:
    ca_file, context = authority(tmp_path, "rds-ca")
    listener = AuroraFront(postgres.port, context)
    port = listener.start()
    yield listener, port, ca_file
    listener.stop()


def on_aurora(database: ConsentDatabase, port: int, ca_file: Path) -> ConsentDatabase:
    return replace(database, host="localhost", port=port, authentication=Authentication.IAM, ca_file=str(ca_file))


def test_given_iam_when_connected_then_every_connection_has_a_token_of_its_own_and_tls(
    database: ConsentDatabase, clients: AwsClients, front: tuple[AuroraFront, int, Path], postgres: Postgres
) -> None:
    listener, port, ca_file = front
    store = ConsentStore(ConsentConnection(on_aurora(database, port, ca_file), clients))
    stored = store.put(consent())
    assert store.get(stored.record.consent_id).record.version == 1
    assert len(listener.tokens) == 1  # one connection serves both
    with postgres.connect() as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (database.name,)
        )
    assert store.get(stored.record.consent_id).record.version == 1
    assert len(listener.tokens) == 2
    assert listener.plain == 0
    for token in listener.tokens:
        url = urlsplit(f"https://{token}")
        asked = parse_qs(url.query)
        assert url.netloc == f"localhost:{port}"
        assert (asked["Action"], asked["DBUser"], asked["X-Amz-Expires"]) == (["connect"], ["consent_api"], ["900"])


def test_given_a_server_of_another_authority_when_connected_then_it_gets_no_token(
    database: ConsentDatabase, clients: AwsClients, front: tuple[AuroraFront, int, Path], tmp_path: Path
) -> None:
    listener, port, _ = front
    other, _ = authority(tmp_path, "other-ca")
    store = ConsentStore(ConsentConnection(on_aurora(database, port, other), clients))
    with pytest.raises(ConsentUnavailable):
        store.get("any")
    assert listener.tokens == []


def test_given_a_server_with_another_name_when_connected_then_it_gets_no_token(
    database: ConsentDatabase, clients: AwsClients, front: tuple[AuroraFront, int, Path]
) -> None:
    listener, port, ca_file = front
    elsewhere = replace(on_aurora(database, port, ca_file), host="127.0.0.1")  # the certificate says localhost
    with pytest.raises(ConsentUnavailable):
        ConsentStore(ConsentConnection(elsewhere, clients)).get("any")
    assert listener.tokens == []


def test_given_a_server_without_tls_when_connected_with_iam_then_it_gets_no_token(
    database: ConsentDatabase, clients: AwsClients, front: tuple[AuroraFront, int, Path]
) -> None:
    plain = replace(database, host="localhost", authentication=Authentication.IAM, ca_file=str(front[2]))
    with pytest.raises(ConsentUnavailable):
        ConsentStore(ConsentConnection(plain, clients)).get("any")
