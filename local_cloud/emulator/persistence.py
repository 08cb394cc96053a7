"""Saving state while the emulator runs, so that a kill loses seconds and not everything.

Stock ministack saves at a graceful shutdown only. Objects of S3 reach the disk with their request; all else is written
here, again and again, by a forked child: it sees one moment of every service and holds up nobody while it writes.
So a message that its receiver deleted never comes back without what the receiver did, or the other way round.
"""

import contextlib
import copy
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from ministack import app
from ministack.core import persistence
from ministack.services import sqs

from local_cloud.emulator import saved_state
from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("periodic persistence")
PATCHES.require("app:_build_persistence_save_dict", "")
PATCHES.require("core.persistence:_json_default", "obj")
PATCHES.require("services.sqs:_queues")
PATCHES.require("core.persistence:_state_format_version", "service")

_PATIENCE: Final = 30.0  # a lock that another thread held at the fork stays held in the child for ever
_REST: Final = 4  # times as long as a save took
_FIRST_FILE: Final = 3  # behind stdin, stdout and stderr
_log = logging.getLogger("local_cloud.persistence")


@PATCHES.replaces("app:save_all", "services")
def _save_all(_original: object, _services: Mapping[str, Callable[[], Any]]) -> None:
    """At a graceful shutdown the saver writes last, when nothing changes any more."""


@PATCHES.replaces("services.sqs:_restore_state", "data")
def _restore_queues(original: Callable[[Any], None], data: Any) -> None:
    """Messages that a function was working on are visible again: the function died with the emulator."""
    original(data)
    now = time.time()
    for _scope, queue in sqs._queues.all_items():
        for message in queue["messages"]:
            if message.get("receive_count"):
                message["visible_at"] = min(message["visible_at"], now)


class Saver:
    """Writes every service's state into a directory, again and again, until stopped.

    To be made before the services load their state.
    """

    def __init__(self, directory: Path, interval: float) -> None:
        self._directory = directory
        self._interval = interval
        directory.mkdir(parents=True, exist_ok=True)
        saved_state.complete(directory)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="save-state", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Save a last time."""
        self._stopping.set()
        self._thread.join(timeout=_PATIENCE)
        self.save()

    def save(self) -> float:
        """Write what changed since it was last written; returns the seconds it took."""
        began = time.monotonic()
        with self._lock:
            child = os.fork()
            if child == 0:
                _write_and_exit(self._directory, os.getppid())
            _await(child, began + _PATIENCE)
        return time.monotonic() - began

    def _run(self) -> None:
        pause = self._interval
        while not self._stopping.wait(pause):
            pause = max(self._interval, _REST * self.save())


def _await(child: int, deadline: float) -> None:
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            _log.warning("saving took longer than %d s; it will be tried again", _PATIENCE)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def _write_and_exit(directory: Path, parent: int) -> NoReturn:
    """The child's whole life."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # meant for the emulator, which saves once more
        _close_files()
        os.nice(5)
        setattr(copy, "deepcopy", _itself)  # noqa: B010 - nothing else changes this process's memory
        _write(directory, parent)
        status = 0
    except BaseException:
        _log.exception("the state cannot be saved")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _close_files() -> None:
    """Ports and pipes stay the emulator's own: it may be started again before the child has ended."""
    for number in [int(link.name) for link in Path("/dev/fd").iterdir()]:
        if number >= _FIRST_FILE:
            with contextlib.suppress(OSError):
                os.close(number)


def _itself(value: Any, _memo: object = None) -> Any:
    return value


def _write(directory: Path, parent: int) -> None:
    services = app._build_persistence_save_dict().items()
    contents = {f"{service}.json": _serialised(service, state_of) for service, state_of in services}
    if os.getppid() == parent:  # else the emulator was killed, and another one may have read the old state by now
        saved_state.write(directory, {name: content for name, content in contents.items() if content is not None})


def _serialised(service: str, state_of: Callable[[], Any]) -> bytes | None:
    """A service's state in the format that ministack loads; None when it has none."""
    try:
        state = state_of()
        if state is None:
            return None
        wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
        return json.dumps(wrapped, default=persistence._json_default).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        _log.exception("the state of %s cannot be saved", service)
        return None
