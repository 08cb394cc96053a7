"""One PostgreSQL server in one data directory: initialised on first use, ended when asked; survives a crash of ours."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from local_cloud.errors import LocalCloudError
from local_cloud.ports import HOST
from local_cloud.postgres import binaries
from local_cloud.postgres.privileges import Privileges, for_this_user

ADMINISTRATOR = "postgres"
_READY_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.02
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # TCP only: no socket file in a place that others share
    "max_connections": "100",
    "shared_buffers": "32MB",
    "password_encryption": "scram-sha-256",
    "log_statement": "none",  # statements hold patients
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class PostgresServer:
    """The server of one data directory.

    Parameters
    ----------
    data
        Its directory; created when missing.
    port
        TCP port of the loopback interface.
    volatile
        Do not wait for the disk: faster, and a power failure may damage the directory. For tests.
    """

    def __init__(self, data: Path, port: int, *, volatile: bool = False) -> None:
        self._data = data
        self._port = port
        self._settings = {**_SETTINGS, "fsync": "off"} if volatile else _SETTINGS
        self._programs = binaries.directory()
        self._privileges: Privileges = for_this_user()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Initialise the directory if it is new, start the server, wait until it accepts connections.

        Raises
        ------
        LocalCloudError
            It cannot be initialised or does not start; the text says where the reason is.
        """
        self._end_predecessor()
        self._initialise()
        options = [option for name, value in self._settings.items() for option in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port), *options]
        self._process = subprocess.Popen(
            [*self._privileges.prefix, *command],
            stdin=subprocess.DEVNULL,
            cwd="/",  # a relative path of ours means nothing to it
            env=_environment(),
        )
        self._await_ready(self._process)

    def wait(self) -> int:
        """Wait until the server ends by itself; its exit code."""
        return 0 if self._process is None else self._process.wait()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, nothing is lost; by force when that takes too long."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
            self._process.kill()
            self._process.wait()

    def _initialise(self) -> None:
        """Run ``initdb`` beside the final place, so that a crash leaves no half of a directory there."""
        if (self._data / "PG_VERSION").exists():
            return
        unfinished = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._privileges.own(unfinished)
        command = [
            str(self._programs / "initdb"),
            *("-D", str(unfinished), "-U", ADMINISTRATOR, "--encoding=UTF8", "--locale=C", "--auth=trust"),
            *("--no-sync", "--no-instructions"),
        ]
        done = subprocess.run(
            [*self._privileges.prefix, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
            check=False,
        )
        if done.returncode != 0:
            raise LocalCloudError(
                f"PostgreSQL cannot initialise {self._data}: {_last_line(done.stderr or done.stdout)}"
            )
        if self._data.exists():
            self._data.rmdir()  # empty, or it is not ours to replace
        unfinished.rename(self._data)

    def _end_predecessor(self) -> None:
        """End a server that a crash of ours left in this directory, and take away the lock of one that is dead.

        PostgreSQL itself takes a process that nobody has reaped yet for one that runs.
        """
        lock = self._data / "postmaster.pid"
        try:
            postmaster = int(lock.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for process in self._running():
                if process.pid == postmaster:  # without it the others end by themselves
                    with suppress(psutil.Error):
                        process.send_signal(number)
            if self._are_gone():
                lock.unlink(missing_ok=True)
                return
        raise LocalCloudError(f"PostgreSQL (process {postmaster}) does not end: end it, then try again")

    def _are_gone(self) -> bool:
        """Whether nothing of a server runs in this directory any more; waits for it."""
        deadline = time.monotonic() + _STOP_SECONDS
        while self._running():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _running(self) -> list[psutil.Process]:
        """Processes of a server that work in this directory; a dead one has none."""
        found = []
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error):
                if process.info["name"] == "postgres" and Path(process.cwd()) == self._data.resolve():
                    found.append(process)
        return found

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not _accepts_sessions(self._port):
            if process.poll() is not None:
                raise LocalCloudError(f"PostgreSQL ended with {process.returncode} at its start: its log says why")
            if time.monotonic() > deadline:
                self.stop()
                raise LocalCloudError(f"PostgreSQL is not ready after {_READY_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)


def _accepts_sessions(port: int) -> bool:
    """Whether the server answers a start-up message with anything but "starting up" (57P03)."""
    parameters = b"user\0" + ADMINISTRATOR.encode() + b"\0database\0postgres\0\0"
    message = (196_608).to_bytes(4, "big") + parameters  # protocol 3.0 (PostgreSQL, Message Formats)
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall((len(message) + 4).to_bytes(4, "big") + message)
            answer = connection.recv(512)
    except OSError:
        return False
    return answer.startswith(b"R") or (answer.startswith(b"E") and b"57P03" not in answer)


def _environment() -> dict[str, str]:
    """Nothing of the user's PG* variables."""
    return {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "LC_ALL": "C"}


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:200] if lines else "no reason given"


def serve(server: PostgresServer) -> int:
    """Run the server until SIGTERM or SIGINT; the exit code for the process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_waiting)
    try:
        server.start()
        code = server.wait()
    except _StopAsked:
        server.stop()
        return 0
    sys.stderr.write(f"local cloud: PostgreSQL ended by itself with {code}\n")
    return 1


class _StopAsked(BaseException):
    """SIGTERM or SIGINT came."""


def _stop_waiting(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # asked once is asked
    raise _StopAsked
