"""Lambda: everything that an invocation wrote is in its log, and nothing of another one.

Stock ministack waits 50 ms for the first line after each invocation and takes what has come by then. What comes later,
on a busy machine the last line, and what does not end in a newline, is found in the next invocation's log, or nowhere
if there is none. Here the environment says on the same pipe when the invocation is over, and that mark is waited for.
"""

import queue
import secrets
import time
from typing import Any

from ministack.core import lambda_runtime

from local_cloud.emulator.patching import EmulatorMismatchError, PatchSet
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("Lambda logs")
PATCHES.require("core.lambda_runtime:_PYTHON_WORKER_SCRIPT")
PATCHES.require("core.lambda_runtime:Worker")

# A function that knew the mark could cut its own log: it is another one in every emulator.
_MARK = f"\x1e{secrets.token_hex(8)}"
_LONGEST_WAIT_SECONDS = 2.0

_STOCK_END = """        _real_stdout.flush()

run()
"""
# Flushed first: what was written without a newline is still in the buffer. To the descriptor: a function may replace
# sys.stderr, and the mark must come behind what its children wrote.
_END = f"""        try:
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(2, {_MARK + chr(10)!r}.encode())
        except Exception:
            pass
{_STOCK_END}"""


def _log_of_invocation(worker: Any) -> str:
    """The lines up to the mark; of an environment that has ended, all that it left."""
    if worker._proc is None or worker._proc.poll() is not None:
        if worker._stderr_thread is not None:
            worker._stderr_thread.join(_LONGEST_WAIT_SECONDS)
        return "\n".join(_left(worker._stderr_queue))
    if not str(worker.config.get("Runtime", "")).startswith("python"):
        return str(_stock_drain(worker))
    lines: list[str] = []
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while (patience := deadline - time.monotonic()) > 0:
        try:
            line = worker._stderr_queue.get(timeout=patience)
        except queue.Empty:
            break
        text, mark, _ = line.partition(_MARK)
        if text or not mark:
            lines.append(text)
        if mark:
            break
    return "\n".join(lines)


def _left(lines: "queue.Queue[str]") -> list[str]:
    found = []
    while True:
        try:
            found.append(lines.get_nowait())
        except queue.Empty:
            return found


_stock_drain = lambda_runtime.Worker._drain_stderr_bounded


@PATCHES.finally_do
def install(_: EmulatorSettings) -> None:
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_STOCK_END) != 1 or not script.endswith(_STOCK_END):
        raise EmulatorMismatchError("ministack's Python worker script has changed: adapt lambda_logs.py")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.removesuffix(_STOCK_END) + _END
    lambda_runtime.Worker._drain_stderr = _log_of_invocation
    lambda_runtime.Worker._drain_stderr_bounded = _log_of_invocation
