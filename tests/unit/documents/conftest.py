"""One detector for the session, a document world for each test."""

from collections.abc import Iterator

import pytest

from phi_detector import Detector
from tests.aws_emulator import AwsEmulator
from tests.phi import found
from tests.postgres import Postgres
from tests.unit.documents.document_world import DocumentWorld, document_world


@pytest.fixture(scope="session")
def detector() -> Detector:
    return found.detector()


@pytest.fixture
def world(aws: AwsEmulator, postgres: Postgres, detector: Detector) -> Iterator[DocumentWorld]:
    with document_world(aws, postgres, detector) as made:
        yield made
