"""Saving state while the emulator runs, so that a kill loses seconds and not everything.

Stock ministack saves at a graceful shutdown only. Objects of S3 reach the disk with their request; all else is
written here, service by service, when it differs from what is on disk, atomically. Saving takes at most a tenth of
the time.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("periodic persistence")
PATCHES.require("app:_build_persistence_save_dict", "")
PATCHES.require("core.persistence:_json_default", "obj")
PATCHES.require("core.persistence:_state_format_version", "service")

_ATTEMPTS = 5
_log = logging.getLogger("local_cloud.persistence")


class Saver:
    """Writes every service's state into a directory, again and again, until stopped."""

    def __init__(self, directory: Path, interval: float) -> None:
        self._directory = directory
        self._interval = interval
        self._saved: dict[str, str] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="save-state", daemon=True)

    def start(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Save a last time."""
        self._stopping.set()
        self._thread.join(timeout=30)
        self.save()

    def save(self) -> float:
        """Write what changed; returns the seconds it took."""
        began = time.monotonic()
        with self._lock:
            for service, state_of in app._build_persistence_save_dict().items():
                text = _serialised(service, state_of)
                if text is not None:
                    self._write(service, text)
        return time.monotonic() - began

    def _run(self) -> None:
        pause = self._interval
        while not self._stopping.wait(pause):
            pause = max(self._interval, 9 * self.save())

    def _write(self, service: str, text: str) -> None:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if self._saved.get(service) == digest:
            return
        path = self._directory / f"{service}.json"
        temporary = path.with_suffix(".json.tmp")
        temporary.write_text(text, encoding="utf-8", errors="surrogatepass")
        temporary.replace(path)
        self._saved[service] = digest


def _serialised(service: str, state_of: Callable[[], Any]) -> str | None:
    """A service's state in the format that ministack loads; None when it has none or keeps changing while we look."""
    for _attempt in range(_ATTEMPTS):
        try:
            state = state_of()
            if state is None:
                return None
            wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
            return json.dumps(wrapped, default=persistence._json_default)
        except RuntimeError:  # a worker thread added to a dictionary meanwhile
            time.sleep(0.01)
        except (TypeError, ValueError):
            _log.exception("the state of %s cannot be saved", service)
            return None
    return None
