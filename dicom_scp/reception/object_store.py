"""What the object path asks of a place that keeps bytes: a bucket, or a directory.

A store never overwrites. It is offered candidate keys in order and takes the first that is free, or that already holds
the very same bytes; then, and only then, the object counts as stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from healthcare_runtime.object_key import InstanceKey


class StoreFaultError(Exception):
    """The store did not confirm the object. Nothing of it is visible under its key.

    Parameters
    ----------
    reason
        A fixed phrase for the sender's error comment: at most 64 characters, nothing from the data set.
    attempts
        How often the store was asked.
    """

    def __init__(self, reason: str, attempts: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an object is, confirmed durable."""

    key: InstanceKey
    attempts: int = 1
    already_there: bool = False  # the same bytes had been stored before


class Upload(Protocol):
    """A large object on its way into the store, piece by piece. Used by one thread."""

    def append(self, pieces: Sequence[memoryview], deadline: float) -> None:
        """Take the next bytes; the pieces may be overwritten afterwards. Raises `StoreFaultError`."""

    def commit(self, pieces: Sequence[memoryview], deadline: float) -> Placement:
        """Take the last bytes, and make the whole durable and visible. Raises `StoreFaultError`."""

    def discard(self) -> None:
        """Leave nothing behind. Does nothing after `commit`. Never raises."""


class ObjectStore(Protocol):
    """Keeps objects. Used by every thread."""

    def put(self, candidates: Iterator[InstanceKey], pieces: Sequence[memoryview], deadline: float) -> Placement:
        """Store a whole object under the first candidate that is free. Raises `StoreFaultError`."""

    def begin(self, candidates: Iterator[InstanceKey], deadline: float) -> Upload:
        """Start a large object. Raises `StoreFaultError`."""

    def read_start(self, key: InstanceKey, size: int) -> bytes | None:
        """The first bytes of an object; None when there is none. Raises OSError when the store cannot tell."""

    def find(self, sop_instance_uid: str) -> Iterator[InstanceKey]:
        """Keys of an instance that others stored, as far as the store can look them up. Raises OSError."""

    @property
    def retries(self) -> int:
        """How often a request was repeated since the start."""

    def close(self) -> None: ...
