"""What all tests share: one AWS emulator and one PostgreSQL of each process, and how ``pytest -n`` shares tests out.

Who needs a world of its own makes it in the emulator or the server, under its own names. No clock decides a test.
"""

from collections.abc import Generator, Iterator
from functools import cache
from typing import Final

import botocore.loaders
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from demo.imaging.pynetdicom_repairs import end_waits
from tests.aws_emulator import AwsEmulator, running_emulator
from tests.postgres import Postgres, running_postgres

end_waits()
# Every session would read botocore's models of the services again: most of what a world of a test costs.
botocore.loaders.create_loader = cache(botocore.loaders.create_loader)
# A first example imports what it tests, and the machine is shared: hypothesis's 200 ms would fail what is right.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

DEPLOYED: Final = "the deployed cloud"
# What must stay in one process, for what is made once: a deployed cloud, templates of stages, words to draw.
_TOGETHER: Final = {
    DEPLOYED: (
        "tests/local/documents/",
        "tests/local/consent/test_deployed_consent.py",
        "tests/local/test_demo.py",
        "tests/local/test_local_cloud.py",
        "tests/local/test_no_identifier_comes_out.py",
    ),
    "the synthesis": ("tests/infra/",),
    "the dictionary": ("tests/phi/japanese/test_corpus.py", "tests/phi/test_notes_by_hand.py"),
}
# The longest begin first, so that no process is left alone with one of them at the end.
_FIRST: Final = (
    *_TOGETHER,
    "tests/phi/accuracy/test_gate.py",
    "tests/dicom/reception/test_acknowledged_is_durable.py",
)


def together(nodeid: str) -> str:
    """What a test shares a process with: a file stays in one, and so does what uses the same expensive thing."""
    path = nodeid.partition("::")[0]
    return next((name for name, paths in _TOGETHER.items() if path.startswith(paths)), path)


class _Together(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """For ``-n logical``, one more than there are processors: one of them mostly waits for the deployed cloud."""
    return (yield) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    config.option.loadscopereorder = False  # as collected below, not by number of tests
    return _Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    strangers = [
        item.nodeid
        for item in items
        if "deployed" in getattr(item, "fixturenames", ()) and together(item.nodeid) != DEPLOYED
    ]
    if strangers:
        raise pytest.UsageError(f"{strangers[0]} uses {DEPLOYED}: say so in tests/conftest.py, or two are deployed")
    rank = {name: place for place, name in enumerate(_FIRST)}
    items.sort(key=lambda item: rank.get(together(item.nodeid), len(rank)))


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsEmulator]:
    with running_emulator(tmp_path_factory.mktemp("aws")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server
