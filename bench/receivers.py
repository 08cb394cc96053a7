"""The receivers that are compared: the platform's SCP and dcmtk's storescp, each as a process of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from demo.imaging.senders import dcmtk as find_dcmtk
from local_cloud.ports import any_free_port

START_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver, with what it has used so far."""

    name: str
    port: int
    process: psutil.Process
    folder: Path

    def cpu_seconds(self) -> float:
        """User and system time of the process and of the children it has waited for."""
        times = self.process.cpu_times()
        live = sum(sum(child.cpu_times()[:2]) for child in self.process.children())
        return float(times.user + times.system + times.children_user + times.children_system + live)

    def resident_bytes(self) -> int:
        """Memory of the process and its children; what they share counts for each."""
        return sum(int(process.memory_info().rss) for process in self._processes())

    def peak_bytes(self) -> int:
        """The sum of the kernel's high-water marks: never less than the highest sum."""
        return sum(_high_water_mark(process.pid) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children()]


def _high_water_mark(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def scratch() -> Path:
    """A folder in memory where the machine has one: the disk is not what is measured."""
    return Path(tempfile.mkdtemp(prefix="bench-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))


@contextlib.contextmanager
def platform(**environment: str) -> Iterator[Receiver]:
    """The platform's SCP with its stock configuration, a process for each core; parses and syncs every instance."""
    folder, port, health = scratch(), any_free_port(), any_free_port()
    settings = {
        "PATH": os.environ["PATH"],
        "STORAGE_DIR": str(folder / "store"),
        "SCP_PORT": str(port),
        "SCP_HOST": "127.0.0.1",
        "HEALTH_PORT": str(health),
        "LOG_LEVEL": "INFO",
        **environment,
    }
    with _running("platform", [sys.executable, "-m", "dicom_scp"], settings, port, folder) as receiver:
        _await_ready(health)
        yield receiver


@contextlib.contextmanager
def dcmtk() -> Iterator[Receiver]:
    """dcmtk's storescp, tuned: a process per association, bit-preserving, large PDUs, no delayed sends."""
    folder, port = scratch(), any_free_port()
    command = [str(find_dcmtk("storescp")), "--fork", "+B", "-pdu", "131072", "-od", str(folder), str(port)]
    with _running("dcmtk", command, {"PATH": os.environ["PATH"], "TCP_NODELAY": "1"}, port, folder) as receiver:
        yield receiver


@contextlib.contextmanager
def _running(name: str, command: list[str], settings: dict[str, str], port: int, folder: Path) -> Iterator[Receiver]:
    log = (folder / "receiver.log").open("wb")
    process = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    try:
        _await(port, process)
        yield Receiver(name, port, psutil.Process(process.pid), folder)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _await_ready(health: int) -> None:
    """Wait until every process serves: the port takes connections before, and what starting costs is not measured."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{health}/ready", timeout=5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the receiver is not ready after {START_TIMEOUT_SECONDS} s")


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the receiver ended at once with exit code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port} after {START_TIMEOUT_SECONDS} s")
