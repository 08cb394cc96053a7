"""Kills a function at any of its AWS calls, before the call is made or after it had its effect."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from botocore.client import ClientMeta


class Killed(BaseException):
    """The process is gone: no handler of exceptions sees it."""


class AwsClient(Protocol):
    """Any boto3 client."""

    @property
    def meta(self) -> ClientMeta: ...


@dataclass
class Executioner:
    """Kills at the ``at``-th AWS call, before it is made or after it had its effect."""

    at: int
    after_effect: bool
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def before_call(self, **_: object) -> None:
        with self.lock:
            self.calls += 1
            if self.calls == self.at and not self.after_effect:
                raise Killed

    def after_call(self, **_: object) -> None:
        if self.after_effect and self.calls >= self.at:
            raise Killed


@contextmanager
def lurking(clients: Sequence[AwsClient], executioner: Executioner) -> Iterator[None]:
    hooks = [client.meta.events for client in clients]
    for events in hooks:
        events.register_first("before-call", executioner.before_call)
        events.register_last("after-call", executioner.after_call)
    try:
        yield
    finally:
        for events in hooks:
            events.unregister("before-call", executioner.before_call)
            events.unregister("after-call", executioner.after_call)


def until_it_survives(
    clients: Sequence[AwsClient],
    work: Callable[[], object],
    *,
    after_effect: bool,
    throttled: tuple[type[Exception], ...] = (),
    wait: Callable[[], object] = lambda: None,
) -> int:
    """Run ``work`` killed at its first call, again killed at its second, and so on, until it comes to its end.

    Returns how often it was killed. What is ``throttled`` is tried again after ``wait``.
    """
    at = 1
    for _ in range(400):
        try:
            with lurking(clients, Executioner(at, after_effect)):
                work()
        except Killed:
            at += 1
        except throttled:
            wait()
        else:
            return at
    raise AssertionError("it never came to its end")
