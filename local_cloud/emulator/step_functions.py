"""Step Functions: retries as the Amazon States Language has them, executions that survive a restart, and more SDK
services.

Stock ministack ignores ``MaxDelaySeconds`` and ``JitterStrategy`` and caps every delay at 60 s; it goes on waiting for
a callback when the function that should arrange it has failed; it fails all running executions at a restart, and knows
``aws-sdk:*`` integrations only for the services it has itself.
"""

import contextvars
import functools
import json
import random
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.exceptions
import botocore.session
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from local_cloud.emulator.loopback import client_options, session
from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.retries import retry_delay
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("Step Functions")
PATCHES.require("services.stepfunctions:_executions")
PATCHES.require("services.stepfunctions:_state_machines")
PATCHES.require("services.stepfunctions:_run_sub_machine", "states start_at input_data execution ctx")
PATCHES.require("services.stepfunctions:_fail_execution", "execution error cause")
PATCHES.require("services.stepfunctions:_add_event", "execution event_type details")
PATCHES.require("services.stepfunctions:_emit_execution_status_event", "execution")
PATCHES.require("services.stepfunctions:_ExecutionError")
PATCHES.require("services.stepfunctions:_task_tokens")

# --- Retry -----------------------------------------------------------------------------------------------------------

_retry = threading.local()


@PATCHES.replaces("services.stepfunctions:_find_matching_retrier", "retriers error retry_counts")
def _find_matching_retrier(original: Any, retriers: Any, error: Any, retry_counts: Any) -> Any:
    retrier, index = original(retriers, error, retry_counts)
    _retry.delay = None
    if retrier is not None:
        # The caller's next act is to sleep, on this thread: _scaled_sleep takes the delay from here.
        _retry.delay = retry_delay(retrier, retry_counts.get(index, 0), fraction=random.random())
    return retrier, index


@PATCHES.replaces("services.stepfunctions:_scaled_sleep", "seconds")
def _scaled_sleep(original: Any, seconds: float) -> None:
    delay, _retry.delay = getattr(_retry, "delay", None), None
    original(seconds if delay is None else delay)


# --- Callbacks: a function that fails before anybody can answer fails its task ----------------------------------------

_callback = threading.local()


@PATCHES.replaces("services.stepfunctions:_invoke_with_callback", "resource input_data token state_def")
def _invoke_with_callback(original: Any, resource: Any, input_data: Any, token: str, state_def: Any) -> Any:
    _callback.token = token
    try:
        return original(resource, input_data, token, state_def)
    finally:
        _callback.token = None


@PATCHES.replaces("services.stepfunctions:_call_lambda", "func_ref event")
def _call_lambda(original: Any, func_ref: Any, event: Any) -> Any:
    """The caller swallows the error of a function that arranges a callback, so it is given to the one that waits."""
    try:
        return original(func_ref, event)
    except stepfunctions._ExecutionError as error:
        waiting = stepfunctions._task_tokens.get(getattr(_callback, "token", None) or "")
        if waiting is not None and waiting["result"] is None:
            waiting["error"] = {"Error": error.error, "Cause": error.cause}
            waiting["event"].set()
        raise


# --- Executions across a restart -------------------------------------------------------------------------------------

_interrupted: list[tuple[str, str, str]] = []


@PATCHES.replaces("services.stepfunctions:_restore_state", "data")
def _restore_state(original: Any, data: Any) -> None:
    original(data)
    for (account, region, arn), execution in stepfunctions._executions.all_items():
        if execution.get("error") == "States.ServiceRestart":
            execution.update(status="RUNNING", stopDate=None, output=None)
            for field in ("error", "cause"):
                execution.pop(field, None)
            _interrupted.append((account, region, arn))


def resume_interrupted() -> int:
    """Continue every execution that was running when the emulator stopped, from the state it was in; returns how many.

    The state's task runs again, as after a lost answer on AWS: at least once.
    """
    count = len(_interrupted)
    for account, region, arn in _interrupted:
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(_resume, account, region, arn), daemon=True, name="resume").start()
    _interrupted.clear()
    return count


