"""A table, a bucket and a signing key for each test."""

from collections.abc import Iterator

import pytest

from tests.aws_emulator import AwsEmulator
from tests.unit.audit.audit_world import AuditWorld, audit_world


@pytest.fixture
def world(aws: AwsEmulator) -> Iterator[AuditWorld]:
    with audit_world(aws) as made:
        yield made
