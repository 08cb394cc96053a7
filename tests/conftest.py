"""How the tests are shared out between processes (``pytest -n``), and that no clock decides one of them."""

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from demo.imaging.pynetdicom_repairs import end_waits

end_waits()
# A first example imports what it tests, and the machine is shared: hypothesis's 200 ms would fail what is right.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

_TOGETHER = "tests/local"


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A file stays in one process, for what its tests share; so does all that uses the one deployed cloud."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _TOGETHER if path.startswith(f"{_TOGETHER}/") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return _ByFile(config, log)
