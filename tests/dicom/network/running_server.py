"""A real server on a free loopback port, over a store in memory."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.server import DicomServer
from dicom_scp.network.tls import TlsIdentity
from tests.dicom.network.memory_store import MemoryStore


@dataclasses.dataclass
class RunningServer:
    """The server under test and what it stands on."""

    server: DicomServer
    store: MemoryStore
    metrics: ScpMetrics
    tls: TlsIdentity | None

    @property
    def port(self) -> int:
        return self.server.port


@contextmanager
def running_server(store: MemoryStore | None = None, **environment: str) -> Iterator[RunningServer]:
    settings = {"SCP_HOST": "127.0.0.1", "SCP_PORT": "0", "NETWORK_TIMEOUT": "5", "DIMSE_TIMEOUT": "5"} | environment
    configuration = ScpConfiguration.from_environment(settings)
    store = store or MemoryStore()
    metrics = ScpMetrics()
    tls = TlsIdentity(configuration.tls) if configuration.tls else None
    server = DicomServer(configuration, store.storage(), metrics, tls)
    server.start()
    try:
        yield RunningServer(server, store, metrics, tls)
    finally:
        server.close()
