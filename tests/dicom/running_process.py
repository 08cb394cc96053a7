"""``python -m dicom_scp`` as a process on free loopback ports, and what it says in its log and on its health port."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


@dataclass
class Scp:
    """A running program and the lines that it has printed."""

    process: "subprocess.Popen[str]"
    log: Path
    port: int = 0
    health_port: int = 0
    folder: Path = field(default_factory=Path)

    def workers(self) -> list[psutil.Process]:
        """The processes that serve beside the one that was started; none when that one serves."""
        return psutil.Process(self.process.pid).children()

    def servers(self) -> list[psutil.Process]:
        """All its processes."""
        return [psutil.Process(self.process.pid), *self.workers()]

    def served_by(self) -> list[int]:
        """For each association that has ended, the number of the process that served it."""
        count = max(1, len(self.workers()))
        return [(int(str(line["association"])) - 1) % count for line in self.events("association_ended")]

    def events(self, name: str = "") -> list[dict[str, object]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if not name or line["event"] == name]

    def wait_for(self, event: str, seconds: float = 10, count: int = 1) -> dict[str, object]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            found = self.events(event)
            if len(found) >= count:
                return found[-1]
            time.sleep(0.01)
        raise AssertionError(f"no {event} in: {self.log.read_text()}")

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}{path}", timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name: str) -> float:
        lines = self.get("/metrics")[1].splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0.0)


def command(folder: Path, **environment: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "HOME")}
    settings = {"SCP_HOST": "127.0.0.1", "SCP_PORT": "0", "HEALTH_PORT": "0", "STORAGE_DIR": str(folder / "store")}
    return kept | settings | environment


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Scp]:
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dicom_scp"],
            env=command(folder, **environment),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    scp = Scp(process, log, folder=folder)
    try:
        scp.port = int(str(scp.wait_for("listening")["port"]))
        scp.health_port = int(str(scp.wait_for("health_listening")["port"]))
        yield scp
    finally:
        process.kill()
        process.wait(10)
