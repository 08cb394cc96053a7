"""A database, a trail and a topic for each test."""

from collections.abc import Callable

import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.schema import migrate
from tests.aws_emulator import AwsEmulator
from tests.local.consent.consent_world import EMERGENCY, SHARDS, WARD, Account, Api, start_function
from tests.postgres import Postgres


@pytest.fixture
def database(postgres: Postgres) -> str:
    name = postgres.new_database()
    with postgres.connect(name) as connection:
        migrate(connection)
    return name


@pytest.fixture(scope="session")
def clients(aws: AwsEmulator) -> AwsClients:
    """The test's own, with endpoints of their own: made once."""
    made = AwsClients(aws.session())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", aws.endpoint)
        assert {each.meta.endpoint_url for each in (made.dynamodb, made.sns, made.sqs)} == {aws.endpoint}
    return made


@pytest.fixture
def account(aws: AwsEmulator, clients: AwsClients, monkeypatch: pytest.MonkeyPatch) -> Account:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    return Account(clients)


@pytest.fixture
def new_api(postgres: Postgres, account: Account, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Api]:
    """A cold start of the function on a database."""

    def start(database: str, **changes: str) -> Api:
        variables = {
            "CONSENT_DB_HOST": "127.0.0.1",
            "CONSENT_DB_PORT": str(postgres.port),
            "CONSENT_DB_NAME": database,
            "CONSENT_DB_USER": "consent_api",
            "CONSENT_DB_AUTHENTICATION": "trust",
            "AUDIT_TABLE": account.table,
            "AUDIT_SHARDS": str(SHARDS),
            "CRITICAL_TOPIC_ARN": account.topic,
            "CONSENT_CARE_ROLES": WARD,
            "CONSENT_EMERGENCY_ROLES": f"{EMERGENCY},NightEmergencyTeam",
        }
        for name, value in {**variables, **changes}.items():
            monkeypatch.setenv(name, value)
        return start_function()

    return start


@pytest.fixture
def api(new_api: Callable[..., Api], database: str) -> Api:
    return new_api(database)
