"""One emulator and one PostgreSQL for the session; who needs a world of its own makes it there, under its own names."""

from collections.abc import Iterator

import pytest

from tests.aws_emulator import AwsEmulator, running_emulator
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsEmulator]:
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server
