"""``python -m dicom_scp``: reads the environment, wires the parts, serves until SIGTERM, drains, exits.

SIGTERM and SIGINT drain and end with 0; SIGHUP loads the TLS certificate again. A configuration that cannot work ends
the start with one line and 2; a worker process that dies ends the program with 1 (`dicom_scp.processes`).
"""

import os
import resource
import socket
import ssl
import sys
import warnings
from collections.abc import Callable, Mapping

from dicom_scp.configuration import ConfigurationError, ScpConfiguration
from dicom_scp.health import HealthServer, Vitals
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.acceptors import ServerShare, listen
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.server import DicomServer
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.ports import Storage
from dicom_scp.processes.supervisor import Supervisor
from dicom_scp.reception import open_storage
from dicom_scp.serving import ScpVitals, hold_signals, serve_until_stopped
from dicom_scp.task_protection import TaskProtection
from healthcare_runtime import structured_log
from healthcare_runtime.contracts.dicom_scp import ScpVariable
from healthcare_runtime.structured_log import EventLog

LOG = EventLog("dicom_scp.server")


def main(environment: Mapping[str, str]) -> int:
    """Run the SCP to its end; the exit status."""
    hold_signals()
    try:
        configuration = ScpConfiguration.from_environment(environment)
        structured_log.configure(configuration.log_level)
        warnings.simplefilter("ignore")  # a library's warning may quote a data set, and Python would keep its text
        _allow_many_connections()
        return (_serve_alone if configuration.processes == 1 else _serve_with_workers)(configuration)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _serve_alone(configuration: ScpConfiguration) -> int:
    storage, tls, metrics = _open_storage(configuration), _load_tls(configuration), ScpMetrics()
    share = ServerShare(_listen(configuration), AssociationPlaces(configuration.maximum_associations), AcceptTurns())
    server = DicomServer(configuration, storage, metrics, tls, share)
    health = _open_health(configuration, ScpVitals(server, storage.instances, metrics))
    server.start()
    LOG.info("listening", port=server.port, count=configuration.processes)
    protection = _start_probes(configuration, health, lambda: server.open_associations > 0)
    serve_until_stopped(server, tls, configuration.stop_timeout)
    _stop_probes(health, protection)
    storage.instances.close()
    return 0


def _serve_with_workers(configuration: ScpConfiguration) -> int:
    # Opened once here for its faults, which end the start in one line, and for its libraries, which workers inherit.
    _open_storage(configuration).instances.close()
    tls, listener = _load_tls(configuration), _listen(configuration)
    port = int(listener.getsockname()[1])
    supervisor = Supervisor(configuration, listener, tls)
    health = _open_health(configuration, supervisor)
    try:
        if not supervisor.start(health.disown if health is not None else lambda: None):
            LOG.error("workers_not_started", count=configuration.processes)
            return 1
        LOG.info("listening", port=port, count=configuration.processes)
        protection = _start_probes(configuration, health, lambda: supervisor.busy)
        supervisor.watch()
        status = supervisor.drain()
        _stop_probes(health, protection)
        return status
    finally:
        supervisor.kill()


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


def _listen(configuration: ScpConfiguration) -> socket.socket:
    try:
        return listen(configuration.host, configuration.port)
    except OSError as error:
        rule = f"a port that this process can listen on at {configuration.host} ({error.strerror})"
        raise ConfigurationError(ScpVariable.SCP_PORT, str(configuration.port), rule) from error


def _open_health(configuration: ScpConfiguration, vitals: Vitals) -> HealthServer | None:
    if configuration.health_port is None:
        return None
    try:
        return HealthServer(configuration.host, configuration.health_port, vitals)
    except OSError as error:
        rule = f"a port that this process can listen on at {configuration.host} ({error.strerror})"
        raise ConfigurationError(ScpVariable.HEALTH_PORT, str(configuration.health_port), rule) from error


def _start_probes(
    configuration: ScpConfiguration, health: HealthServer | None, is_busy: Callable[[], bool]
) -> TaskProtection | None:
    """Start what an orchestrator sees and what it is told; there is one of each, however many processes serve."""
    if health is not None:
        health.start()
    if configuration.task_agent_uri is None:
        return None
    protection = TaskProtection(configuration.task_agent_uri, is_busy)
    protection.start()
    return protection


def _stop_probes(health: HealthServer | None, protection: TaskProtection | None) -> None:
    if protection is not None:
        protection.close()
    if health is not None:
        health.close()


def _allow_many_connections() -> None:
    """Use as many descriptors as the operator allows: one for each association, and some for the store."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main(os.environ))
