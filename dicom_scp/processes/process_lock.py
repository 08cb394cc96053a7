"""A lock between processes that were forked from one, which a killed process cannot keep."""

import fcntl
import os
import threading
from types import TracebackType


class ProcessLock:
    """Excludes every other thread of this process, and every process that was forked with the same lock.

    Between processes it is a POSIX record lock: the kernel takes it back from a process that has died. It is held for
    a few instructions, never while something is waited for.
    """

    def __init__(self) -> None:
        self._descriptor = os.memfd_create("dicom-scp-lock", os.MFD_CLOEXEC)
        self._threads = threading.Lock()  # record locks do not keep the threads of one process apart

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()
