"""A process that serves the DICOM port, from its first connection to its end: on its own, or beside others."""

import os
import signal
import threading
from typing import Final

from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.server import DicomServer, DrainPlan
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.ports import InstanceStore

STOP_ORDERS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
_ORDERS: Final = STOP_ORDERS | {signal.SIGHUP}
_CERTIFICATE_CHECK_SECONDS: Final = 10.0


class ScpVitals:
    """What the health port reports of a running server."""

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


def hold_signals() -> None:
    """Keep signals for whoever waits for them. To be called before any thread or process starts: all inherit it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ORDERS | {signal.SIGCHLD})


def serve_until_stopped(server: DicomServer, tls: TlsIdentity | None, stop_timeout: float) -> None:
    """Serve until SIGTERM or SIGINT, then drain, within ``stop_timeout`` seconds; SIGHUP loads the certificate again.

    The server has been started.
    """
    while True:
        received = signal.sigtimedwait(_ORDERS, _CERTIFICATE_CHECK_SECONDS)
        if received is not None and received.si_signo in STOP_ORDERS:
            break
        if tls is not None and received is None:
            tls.reload_if_changed()
        elif tls is not None:
            tls.reload()
    _end_in_time(stop_timeout)
    server.drain(stop_timeout)
    server.close()


def _end_in_time(seconds: float) -> None:
    """Exit inside the stop timeout whatever still hangs, a store that does not answer for instance.

    What was acknowledged is stored; what was not, its sender sends again.
    """
    last_resort = threading.Timer(DrainPlan.within(seconds).exit, os._exit, (0,))
    last_resort.daemon = True
    last_resort.start()
