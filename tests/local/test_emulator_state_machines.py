"""Step Functions: retries by class with the right delays, integrations for services beside the emulator, restarts."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from tests.local.emulators import ROLE, Emulator, eventually

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

Function = Callable[..., str]

# Fails with a class of its own until the time given in the input has come.
FLAKY = """
import time
class StartThrottled(Exception): pass
class Broken(Exception): pass
def handler(event, context):
    if event.get("broken"): raise Broken("for good")
    if time.time() < event.get("until", 0): raise StartThrottled("not yet")
    return {"status": "COMPLETED"}
"""


def run(
    states: "SFNClient", name: str, definition: dict[str, Any], event: Any, *, seconds: float = 30
) -> dict[str, Any]:
    machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input=json.dumps(event))["executionArn"]

    def ended() -> Any:
        found = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    result: dict[str, Any] = eventually(ended, seconds=seconds)
    assert result, "the execution did not end"
    return result


def task(arn: str, **fields: Any) -> dict[str, Any]:
    return {"StartAt": "Task", "States": {"Task": {"Type": "Task", "Resource": arn, "End": True, **fields}}}


def test_given_a_retry_by_class_when_that_class_is_raised_then_delays_are_capped_and_the_task_succeeds(
    states: "SFNClient", function: Function
) -> None:
    growing = {"IntervalSeconds": 1, "BackoffRate": 100, "MaxDelaySeconds": 1, "MaxAttempts": 50}
    machine = task(function(FLAKY), Retry=[{"ErrorEquals": ["StartThrottled"], **growing}])
    result = run(states, "capped", machine, {"until": time.time() + 2.5}, seconds=12)
    assert result["status"] == "SUCCEEDED"  # without the cap the second delay would be 100 s (stock: 60 s)


def test_given_full_jitter_when_a_task_is_retried_then_it_goes_on_until_it_succeeds(
    states: "SFNClient", function: Function
) -> None:
    retry = {
        "ErrorEquals": ["StartThrottled"],
        "IntervalSeconds": 1,
        "BackoffRate": 1.0,
        "MaxAttempts": 200,
        "JitterStrategy": "FULL",
    }
    machine = task(function(FLAKY), Retry=[retry])
    assert run(states, "jitter", machine, {"until": time.time() + 2}, seconds=15)["status"] == "SUCCEEDED"


def test_given_a_catch_by_class_when_another_class_is_raised_then_it_does_not_match(
    states: "SFNClient", function: Function
) -> None:
    catch = [{"ErrorEquals": ["StartThrottled"], "Next": "Wrong"}, {"ErrorEquals": ["Broken"], "Next": "Right"}]
    definition = task(function(FLAKY), Catch=catch)
    definition["States"] |= {"Wrong": {"Type": "Fail"}, "Right": {"Type": "Pass", "End": True}}
    result = run(states, "catch", definition, {"broken": True})
    assert result["status"] == "SUCCEEDED"
    assert json.loads(result["output"])["Error"] == "Broken"


def test_given_a_throttled_function_when_a_state_machine_calls_it_then_the_error_has_its_name(
    emulator: Emulator, states: "SFNClient", function: Function
) -> None:
    arn = function("def handler(event, context):\n    return 1\n")
    emulator.client("lambda").put_function_concurrency(FunctionName=arn, ReservedConcurrentExecutions=0)
    catch = [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "Next": "Throttled"}]
    definition = task(arn, Catch=catch)
    definition["States"]["Throttled"] = {"Type": "Succeed"}
    assert run(states, "throttled", definition, {})["status"] == "SUCCEEDED"


def test_given_an_sdk_integration_of_a_service_beside_when_called_then_it_answers_and_its_errors_have_names(
    states: "SFNClient",
) -> None:
    call = {
        "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:medicalimaging:getDatastore", "End": True,
        "Parameters": {"DatastoreId": "0" * 31 + "1"},
    }  # fmt: skip
    found = run(states, "sdk", {"StartAt": "Call", "States": {"Call": call}}, {})
    assert json.loads(found["output"])["DatastoreProperties"]["datastoreStatus"] == "ACTIVE"

    absent = {**call, "Parameters": {"DatastoreId": "f" * 32}}
    absent["Catch"] = [{"ErrorEquals": ["MedicalImaging.ResourceNotFoundException"], "Next": "Absent"}]
    caught = {"StartAt": "Call", "States": {"Call": absent, "Absent": {"Type": "Succeed"}}}
    assert run(states, "sdk-error", caught, {})["status"] == "SUCCEEDED"


def test_given_running_executions_when_the_emulator_is_killed_then_they_continue_where_they_were(
    own_emulator: Emulator,
) -> None:
    states: SFNClient = own_emulator.client("stepfunctions")
    definition = {
        "StartAt": "Mark",
        "States": {
            "Mark": {"Type": "Pass", "Result": "seen", "ResultPath": "$.mark", "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 6, "Next": "Choose"},
            "Choose": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.mark", "StringEquals": "seen", "Next": "Done"}],
                "Default": "No",
            },
            "No": {"Type": "Fail"},
            "Done": {"Type": "Succeed"},
        },
    }
    machine = states.create_state_machine(name="long", definition=json.dumps(definition), roleArn=ROLE)[
        "stateMachineArn"
    ]
    execution = states.start_execution(stateMachineArn=machine, input='{"batch": 1}')["executionArn"]
    time.sleep(4)  # long enough to be saved
    own_emulator.kill()
    own_emulator.start()

    def status() -> Any:
        found = own_emulator.client("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    assert status() is None  # not failed by the restart
    ended = eventually(status, seconds=20)
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == {"batch": 1, "mark": "seen"}


@given(
    interval=st.integers(1, 3600),
    backoff=st.floats(1, 10),
    maximum=st.integers(1, 31_622_400),
    earlier=st.integers(0, 10_000),
    fraction=st.floats(0, 1, exclude_max=True),
)
def test_given_any_retrier_when_it_waits_then_never_longer_than_allowed_and_jitter_only_shortens(
    interval: int, backoff: float, maximum: int, earlier: int, fraction: float
) -> None:
    from local_cloud.emulator.retries import retry_delay

    retrier = {"IntervalSeconds": interval, "BackoffRate": backoff, "MaxDelaySeconds": maximum}
    plain = retry_delay(retrier, earlier, fraction=fraction)
    jittered = retry_delay({**retrier, "JitterStrategy": "FULL"}, earlier, fraction=fraction)
    assert min(interval, maximum) <= plain <= maximum
    assert 0 <= jittered <= plain


def test_given_a_function_that_fails_instead_of_keeping_the_token_when_it_is_run_then_its_class_fails_the_task(
    states: "SFNClient", function: Function
) -> None:
    asked = {"FunctionName": function(FLAKY), "Payload": {"token.$": "$$.Task.Token", "broken": True}}
    machine = task(
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Parameters=asked,
        TimeoutSeconds=3600,
        Retry=[{"ErrorEquals": ["StartThrottled"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1.0}],
    )
    result = run(states, "unasked", machine, {}, seconds=15)
    assert (result["status"], result["error"]) == ("FAILED", "Broken")  # stock: waits until the time-out