def _resume(account: str, region: str, arn: str) -> None:
    set_request_account_id(account)
    set_request_region(region)
    execution = stepfunctions._executions.get(arn)
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
    if machine is None:
        stepfunctions._fail_execution(execution, "StateMachineDeleted", "State machine no longer exists")
        return
    definition = json.loads(machine["definition"])
    state, state_input = _last_entered(execution, definition)
    context = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": arn,
            "Input": json.loads(execution["input"]),
            "Name": execution["name"],
            "StartTime": execution["startDate"],
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    try:
        output = stepfunctions._run_sub_machine(definition["States"], state, state_input, execution, context)
    except stepfunctions._ExecutionError as error:
        stepfunctions._fail_execution(execution, error.error, error.cause)
        return
    if execution["status"] == "RUNNING":
        execution.update(status="SUCCEEDED", output=json.dumps(output), stopDate=datetime.now(UTC).isoformat())
        stepfunctions._add_event(
            execution, "ExecutionSucceeded", {"executionSucceededEventDetails": {"output": execution["output"]}}
        )
        stepfunctions._emit_execution_status_event(execution)


def _last_entered(execution: Mapping[str, Any], definition: Mapping[str, Any]) -> tuple[str, Any]:
    for event in reversed(execution.get("events", [])):
        details = event.get("stateEnteredEventDetails")
        if details and details["name"] in definition["States"]:
            return details["name"], json.loads(details["input"])
    return definition["StartAt"], json.loads(execution["input"])


# --- aws-sdk:* integrations for services that run beside the emulator ------------------------------------------------


@functools.cache
def _sdk_services() -> dict[str, str]:
    """The service part of an ``aws-sdk`` ARN is the SDK's name without hyphens, in lower case."""
    return {name.replace("-", ""): name for name in botocore.session.get_session().get_available_services()}


_beside: set[str] = set()
_options: dict[str, Any] = {}


@PATCHES.replaces("services.stepfunctions:_invoke_aws_sdk_integration", "resource input_data")
def _invoke_aws_sdk_integration(original: Any, resource: str, input_data: Any) -> Any:
    service, _, action = resource.partition("aws-sdk:")[2].partition(":")
    name = _sdk_services().get(service.lower())
    if name is None:
        return original(resource, input_data)
    client: Any = session().client(name, **_options)  # type: ignore[call-overload]
    if client.meta.service_model.signing_name not in _beside:
        return original(resource, input_data)
    return _call(client, action.partition(".")[0], input_data or {})


def _call(client: Any, action: str, parameters: Mapping[str, Any]) -> Any:
    model = client.meta.service_model
    operation = next((name for name in model.operation_names if name.lower() == action.lower()), None)
    if operation is None:
        raise stepfunctions._ExecutionError("States.Runtime", f"{model.service_name} has no operation {action}")
    shape = model.operation_model(operation).input_shape
    members = {name.lower(): name for name in (shape.members if shape else {})}
    request = {members.get(name.lower(), name): value for name, value in parameters.items()}
    try:
        answer = client._make_api_call(operation, request)
    except botocore.exceptions.ClientError as error:
        fault = error.response["Error"]
        prefix = str(model.service_id).replace(" ", "")
        raise stepfunctions._ExecutionError(f"{prefix}.{fault['Code']}", fault["Message"]) from error
    answer.pop("ResponseMetadata", None)
    return {name[0].upper() + name[1:]: _json_value(value) for name, value in answer.items()}


def _json_value(value: Any) -> Any:
    if hasattr(value, "read"):  # a streaming body
        return value.read().decode("utf-8", "replace")
    return json.loads(json.dumps(value, default=str))


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    _beside.update(settings.services)
    _options.update(client_options(settings))
