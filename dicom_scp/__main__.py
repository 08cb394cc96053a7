"""``python -m dicom_scp``: reads the environment, wires the parts, serves until SIGTERM, drains, exits.

SIGTERM and SIGINT drain and end with 0; SIGHUP loads the TLS certificate again. A configuration that cannot work ends
the start with one line and 2.
"""

import os
import resource
import signal
import ssl
import sys
import threading
import warnings
from collections.abc import Mapping
from typing import Final

from dicom_scp.configuration import ConfigurationError, ScpConfiguration
from dicom_scp.health import HealthServer
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.server import DicomServer, DrainPlan
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.ports import InstanceStore, Storage
from dicom_scp.reception import open_storage
from dicom_scp.task_protection import TaskProtection
from healthcare_runtime import structured_log
from healthcare_runtime.contracts import ScpVariable

_SIGNALS: Final = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_CERTIFICATE_CHECK_SECONDS: Final = 10.0


class ScpVitals:
    """What the health port reports of the running server."""

    def __init__(self, server: DicomServer, store: InstanceStore, metrics: ScpMetrics) -> None:
        self._server = server
        self._store = store
        self._metrics = metrics

    @property
    def live(self) -> bool:
        return self._server.live

    @property
    def ready(self) -> bool:
        return self._server.ready

    def metrics(self) -> bytes:
        return self._metrics.exposition(self._store, ready=self.ready)


def main(environment: Mapping[str, str]) -> int:
    """Run the SCP to its end; the exit status."""
    signal.pthread_sigmask(
        signal.SIG_BLOCK, _SIGNALS
    )  # before any thread: all inherit it, only `_serve` waits for them
    try:
        configuration = ScpConfiguration.from_environment(environment)
        structured_log.configure(configuration.log_level)
        warnings.simplefilter("ignore")  # a library's warning may quote a data set, and Python would keep its text
        _allow_many_connections()
        storage = _open_storage(configuration)
        tls = _load_tls(configuration)
        server, health = _listen(configuration, storage, tls)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _serve(configuration, server, health, tls)
    storage.instances.close()
    return 0


def _serve(
    configuration: ScpConfiguration, server: DicomServer, health: HealthServer | None, tls: TlsIdentity | None
) -> None:
    server.start()
    if health is not None:
        health.start()
    protection = None
    if configuration.task_agent_uri is not None:
        protection = TaskProtection(configuration.task_agent_uri, lambda: server.open_associations > 0)
        protection.start()
    while True:
        received = signal.sigtimedwait(_SIGNALS, _CERTIFICATE_CHECK_SECONDS)
        if tls is not None and received is None:
            tls.reload_if_changed()
        elif tls is not None and received is not None and received.si_signo == signal.SIGHUP:
            tls.reload()
        elif received is not None and received.si_signo != signal.SIGHUP:
            break
    _end_in_time(configuration.stop_timeout)
    server.drain(configuration.stop_timeout)
    server.close()
    if protection is not None:
        protection.close()
    if health is not None:
        health.close()


def _open_storage(configuration: ScpConfiguration) -> Storage:
    try:
        return open_storage(configuration.storage)
    except OSError as error:
        directory = str(configuration.storage.directory)
        rule = f"a directory that this process can write ({error.strerror})"
        raise ConfigurationError(ScpVariable.STORAGE_DIR, directory, rule) from error


def _load_tls(configuration: ScpConfiguration) -> TlsIdentity | None:
    settings = configuration.tls
    if settings is None:
        return None
    try:
        return TlsIdentity(settings)
    except (OSError, ssl.SSLError) as error:
        rule = "a PEM certificate that fits TLS_KEY_FILE, and TLS_CA_FILE PEM authorities (PS3.15 B.12)"
        raise ConfigurationError(ScpVariable.TLS_CERT_FILE, str(settings.cert_file), rule) from error


def _listen(
    configuration: ScpConfiguration, storage: Storage, tls: TlsIdentity | None
) -> tuple[DicomServer, HealthServer | None]:
    metrics = ScpMetrics()
    try:
        server = DicomServer(configuration, storage, metrics, tls)
    except OSError as error:
        rule = f"a port that this process can listen on at {configuration.host} ({error.strerror})"
        raise ConfigurationError(ScpVariable.SCP_PORT, str(configuration.port), rule) from error
    if configuration.health_port is None:
        return server, None
    vitals = ScpVitals(server, storage.instances, metrics)
    try:
        return server, HealthServer(configuration.host, configuration.health_port, vitals)
    except OSError as error:
        rule = f"a port that this process can listen on at {configuration.host} ({error.strerror})"
        raise ConfigurationError(ScpVariable.HEALTH_PORT, str(configuration.health_port), rule) from error


def _allow_many_connections() -> None:
    """Use as many descriptors as the operator allows: one for each association, and some for the store."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _end_in_time(seconds: float) -> None:
    """Exit inside the stop timeout whatever still hangs, a store that does not answer for instance.

    What was acknowledged is stored; what was not, its sender sends again.
    """
    last_resort = threading.Timer(DrainPlan.within(seconds).exit, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()


if __name__ == "__main__":
    sys.exit(main(os.environ))
