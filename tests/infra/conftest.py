"""One synthesis of every stage, shared by all tests of the infrastructure."""

from pathlib import Path

import pytest

from healthcare_infra.assembly import Synthesis, synthesise
from healthcare_infra.config import STAGES


@pytest.fixture(scope="session")
def synthesis(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """Every stack of every stage, validated with both rule packs; CDK's own template rules have a gate of their own."""
    directory: Path = tmp_path_factory.mktemp("cdk.out")
    return synthesise([build() for build in STAGES.values()], directory)
