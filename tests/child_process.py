"""A program of the repository as a process of its own, for as long as somebody needs it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

START_SECONDS: Final = 60
_STOP_SECONDS: Final = 20
_REPOSITORY: Final = Path(__file__).parents[1]


@contextmanager
def child_process(module: str, *options: str, log: Path, is_ready: Callable[[], bool]) -> Iterator[None]:
    """Start ``python -m module``, wait until it is ready, and leave nothing running at the end.

    Raises
    ------
    RuntimeError
        It ended, or was not ready in time; the text has the end of its log.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *options],
            cwd=_REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if process.poll() is not None:
                raise RuntimeError(f"{module} ended with {process.returncode}: {log.read_text()[-2000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{module} was not ready within {START_SECONDS} s: {log.read_text()[-2000:]}")
            time.sleep(0.03)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
