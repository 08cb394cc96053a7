"""Ports of the local cloud: chosen once, then kept, because deployed resources hold URLs that contain them."""

import json
import os
import re
import socket
import time
from collections.abc import Collection
from pathlib import Path

from local_cloud.command_line import HIGHEST_PORT
from local_cloud.errors import LocalCloudError

HOST = "127.0.0.1"
_PREFERRED = {"emulator": 4566}
_RELEASE_SECONDS = 3.0
_PORT = re.compile(r"[0-9]{1,5}")


class Ports:
    """The kept choice of ports, by purpose."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chosen: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, purpose: str, *, preferred: int | None = None) -> int:
        """The port for ``purpose``: the kept one, else the one asked for, else the preferred if free, else any free.

        Raises
        ------
        LocalCloudError
            ``LOCAL_{PURPOSE}_PORT`` asks for something that is no port.
        """
        if purpose not in self._chosen:
            taken = set(self._chosen.values())
            wanted, first = _asked_for(purpose), preferred or _PREFERRED.get(purpose)
            if wanted is not None:
                self._chosen[purpose] = wanted
            elif first is not None and first not in taken and is_free(first):
                self._chosen[purpose] = first
            else:
                self._chosen[purpose] = any_free_port(taken)
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
        whole = self._path.with_suffix(".tmp")
        whole.write_text(json.dumps(self._chosen, indent=1, sort_keys=True))
        whole.replace(self._path)


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


def _asked_for(purpose: str) -> int | None:
    """The port that the user's environment names for ``purpose``."""
    name = f"LOCAL_{purpose.upper().replace('-', '_')}_PORT"
    text = os.environ.get(name, "")
    if not text:
        return None
    if not _PORT.fullmatch(text) or not 1 <= int(text) <= HIGHEST_PORT:
        raise LocalCloudError(f"{name}={text[:40].strip()}: must be a whole number from 1 to {HIGHEST_PORT}")
    return int(text)


def any_free_port(taken: Collection[int] = ()) -> int:
    """A port of the loopback interface that nothing listens on now, and that is not among ``taken``."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port
