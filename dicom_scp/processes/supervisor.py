"""The process that watches over the workers: it forks them, answers the health port for them, and ends with them.

It serves no association and keeps no thread before the last fork, so that what a worker inherits is whole. When one
worker dies, the others drain and the program ends with 1: the orchestrator starts it again whole, which is surer than
a repair in place. When this process dies, however that comes about, the workers end at once.
"""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from socket import socket
from typing import Final

from dicom_scp.configuration import ScpConfiguration
from dicom_scp.network.accept_turns import AcceptTurns
from dicom_scp.network.acceptors import ServerShare
from dicom_scp.network.association_places import AssociationPlaces
from dicom_scp.network.server import DrainPlan
from dicom_scp.network.tls import TlsIdentity
from dicom_scp.processes.merged_metrics import merged_exposition
from dicom_scp.processes.process_lock import ProcessLock
from dicom_scp.processes.worker import Assignment, work
from dicom_scp.processes.worker_link import AskingEnd, Report
from dicom_scp.reception import StorageShare
from dicom_scp.serving import STOP_ORDERS
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.supervisor")
_START_TIMEOUT: Final = 30.0
_TICK: Final = 0.5
_ANSWER_TIMEOUT: Final = 2.0  # seconds; the container's health check waits four
_WATCHED: Final = STOP_ORDERS | {signal.SIGHUP, signal.SIGCHLD}


class Supervisor:
    """Runs ``configuration.processes`` workers on one listener. Implements `dicom_scp.health.Vitals` for them all."""

    def __init__(self, configuration: ScpConfiguration, listener: socket, tls: TlsIdentity | None) -> None:
        self._configuration = configuration
        self._listener = listener
        self._tls = tls
        self._lock = ProcessLock()
        self._places = AssociationPlaces(configuration.maximum_associations, configuration.processes, self._lock)
        self._workers: list[_Worker] = []
        self._asking = threading.Lock()
        self._draining = False
        self._status = 0  # to exit with

    @property
    def busy(self) -> bool:
        """Whether any worker has an association."""
        return self._places.taken > 0

    @property
    def live(self) -> bool:
        """Whether every worker answers and takes connections; in a drain they end one by one, and in time."""
        return self._draining or all(report is not None and report.live for report in self._reports())

    @property
    def ready(self) -> bool:
        """Whether a new association would be served now, whichever worker takes it."""
        return not self._draining and _all_ready(self._reports())

    def metrics(self) -> bytes:
        ready = _all_ready(self._reports()) and not self._draining
        with self._asking:
            running = [worker.last.metrics for worker in self._workers if worker.last and not worker.ended]
            ended = [worker.last.metrics for worker in self._workers if worker.last and worker.ended]
        return merged_exposition(running, ended, ready=ready)

    def start(self, disown: Callable[[], None]) -> bool:
        """Fork the workers, and wait until all of them serve; False when one does not come to it.

        ``disown`` runs in each of them first, and closes what is not theirs.
        """
        gc.collect()
        gc.freeze()  # collections in the workers then leave the inherited pages alone, and shared
        storing = StorageShare.among(self._configuration.processes, self._lock)
        turns = AcceptTurns(self._configuration.processes)
        for number in range(self._configuration.processes):
            serving = ServerShare(self._listener, self._places, turns, number, self._configuration.processes)
            self._workers.append(self._fork(serving, storing, disown))
        self._listener.close()  # the workers' now: with the last of them the port is free
        deadline = time.monotonic() + _START_TIMEOUT
        return all(report is not None and report.live for report in self._reports(deadline))

    def watch(self) -> None:
        """Return when the program is to end: it was told to, or a worker has died."""
        while True:
            self._note_ends()
            if any(worker.ended for worker in self._workers):
                return
            received = signal.sigwaitinfo(_WATCHED).si_signo
            if received in STOP_ORDERS:
                return
            if received == signal.SIGHUP:
                self._order(signal.SIGHUP)

    def drain(self) -> int:
        """End every worker within the stop timeout; 0 when all came to it in good order, and 1 when one died."""
        self._draining = True
        self._end_in_time()
        self._order(signal.SIGTERM)
        while not all(worker.ended for worker in self._workers):
            signal.sigtimedwait({signal.SIGCHLD}, _TICK)
            self._note_ends()
        return self._status

    def kill(self) -> None:
        """Leave no worker behind, whatever went wrong."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()

    def _fork(self, serving: ServerShare, storing: StorageShare, disown: Callable[[], None]) -> "_Worker":
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        end = AskingEnd(ours)

        def run() -> None:
            for inherited in (end, *(worker.end for worker in self._workers)):
                inherited.close()  # kept open here, it would hide the supervisor's death from a worker
            disown()
            work(Assignment(self._configuration, self._tls, serving, storing, theirs))

        process = context.Process(target=run, name=f"worker-{serving.process}")
        process.start()
        theirs.close()
        return _Worker(process, end)

    def _reports(self, deadline: float | None = None) -> "list[Report | None]":
        """A fresh report of each worker that has not ended, None where there is none in time."""
        until = time.monotonic() + _ANSWER_TIMEOUT if deadline is None else deadline
        with self._asking:
            running = [worker for worker in self._workers if not worker.ended]
            for worker in running:
                worker.end.ask()
            return [worker.report(until - time.monotonic()) for worker in running]

    def _order(self, number: signal.Signals) -> None:
        for worker in self._workers:
            if not worker.ended and worker.process.pid is not None:
                os.kill(worker.process.pid, number)  # not waited for yet: the number is still its own

    def _note_ends(self) -> None:
        """Wait for the workers that have ended since the last time, and free what they held; main thread only."""
        for number, worker in enumerate(self._workers):
            if worker.ended or worker.process.exitcode is None:
                continue
            worker.ended = True
            self._places.free(number)
            if worker.process.exitcode != 0 or not self._draining:
                self._status = 1
                LOG.error("worker_died", status=worker.process.exitcode)

    def _end_in_time(self) -> None:
        """Exit inside the stop timeout whatever still hangs; by then each worker has ended by its own last resort."""

        def end() -> None:
            for worker in self._workers:
                worker.process.kill()
            os._exit(self._status)

        last_resort = threading.Timer(DrainPlan.within(self._configuration.stop_timeout).supervisor, end)
        last_resort.daemon = True
        last_resort.start()


def _all_ready(reports: list[Report | None]) -> bool:
    return all(report is not None and report.ready for report in reports)


class _Worker:
    """One worker as the supervisor sees it."""

    def __init__(self, process: ForkProcess, end: AskingEnd) -> None:
        self.process = process
        self.end = end
        self.last: Report | None = None  # its counts stay in the sum when it has ended
        self.ended = False

    def report(self, seconds: float) -> Report | None:
        report = self.end.report(seconds)
        self.last = report or self.last
        return report
