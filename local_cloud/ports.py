"""Ports of the local cloud: chosen once, then kept, because deployed resources hold URLs that contain them."""

import json
import os
import socket
import time
from pathlib import Path

from local_cloud.errors import LocalCloudError

HOST = "127.0.0.1"
_PREFERRED = {"emulator": 4566}
_RELEASE_SECONDS = 3.0


class Ports:
    """The kept choice of ports, by purpose."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chosen: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, purpose: str, *, preferred: int | None = None) -> int:
        """The port for ``purpose``: the kept one, else the preferred one if free, else any free one."""
        if purpose not in self._chosen:
            wanted = os.environ.get(f"LOCAL_{purpose.upper().replace('-', '_')}_PORT")
            first = int(wanted) if wanted else preferred or _PREFERRED.get(purpose)
            taken = set(self._chosen.values())
            if wanted or (first is not None and first not in taken and is_free(first)):
                self._chosen[purpose] = first or 0
            else:
                self._chosen[purpose] = _any_free(taken)
            self._save()
        return self._chosen[purpose]

    def require_free(self, purpose: str) -> int:
        """The kept port, which must be free now, or within the moment that a killed process of ours needs to die.

        Raises
        ------
        LocalCloudError
            Another program listens there.
        """
        port = self.get(purpose)
        deadline = time.monotonic() + _RELEASE_SECONDS
        while not is_free(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not is_free(port):
            raise LocalCloudError(
                f"port {port} ({purpose}) is taken by another program: stop that program, "
                f"or run `make clean` to choose new ports (deployed state is lost)"
            )
        return port

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._chosen, indent=1, sort_keys=True))


def is_free(port: int) -> bool:
    """Whether we could listen on ``port`` of the loopback interface now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _any_free(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port
