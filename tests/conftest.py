"""How the tests are shared out between processes (``pytest -n``)."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

_TOGETHER = "tests/local"


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A file stays in one process, for what its tests share; so does all that uses the one deployed cloud."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _TOGETHER if path.startswith(f"{_TOGETHER}/") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return _ByFile(config, log)
