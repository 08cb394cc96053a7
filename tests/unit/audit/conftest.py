"""One emulator for the session; a table, a bucket and a signing key for each test."""

from collections.abc import Iterator

import pytest

from tests.aws_emulator import AwsEmulator, running_emulator
from tests.unit.audit.audit_world import AuditWorld, audit_world


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsEmulator]:
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator


@pytest.fixture
def world(aws: AwsEmulator) -> Iterator[AuditWorld]:
    with audit_world(aws) as made:
        yield made
