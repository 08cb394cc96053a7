"""One emulator, one PostgreSQL and one detector for the session; a document world for each test."""

from collections.abc import Iterator

import pytest

from phi_detector import Detector
from tests.aws_emulator import AwsEmulator, running_emulator
from tests.postgres import Postgres, running_postgres
from tests.unit.documents.document_world import DocumentWorld, document_world


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsEmulator]:
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector.load()


@pytest.fixture
def world(aws: AwsEmulator, postgres: Postgres, detector: Detector) -> Iterator[DocumentWorld]:
    with document_world(aws, postgres, detector) as made:
        yield made
