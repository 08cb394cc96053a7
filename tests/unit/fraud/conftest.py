"""One emulator for the session."""

from collections.abc import Iterator

import pytest

from tests.aws_emulator import AwsEmulator, running_emulator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsEmulator]:
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator
