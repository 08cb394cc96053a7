"""Lambda: bounded execution environments, and errors that carry their class.

Stock ministack starts one interpreter per concurrent invocation without limit (100 events: 130 interpreters, 7 GB),
reports every exception as ``Runtime.HandlerError`` so that no Retry or Catch by class ever matches, and kills the
environment after an exception.
"""

import contextvars
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ministack.core import lambda_runtime

from local_cloud.emulator.patching import EmulatorMismatchError, PatchSet
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("Lambda execution environments")
PATCHES.require("core.lambda_runtime:_PYTHON_WORKER_SCRIPT")
PATCHES.require("core.lambda_runtime:_workers")
PATCHES.require("core.lambda_runtime:_lock")
PATCHES.require("core.lambda_runtime:kill_workers", "workers")
PATCHES.require("core.lambda_runtime:INVOKE_DEPTH_HEADER")

_RAISED = "__local_cloud_raised__"

_STOCK_ERROR = (
    '_real_stdout.write(json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()}) + "\\n")'
)
# The function answered, with an error: the environment stays warm, as on AWS, and the error has the shape of
# https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
_FAITHFUL_ERROR = (
    '_real_stdout.write(json.dumps({"status": "ok", "result": {"' + _RAISED + '": {'
    '"errorMessage": str(e), "errorType": type(e).__name__, '
    '"stackTrace": traceback.format_exc().splitlines(True)}}}) + "\\n"); traceback.print_exc()'
)
_STOCK_INIT_ERROR = '_real_stdout.write(json.dumps({"status": "error", "error": str(e)}) + "\\n")'
_FAITHFUL_INIT_ERROR = (
    '_real_stdout.write(json.dumps({"status": "error", '
    '"error": type(e).__name__ + ": " + str(e)}) + "\\n"); traceback.print_exc()'
)

_WAIT_FOR_SLOT_SECONDS = 300.0


class _Slots:
    """How many invocations run at once. A nested invocation takes no slot: its caller already holds one.

    No function takes more of them than there are processors. In a burst the steps of a workflow take turns; if each
    could take every slot, each would start as many environments, and more time would go into starting than into work.
    """

    def __init__(self) -> None:
        self.resize(4)

    def resize(self, count: int) -> None:
        self.count = count
        self._semaphore = threading.BoundedSemaphore(count)
        self._each = min(count, max(2, os.cpu_count() or 1))
        self._functions: dict[str, threading.BoundedSemaphore] = {}

    @contextmanager
    def hold(self, function: str, *, nested: bool) -> Iterator[None]:
        with ExitStack() as held:
            if not nested:
                # The function's own first: who waits for it keeps no slot from the others.
                for semaphore in (self._of(function), self._semaphore):
                    # A chain that hides its depth (Lambda -> Step Functions -> Lambda) could wait for itself: after
                    # the longest wait it runs anyway, one environment over the limit, instead of never.
                    if semaphore.acquire(timeout=_WAIT_FOR_SLOT_SECONDS):
                        held.callback(semaphore.release)
            yield

    def _of(self, function: str) -> threading.BoundedSemaphore:
        return self._functions.setdefault(function, threading.BoundedSemaphore(self._each))


_slots = _Slots()

_nested: contextvars.ContextVar[bool] = contextvars.ContextVar("nested_invocation", default=False)


@PATCHES.replaces("services.lambda_svc:_inbound_invoke_depth", "headers")
def _inbound_invoke_depth(original: Any, headers: Any) -> Any:
    """Calls that come from inside a function carry a header, whatever depth it says."""
    _nested.set(lambda_runtime.INVOKE_DEPTH_HEADER.lower() in headers)
    return original(headers)


@PATCHES.replaces("services.lambda_svc:_execute_function_warm", "func event request_id")
def _execute_function_warm(original: Any, func: Any, event: Any, request_id: str) -> Any:
    config = func.get("config") or func
    with _slots.hold(config.get("FunctionArn", ""), nested=_nested.get()):
        result = original(func, event, request_id)
    body = result.get("body")
    if isinstance(body, dict) and _RAISED in body:
        return {**result, "body": body[_RAISED], "error": True}
    return result


@PATCHES.replaces(
    "core.lambda_runtime:acquire_worker",
    "func_name config code_zip qualifier max_concurrency",
    imported_by=("services.lambda_svc",),
)
def _acquire_worker(original: Any, *arguments: Any, **options: Any) -> Any:
    worker, how = original(*arguments, **options)
    if how == "spawn":
        _retire_idle_workers(spare=2 * _slots.count)
    return worker, how


def _retire_idle_workers(spare: int) -> None:
    """Bound the interpreters of all functions together, to one of each function and ``spare`` more.

    What idled longest goes first, but no function's last one before another's second: in a workflow of a dozen steps
    the step that idled longest is the next one that is needed, and every invocation would be a cold start.
    """
    with lambda_runtime._lock:
        pools = [pool for pool in lambda_runtime._workers.values() if pool]
        last_ones = {id(max(pool, key=lambda worker: (worker.in_use, worker.last_used))) for pool in pools}
        everyone = [worker for pool in pools for worker in pool]
        idle = sorted(
            (worker for worker in everyone if not worker.in_use),
            key=lambda worker: (id(worker) in last_ones, worker.last_used),
        )
        retired = idle[: max(0, len(everyone) - len(pools) - spare)]
        for pool in pools:
            pool[:] = [worker for worker in pool if worker not in retired]
    if retired:
        threading.Thread(target=lambda_runtime.kill_workers, args=(retired,), daemon=True).start()


@PATCHES.replaces("core.lambda_runtime:release_worker", "worker", imported_by=("services.lambda_svc",))
def _release_worker(original: Any, worker: Any) -> None:
    if worker is not None:
        worker.last_used = time.time()
    original(worker)


@PATCHES.replaces("services.stepfunctions:_call_lambda", "func_ref event")
def _call_lambda(original: Any, func_ref: Any, event: Any) -> Any:
    """A throttled invocation reaches Step Functions as ``Lambda.TooManyRequestsException``, not ``Lambda.Unknown``."""
    from ministack.services import stepfunctions  # noqa: PLC0415  (imports this module's targets)

    try:
        return original(func_ref, event)
    except stepfunctions._ExecutionError as error:
        if error.error == "Lambda.Unknown" and "TooManyRequestsException" in str(error.cause):
            raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", error.cause) from error
        raise


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    _slots.resize(settings.lambda_slots)
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    for stock in (_STOCK_ERROR, _STOCK_INIT_ERROR):
        if script.count(stock) != 1:
            raise EmulatorMismatchError("ministack's Python worker script has changed: adapt lambda_workers.py")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_STOCK_ERROR, _FAITHFUL_ERROR).replace(
        _STOCK_INIT_ERROR, _FAITHFUL_INIT_ERROR
    )
