"""Which of several processes accepts the next connection: one of those that serve fewest.

The kernel gives a connection to whoever waits in accept(2) longest, which says nothing of how busy a process is; two
associations in one process share one interpreter lock, and cost a third more than in two.
"""

import mmap
import select
import socket
import time
from typing import Final

_GRACE: Final = 0.002  # seconds in which a process that serves fewer may take a connection


class AcceptTurns:
    """How many connections each process serves, shared by forked processes."""

    def __init__(self, processes: int = 1) -> None:
        self._served = memoryview(mmap.mmap(-1, 8 * processes)).cast("q")  # anonymous and shared

    def serves(self, process: int, connections: int) -> None:
        """Tell the others what ``process`` serves now."""
        self._served[process] = connections

    def await_turn(self, process: int, listener: socket.socket, seconds: float) -> bool:
        """Whether ``process`` should accept now: it serves fewest, or those that do leave a connection waiting.

        Takes at most ``seconds`` and a moment.
        """
        if self._served[process] == min(self._served):
            return True
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        if not poll.poll(seconds * 1000):
            return False
        time.sleep(_GRACE)
        return bool(poll.poll(0))
