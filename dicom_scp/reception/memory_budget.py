"""The memory that data sets on their way may use, over all associations of the process.

Memory is given out in chunks of one size, so that no byte of a peer ever sizes an allocation. A reception that wants
a chunk when all are taken waits: its socket is not read meanwhile, and TCP tells the sender to wait as well.

Waiting could become a deadlock, each reception holding half of what it needs. So one reception at a time, the one that
has waited longest, is *favoured*: a reserve that nobody else may touch lets it grow to the most that any reception
holds, hence it ends, returns its chunks, and the next one is favoured.
"""

import mmap
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

CHUNK_BYTES: Final = 1 << 20
CHUNKS_PER_RECEPTION: Final = 8  # a larger object is streamed to the store, this much at a time
_SPARE_CHUNKS: Final = 64  # kept when free: fresh pages cost as much CPU as parsing a small object


class BudgetExhaustedError(Exception):
    """No memory became free in time."""


class Lease:
    """The chunks that one reception holds. Used by one thread."""

    __slots__ = ("_budget", "chunks")

    def __init__(self, budget: "MemoryBudget") -> None:
        self._budget = budget
        self.chunks: list[mmap.mmap] = []

    def grow(self, deadline: float) -> mmap.mmap:
        """Add one chunk of `CHUNK_BYTES` to the lease, waiting until ``deadline`` for memory.

        Raises
        ------
        BudgetExhaustedError
            The memory stayed taken.
        """
        chunk = self._budget._take(self, deadline)
        self.chunks.append(chunk)
        return chunk

    def release(self) -> None:
        """Return every chunk. May be called again."""
        chunks, self.chunks = self.chunks, []
        self._budget._return(self, chunks)


class MemoryBudget:
    """A bounded number of chunks, shared by all receptions.

    Parameters
    ----------
    limit_bytes
        The most that all leases together hold; at least twice what one reception may hold.
    clock
        Monotonic seconds.
    """

    def __init__(self, limit_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit_bytes // CHUNK_BYTES
        self._common = self._limit - CHUNKS_PER_RECEPTION  # what those who are not favoured may use
        if self._common < CHUNKS_PER_RECEPTION:
            raise ValueError(
                f"a budget of {limit_bytes} bytes cannot hold two receptions of {CHUNKS_PER_RECEPTION} MiB"
            )
        self._clock = clock
        self._changed = threading.Condition()
        self._used = 0
        self._spare: list[mmap.mmap] = []
        self._waiting: deque[tuple[Lease, float]] = deque()
        self._favoured: Lease | None = None
        self._waited_seconds = 0.0

    def lease(self) -> Lease:
        return Lease(self)

    @property
    def limit_bytes(self) -> int:
        return self._limit * CHUNK_BYTES

    @property
    def used_bytes(self) -> int:
        return self._used * CHUNK_BYTES

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def waited_seconds(self) -> float:
        """How long receptions have waited for memory, summed over all of them since the start."""
        return self._waited_seconds

    def longest_wait(self) -> float:
        """For how many seconds the longest waiting reception has been waiting; 0 when none is."""
        with self._changed:
            return self._clock() - self._waiting[0][1] if self._waiting else 0.0

    def _take(self, lease: Lease, deadline: float) -> mmap.mmap:
        with self._changed:
            if not self._admits(lease):
                self._wait(lease, deadline)
            self._used += 1
            if self._spare:
                return self._spare.pop()
        return mmap.mmap(-1, CHUNK_BYTES)  # anonymous pages: given back to the system for certain

    def _admits(self, lease: Lease) -> bool:
        if lease is self._favoured:
            return self._used < self._limit
        favoured = len(self._favoured.chunks) if self._favoured else 0
        return self._used - favoured < self._common

    def _wait(self, lease: Lease, deadline: float) -> None:
        started = self._clock()
        entry = (lease, started)
        self._waiting.append(entry)
        try:
            while True:
                if self._favoured is None and self._waiting[0] is entry:
                    self._favoured = lease
                if self._admits(lease):
                    return
                remaining = deadline - self._clock()
                if remaining <= 0:
                    raise BudgetExhaustedError
                self._changed.wait(remaining)
        finally:
            self._waiting.remove(entry)
            self._waited_seconds += self._clock() - started
            self._changed.notify_all()  # the next in line may be favoured now

    def _return(self, lease: Lease, chunks: list[mmap.mmap]) -> None:
        with self._changed:
            self._used -= len(chunks)
            room = _SPARE_CHUNKS - len(self._spare)
            self._spare.extend(chunks[:room])
            if lease is self._favoured:
                self._favoured = None
            if self._waiting:
                self._changed.notify_all()
        # The others are unmapped with their last view; closing them here would fail while a caller still holds one.
