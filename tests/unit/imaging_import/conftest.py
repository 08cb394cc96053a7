"""An import world for each test."""

from collections.abc import Iterator

import pytest

from tests.aws_emulator import AwsEmulator
from tests.unit.imaging_import.import_world import WAITING_MACHINE, ImportWorld, import_world


@pytest.fixture
def world(aws: AwsEmulator) -> Iterator[ImportWorld]:
    with import_world(aws) as made:
        yield made


@pytest.fixture
def waiting_world(aws: AwsEmulator) -> Iterator[ImportWorld]:
    """A world whose executions stay running."""
    with import_world(aws, machine=WAITING_MACHINE) as made:
        yield made
