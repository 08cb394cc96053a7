"""Servers for the tests of the network side."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.dicom.network.certificates import Certificates, make_certificates
from tests.dicom.network.expectations import is_served
from tests.dicom.network.memory_store import MemoryStore
from tests.dicom.network.running_server import RunningServer, running_server

StartServer = Callable[..., RunningServer]


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Start servers with a given store and environment; all are closed at the end."""
    with ExitStack() as stack:

        def start(store: MemoryStore | None = None, **environment: str) -> RunningServer:
            return stack.enter_context(running_server(store, **environment))

        yield start


@pytest.fixture
def server(start_server: StartServer) -> RunningServer:
    return start_server()


@pytest.fixture
def resilient_server(start_server: StartServer) -> Iterator[RunningServer]:
    """Start an impatient server which, after the test, must still serve an honest peer."""
    server = start_server(NETWORK_TIMEOUT="1")
    yield server
    assert is_served(server)
    assert server.server.live


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tls_environment(certificates: Certificates) -> dict[str, str]:
    return {"TLS_CERT_FILE": str(certificates.server_cert), "TLS_KEY_FILE": str(certificates.server_key)}


@pytest.fixture
def client_context(certificates: Certificates) -> ssl.SSLContext:
    """Build a client that trusts the test authority and shows no certificate."""
    return ssl.create_default_context(cafile=certificates.authority)
