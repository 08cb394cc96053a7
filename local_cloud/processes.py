"""Starting and stopping the processes of the local cloud.

Each process leads a session of its own and has a file with its pid and start time. Only a process whose start time
matches is ours: a pid that the system has given to somebody else is never signalled.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from local_cloud.errors import LocalCloudError

_CLOCK_TOLERANCE_SECONDS = 1.0
_POLL_SECONDS = 0.05
_TAIL_LINES = 15


@dataclass(frozen=True)
class Started:
    """A process that we started and that still runs."""

    name: str
    pid: int
    started_at: float
    log: Path


class Processes:
    """The processes that are recorded in one directory."""

    def __init__(self, run: Path, logs: Path) -> None:
        self._run = run
        self._logs = logs

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, cwd: Path) -> Started:
        """Start a process that outlives us; its output goes to ``log/<name>.log``."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command),
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = Started(name, process.pid, psutil.Process(process.pid).create_time(), log)
        record = {"pid": started.pid, "startedAt": started.started_at, "command": list(command)}
        self._record(name).write_text(json.dumps(record))
        return started

    def find(self, name: str) -> Started | None:
        """The running process of that name; forgets it when it is gone."""
        path = self._record(name)
        try:
            record = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        started = Started(name, int(record["pid"]), float(record["startedAt"]), self._logs / f"{name}.log")
        if is_running(started):
            return started
        path.unlink(missing_ok=True)
        return None

    def all(self) -> Iterator[Started]:
        for path in sorted(self._run.glob("*.json")):
            started = self.find(path.stem)
            if started is not None:
                yield started

    def stop(self, name: str, *, grace: float = 10.0) -> bool:
        """SIGTERM, wait, then SIGKILL to the whole session. Returns whether there was anything to stop."""
        started = self.find(name)
        if started is None:
            return False
        stop(started, grace=grace)
        self._record(name).unlink(missing_ok=True)
        return True

    def wait_until(self, started: Started, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for readiness.

        Raises
        ------
        LocalCloudError
            The process ended, or is not ready in time; the message names its log and quotes its end.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            if not is_running(started):
                raise LocalCloudError(f"{started.name} ended during its start; {self._tail(started.log)}")
            if time.monotonic() > deadline:
                raise LocalCloudError(f"{started.name} is not ready after {seconds:.0f} s; {self._tail(started.log)}")
            time.sleep(_POLL_SECONDS)

    @staticmethod
    def _tail(log: Path) -> str:
        lines = log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n  ".join([f"the end of {log}:", *lines])

    def _record(self, name: str) -> Path:
        return self._run / f"{name}.json"


def is_running(started: Started) -> bool:
    try:
        process = psutil.Process(started.pid)
        same = abs(process.create_time() - started.started_at) < _CLOCK_TOLERANCE_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop(started: Started, *, grace: float) -> None:
    """End a process and what it started: politely first, with SIGKILL to its session after ``grace`` seconds."""
    with suppress(ProcessLookupError):
        os.kill(started.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while is_running(started) and time.monotonic() < deadline:
        _reap(started.pid)
        time.sleep(_POLL_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)  # a session leader's process group: also its left-over children
    _reap(started.pid)


def _reap(pid: int) -> None:
    """Collect the exit status when the process is our own child."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
