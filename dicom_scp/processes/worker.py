"""What one worker process does: it serves the shared listener until it is told to stop, or its supervisor is gone."""

import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.acceptors import ServerShare
from dicom_scp.network.server import DicomServer
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.processes.worker_link import ReportingEnd
from dicom_scp.reception import StorageShare, open_storage
from dicom_scp.serving import ScpVitals, serve_until_stopped
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.worker")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker works with; all of it was made before the fork."""

    configuration: ScpConfiguration
    tls: TlsIdentity | None
    serving: ServerShare
    storing: StorageShare
    link: Connection


def work(assignment: Assignment) -> None:
    """Serve to the end; exits with 0 when told to stop, and else with 1."""
    try:
        _serve(assignment)
    except Exception:  # its text may quote a data set: it must not come to whoever prints what nobody caught
        LOG.failure("worker_fault")
        sys.exit(1)


def _serve(assignment: Assignment) -> None:
    configuration, metrics = assignment.configuration, ScpMetrics()
    assignment.storing.recent.belong_to(assignment.serving.process)
    storage = open_storage(configuration.storage, assignment.storing)
    server = DicomServer(configuration, storage, metrics, assignment.tls, assignment.serving)
    server.start()
    ReportingEnd(assignment.link, ScpVitals(server, storage.instances, metrics)).start()
    serve_until_stopped(server, assignment.tls, configuration.stop_timeout)
    storage.instances.close()
