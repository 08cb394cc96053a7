"""The threads that accept connections and serve them: as many as are needed, and reused, because many modalities open
one association for each image, and a new thread costs more than the rest of such an association.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

STACK_BYTES: Final = 1 << 20  # hundreds of threads; none of them recurses deeply
_IDLE_SECONDS: Final = 30.0


class Crew:
    """Runs each task in a thread of its own; a thread whose task has ended waits a while for the next.

    Unlike an executor it never queues a task behind another, and never holds up the end of the process.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0

    def run(self, task: Callable[[], None]) -> None:
        """Start ``task`` at once.

        Raises
        ------
        RuntimeError
            The system gives no more threads; the task was not started.
        """
        with self._lock:
            if self._idle:
                self._idle -= 1  # this one is taken, before it knows
                self._tasks.put(task)
                return
        threading.Thread(target=self._work, args=(task,), name=self._name, daemon=True).start()

    def _work(self, task: Callable[[], None]) -> None:
        while True:
            task()
            with self._lock:
                self._idle += 1
            try:
                task = self._tasks.get(timeout=_IDLE_SECONDS)
            except Empty:
                with self._lock:
                    if self._idle and self._tasks.empty():
                        self._idle -= 1
                        return
                task = self._tasks.get()  # given out between the two
