"""Lambda: errors by class, warm environments after an error, and a bound on how many run."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil

from tests.local.emulators import Emulator, eventually

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Function = Callable[..., str]

RAISES = """
import os
class StartThrottled(Exception): pass
def handler(event, context):
    if event.get("raise"): raise StartThrottled("later")
    return os.getpid()
"""

SLEEPS = "import time\ndef handler(event, context):\n    time.sleep(0.5)\n    return event\n"

NESTED = """
import boto3, json
def handler(event, context):
    if event["depth"] == 0: return 0
    answer = boto3.client("lambda").invoke(
        FunctionName=context.invoked_function_arn, Payload=json.dumps({"depth": event["depth"] - 1}))
    return 1 + json.loads(answer["Payload"].read())
"""


def invoke(lambdas: "LambdaClient", arn: str, event: Any) -> tuple[Any, str | None]:
    answer = lambdas.invoke(FunctionName=arn, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_given_an_exception_when_raised_then_its_class_is_the_error_type_and_the_environment_stays_warm(
    lambdas: "LambdaClient", function: Function
) -> None:
    arn = function(RAISES)
    before, _ = invoke(lambdas, arn, {})
    error, kind = invoke(lambdas, arn, {"raise": True})
    after, _ = invoke(lambdas, arn, {})
    assert kind == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("StartThrottled", "later")
    assert any("handler" in line for line in error["stackTrace"])
    assert before == after  # the same process


def test_given_a_module_that_cannot_start_when_invoked_then_the_error_names_the_class(
    lambdas: "LambdaClient", function: Function
) -> None:
    arn = function("raise KeyError('JOB_TABLE')\n")
    error, kind = invoke(lambdas, arn, {})
    assert kind == "Unhandled"
    assert "KeyError" in error["errorMessage"]


def test_given_a_warm_function_without_output_when_invoked_then_it_answers_fast(
    lambdas: "LambdaClient", function: Function
) -> None:
    arn = function("def handler(event, context):\n    return event\n")
    invoke(lambdas, arn, {})
    fastest = min(timed(lambda: invoke(lambdas, arn, {})) for _ in range(60))
    assert fastest < 0.045  # stock waits 50 ms for log lines, whatever the function does


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def test_given_twelve_concurrent_events_when_invoked_then_one_runs_on_each_processor_and_all_succeed(
    emulator: Emulator, lambdas: "LambdaClient", function: Function
) -> None:
    arn = function(SLEEPS, Timeout=3)  # waiting for a slot is not running time: nothing times out
    with ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(invoke, emulator.client("lambda"), arn, n) for n in range(12)]
        time.sleep(1.2)
        running = environments(emulator, arn)
        answers = [call.result(timeout=30) for call in calls]
    assert answers == [(n, None) for n in range(12)]
    assert 0 < running <= min(4, max(2, os.cpu_count() or 1))


def test_given_a_workflow_of_many_functions_when_called_in_turn_then_each_keeps_its_environment(
    lambdas: "LambdaClient", function: Function
) -> None:
    steps = [function("import os\ndef handler(event, context):\n    return os.getpid()\n") for _ in range(14)]
    first, second = ([invoke(lambdas, arn, {})[0] for arn in steps] for _ in range(2))
    assert first == second


def environments(emulator: Emulator, arn: str) -> int:
    assert emulator.process is not None
    name = arn.rpartition(":")[2]
    children = psutil.Process(emulator.process.pid).children()
    return sum(1 for child in children if any(name in word for word in child.cmdline()))


def test_given_a_function_that_calls_itself_deeper_than_there_are_slots_when_invoked_then_it_ends(
    lambdas: "LambdaClient", function: Function
) -> None:
    arn = function(NESTED)
    assert invoke(lambdas, arn, {"depth": 7}) == (7, None)


EMBEDDED = """
import json
def handler(event, context):
    metrics = [{"Name": "InstancesFailed", "Unit": "Count"}]
    directive = {"Namespace": "Test/Imaging", "Dimensions": [[]], "Metrics": metrics}
    print(json.dumps({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "InstancesFailed": event}))
    print('{"_aws": malformed')
    return 1
"""


def test_given_a_line_in_the_embedded_format_when_logged_then_the_metric_exists_and_its_alarm_sees_it(
    emulator: Emulator, lambdas: "LambdaClient", function: Function
) -> None:
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="failed", Namespace="Test/Imaging", MetricName="InstancesFailed", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )  # fmt: skip
    invoke(lambdas, function(EMBEDDED), 3)

    def alarm_state() -> bool:
        [alarm] = cloudwatch.describe_alarms(AlarmNames=["failed"])["MetricAlarms"]
        return bool(alarm["StateValue"] == "ALARM")

    assert eventually(alarm_state)
