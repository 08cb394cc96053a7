"""How many associations there may be, over all processes that serve one listener."""

import mmap
import threading
from contextlib import AbstractContextManager


class AssociationPlaces:
    """``maximum`` places for associations, taken and given back by threads and forked processes.

    Every process counts what it has taken in a place of its own, so that what a dead one held can be told, and freed.

    Parameters
    ----------
    lock
        Excludes every other user of the places, in this process and in those that were forked from it.
    """

    def __init__(self, maximum: int, processes: int = 1, lock: AbstractContextManager[object] | None = None) -> None:
        self._maximum = maximum
        self._lock = lock or threading.Lock()
        self._taken = memoryview(mmap.mmap(-1, 8 * processes)).cast("q")  # anonymous and shared

    def take(self, process: int = 0) -> bool:
        """Take a place for ``process``; False when all are taken."""
        with self._lock:
            if sum(self._taken) >= self._maximum:
                return False
            self._taken[process] += 1
            return True

    def give_back(self, process: int = 0) -> None:
        with self._lock:
            self._taken[process] -= 1

    def free(self, process: int) -> None:
        """Give back all that a process held that has died."""
        with self._lock:
            self._taken[process] = 0

    @property
    def taken(self) -> int:
        return sum(self._taken)
