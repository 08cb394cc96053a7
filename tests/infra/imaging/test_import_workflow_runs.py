"""The synthesised state machine, running: what its retries, its choice and its selectors do, not what they say.

The definition is the template's own; in place of the three functions stand Lambda functions that follow a script and
keep every event they were given. All executions run side by side.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.imaging import ImportFault
from local_cloud.ports import any_free_port
from tests.local.emulators import ROLE, Emulator, eventually, zipped

STEPS = ("TriggerImport", "StartImportJob", "CheckStatus")

# Stands in a script for one call of a function.
RAISES_THROTTLED = {"raise": ImportFault.START_THROTTLED.value}
RAISES_TRANSIENT = {"raise": ImportFault.TRANSIENT.value}
RAISES_KEY_ERROR = {"raise": "KeyError"}
IN_PROGRESS = {"status": "IN_PROGRESS"}
COMPLETED = {"status": "COMPLETED"}
FAILED = {"status": "FAILED"}

# Batch -> step -> what its calls do, in order; the last one repeats. A step that is not named succeeds.
SCRIPTS: dict[str, dict[str, list[dict[str, str]]]] = {
    "plain": {"CheckStatus": [IN_PROGRESS, COMPLETED]},
    "throttled": {"StartImportJob": [*[RAISES_THROTTLED] * 5, {}], "CheckStatus": [COMPLETED]},
    "transient": {
        "TriggerImport": [RAISES_TRANSIENT, {}],
        "StartImportJob": [RAISES_TRANSIENT, {}],
        "CheckStatus": [RAISES_TRANSIENT, COMPLETED],
    },
    "crashed-once": {"TriggerImport": [RAISES_KEY_ERROR, {}], "CheckStatus": [COMPLETED]},
    "job-failed": {"CheckStatus": [FAILED]},
    "broken": {"TriggerImport": [RAISES_KEY_ERROR]},
}

FUNCTION = """
import json, os, pathlib

def handler(event, context):
    calls = pathlib.Path(os.environ["CALLS"], event["batchId"] + "." + os.environ["STEP"])
    with calls.open("a") as file:
        file.write(json.dumps(event) + "\\n")
    number = len(calls.read_text().splitlines())
    script = json.loads(os.environ["SCRIPTS"])[event["batchId"]].get(os.environ["STEP"], [{}])
    turn = script[min(number, len(script)) - 1]
    if "raise" in turn:
        raise type(turn["raise"], (Exception,), {})("no identifier here")
    return {"batchId": event["batchId"], "jobId": "job-" + event["batchId"], "patientName": "Yamada^Taro", **turn}
"""


@dataclass(frozen=True)
class Ended:
    """An execution that has ended, and the events that its functions were given."""

    description: dict[str, Any]
    calls: dict[str, list[dict[str, str]]]

    @property
    def status(self) -> str:
        return str(self.description["status"])


@pytest.fixture(scope="module")
def executions(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    calls = tmp_path_factory.mktemp("calls")
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), any_free_port(), {})
    emulator.start()
    try:
        yield run_all(emulator, synthesis, calls)
    finally:
        emulator.stop()


def run_all(emulator: Emulator, synthesis: Synthesis, calls: Path) -> dict[str, Ended]:
    states = emulator.client("stepfunctions")
    functions = {step: create_function(emulator, step, calls) for step in STEPS}
    machine = states.create_state_machine(name="import", definition=definition(synthesis, functions), roleArn=ROLE)[
        "stateMachineArn"
    ]
    started = {
        batch: states.start_execution(stateMachineArn=machine, name=batch, input=json.dumps({"batchId": batch}))
        for batch in SCRIPTS
    }

    def described(batch: str) -> dict[str, Any]:
        description: dict[str, Any] = states.describe_execution(executionArn=started[batch]["executionArn"])
        return description

    assert eventually(lambda: all(described(batch)["status"] != "RUNNING" for batch in SCRIPTS), seconds=60)
    results = {}
    for batch in SCRIPTS:
        given = {step: calls / f"{batch}.{step}" for step in STEPS}
        results[batch] = Ended(
            described(batch),
            {
                step: [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
                for step, file in given.items()
            },
        )
    return results


def create_function(emulator: Emulator, step: str, calls: Path) -> str:
    created = emulator.client("lambda").create_function(
        FunctionName=step,
        Runtime="python3.13",
        Role=ROLE,
        Handler="function.handler",
        Code={"ZipFile": zipped(FUNCTION)},
        Environment={"Variables": {"STEP": step, "CALLS": str(calls), "SCRIPTS": json.dumps(SCRIPTS)}},
    )
    return str(created["FunctionArn"])


def definition(synthesis: Synthesis, functions: dict[str, str]) -> str:
    """The local stage's definition, with the given functions in place of the deployed ones."""
    resources: Any = synthesis.of_stage("local")["imaging-import"].template["Resources"]
    (machine,) = [each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine"]
    pieces = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    return "".join(piece if isinstance(piece, str) else functions[step_of(piece)] for piece in pieces)


def step_of(reference: dict[str, list[str]]) -> str:
    (step,) = [step for step in STEPS if step in reference["Fn::GetAtt"][0]]
    return step


def test_given_a_job_in_progress_then_it_is_asked_again_until_it_is_complete(executions: dict[str, Ended]) -> None:
    plain = executions["plain"]
    assert plain.status == "SUCCEEDED"
    assert len(plain.calls["CheckStatus"]) == 2


def test_given_functions_that_return_more_then_nothing_travels_but_batch_job_and_status(
    executions: dict[str, Ended],
) -> None:
    plain = executions["plain"]
    assert plain.calls == {
        "TriggerImport": [{"batchId": "plain"}],
        "StartImportJob": [{"batchId": "plain"}],
        "CheckStatus": [
            {"batchId": "plain", "jobId": "job-plain"},
            {"batchId": "plain", "jobId": "job-plain", "status": "IN_PROGRESS"},
        ],
    }
    assert json.loads(plain.description["output"]) == {
        "batchId": "plain",
        "jobId": "job-plain",
        "status": "COMPLETED",
    }


def test_given_throttled_starts_then_the_batch_waits_and_succeeds(executions: dict[str, Ended]) -> None:
    assert executions["throttled"].status == "SUCCEEDED"
    assert len(executions["throttled"].calls["StartImportJob"]) == 6
    assert len(executions["throttled"].calls["TriggerImport"]) == 1


def test_given_a_transient_fault_in_any_step_then_only_that_step_runs_again(executions: dict[str, Ended]) -> None:
    assert executions["transient"].status == "SUCCEEDED"
    assert {step: len(given) for step, given in executions["transient"].calls.items()} == dict.fromkeys(STEPS, 2)


def test_given_a_step_that_crashes_once_then_it_runs_again(executions: dict[str, Ended]) -> None:
    assert executions["crashed-once"].status == "SUCCEEDED"


@pytest.mark.parametrize("batch", ["job-failed", "broken"])
def test_given_no_way_to_succeed_then_the_execution_fails_with_a_text_that_quotes_nothing(
    executions: dict[str, Ended], batch: str
) -> None:
    ended = executions[batch]
    assert ended.status == "FAILED"
    assert ended.description["error"] == "ImportFailed"
    assert "the batch and the steps' logs say why" in ended.description["cause"]


def test_given_a_step_that_always_crashes_then_it_is_tried_four_times(executions: dict[str, Ended]) -> None:
    assert len(executions["broken"].calls["TriggerImport"]) == 4
    assert executions["broken"].calls["StartImportJob"] == []
