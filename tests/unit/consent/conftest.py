"""A database of its own, migrated, for each test that asks."""

from collections.abc import Callable, Iterator

import boto3
import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.schema import migrate
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def clients() -> AwsClients:
    session = boto3.session.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    return AwsClients(session)


@pytest.fixture
def database(postgres: Postgres) -> ConsentDatabase:
    """Settings of the API on a new database with the schema of this release."""
    name = postgres.new_database()
    with postgres.connect(name) as connection:
        migrate(connection)
    return ConsentDatabase("127.0.0.1", postgres.port, name, "consent_api", Authentication.TRUST)


@pytest.fixture
def new_store(database: ConsentDatabase, clients: AwsClients) -> Iterator[Callable[[], ConsentStore]]:
    """Makes stores with a connection of their own each."""
    opened: list[ConsentConnection] = []

    def make() -> ConsentStore:
        opened.append(ConsentConnection(database, clients))
        return ConsentStore(opened[-1])

    yield make
    for connection in opened:
        connection.close()


@pytest.fixture
def store(new_store: Callable[[], ConsentStore]) -> ConsentStore:
    return new_store()
