"""Keeps ECS from choosing a busy task when it scales in (Amazon ECS task scale-in protection).

Inside a task the agent answers at ``$ECS_AGENT_URI``; elsewhere there is none and nothing happens. Protection is a
courtesy: without it a busy task drains on SIGTERM, so its failure is only logged.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Final

from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.task_protection")
_EXPIRES_MINUTES: Final = 60
_RENEW_SECONDS: Final = _EXPIRES_MINUTES * 60 / 2
_REQUEST_TIMEOUT: Final = 5.0
_RETRY_SECONDS: Final = 30.0


class TaskProtection:
    """Protects the task while associations are open, and a while longer, so that a quiet second changes nothing."""

    def __init__(
        self, agent_uri: str, is_busy: Callable[[], bool], *, poll_seconds: float = 1.0, release_after: float = 60.0
    ) -> None:
        self._endpoint = f"{agent_uri.rstrip('/')}/task-protection/v1/state"
        self._is_busy = is_busy
        self._poll_seconds = poll_seconds
        self._release_after = release_after
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="task-protection", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop watching and lift the protection: the task is about to end."""
        self._stopping.set()
        self._thread.join(2 * _REQUEST_TIMEOUT)

    def _watch(self) -> None:
        protected, last_busy, renew_at, retry_at = False, 0.0, 0.0, 0.0
        while not self._stopping.wait(self._poll_seconds):
            now = time.monotonic()
            last_busy = now if self._is_busy() else last_busy
            wanted = last_busy > 0 and now - last_busy <= self._release_after
            if wanted != protected or (wanted and now >= renew_at):
                if now < retry_at:
                    continue
                if self._set(wanted):
                    protected, renew_at = wanted, now + _RENEW_SECONDS
                else:
                    retry_at = now + _RETRY_SECONDS
        if protected:
            self._set(False)

    def _set(self, enabled: bool) -> bool:
        state: dict[str, object] = {"ProtectionEnabled": enabled}
        if enabled:
            state["ExpiresInMinutes"] = _EXPIRES_MINUTES
        request = urllib.request.Request(  # noqa: S310 - the agent's own address, from the task's environment
            self._endpoint, json.dumps(state).encode(), {"Content-Type": "application/json"}, method="PUT"
        )
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_TIMEOUT) as response:  # noqa: S310
                response.read(1 << 16)
        except (OSError, ValueError):
            LOG.failure("task_protection_failed")
            return False
        LOG.info("task_protection", state="on" if enabled else "off")
        return True
