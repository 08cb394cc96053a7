"""Runs a synthesised state machine whose functions follow a script and keep every event that they were given.

The definition is the template's own. A script says of each execution what the calls of a function do, in order; the
last turn repeats: ``{"raise": "SomeError"}`` raises, anything else is what it returns beside or instead of the normal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from healthcare_infra.assembly import Synthesis
from local_cloud.ports import any_free_port
from tests.local.emulators import ROLE, Emulator, zipped

Turn = dict[str, str]
Script = dict[str, list[Turn]]

_FUNCTION = """
import json, os, pathlib

def handler(event, context):
    step, plan = os.environ["STEP"], json.loads(os.environ["PLAN"])
    name = event[plan["named_by"]]
    calls = pathlib.Path(os.environ["CALLS"], name + "." + step)
    with calls.open("a") as file:
        file.write(json.dumps(event) + "\\n")
    number = len(calls.read_text().splitlines())
    script = plan["scripts"][name].get(step, [{}])
    turn = script[min(number, len(script)) - 1]
    if "raise" in turn:
        raise type(turn["raise"], (Exception,), {})("Yamada Taro has no business here")
    return {plan["named_by"]: name, "patientName": "Yamada Taro", **plan["normal"][step], **turn}
"""


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One state machine of the local stage, and what stands in for its functions.

    ``named_by`` is the field of the input that names an execution; ``normal`` says what each step returns where no
    script says otherwise; ``replacing`` changes texts of the definition, each of which stands in it once.
    """

    stack: str
    named_by: str
    normal: Mapping[str, Turn]
    scripts: Mapping[str, Script]
    replacing: tuple[tuple[str, str], ...] = ()


class ScriptedRun:
    """All executions of a workflow, side by side."""

    def __init__(self, workflow: Workflow, emulator: Emulator, synthesis: Synthesis, calls: Path) -> None:
        self.states: Any = emulator.client("stepfunctions")
        self._workflow = workflow
        self._calls = calls
        functions = {step: self._create_function(emulator, step) for step in workflow.normal}
        machine = self.states.create_state_machine(
            name=workflow.stack, definition=_definition(workflow, synthesis, functions), roleArn=ROLE
        )["stateMachineArn"]
        self._started: dict[str, str] = {
            name: self.states.start_execution(
                stateMachineArn=machine, name=name, input=json.dumps({workflow.named_by: name})
            )["executionArn"]
            for name in workflow.scripts
        }

    def all_ended(self) -> bool:
        return all(self.description(name)["status"] != "RUNNING" for name in self._started)

    def description(self, name: str) -> dict[str, Any]:
        description: dict[str, Any] = self.states.describe_execution(executionArn=self._started[name])
        return description

    def states_of(self, name: str) -> list[str]:
        """The states that an execution entered, in order."""
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=self._started[name])
        events = [event for page in pages for event in page["events"]]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def calls_of(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """The events that each function was given by an execution, but for one that is still being written."""
        return {step: _whole_lines(self._calls / f"{name}.{step}") for step in self._workflow.normal}

    def _create_function(self, emulator: Emulator, step: str) -> str:
        workflow = self._workflow
        plan = {"named_by": workflow.named_by, "normal": dict(workflow.normal), "scripts": dict(workflow.scripts)}
        created = emulator.client("lambda").create_function(
            FunctionName=step,
            Runtime="python3.13",
            Role=ROLE,
            Handler="function.handler",
            Code={"ZipFile": zipped(_FUNCTION)},
            Environment={"Variables": {"STEP": step, "CALLS": str(self._calls), "PLAN": json.dumps(plan)}},
        )
        return str(created["FunctionArn"])


@contextmanager
def running(
    workflow: Workflow, synthesis: Synthesis, directory: Path, *, options: Sequence[str] = ()
) -> Iterator[ScriptedRun]:
    """Start an emulator and, in it, every execution of the workflow."""
    state, calls = directory / "emulator", directory / "calls"
    state.mkdir()
    calls.mkdir()
    emulator = Emulator(state, any_free_port(), {}, options=list(options))
    emulator.start()
    try:
        yield ScriptedRun(workflow, emulator, synthesis, calls)
    finally:
        emulator.stop()


def _definition(workflow: Workflow, synthesis: Synthesis, functions: Mapping[str, str]) -> str:
    """The local stage's definition, with the given functions in place of the deployed ones."""
    resources: Any = synthesis.of_stage("local")[workflow.stack].template["Resources"]
    (machine,) = [each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine"]
    pieces = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else _referred(piece, functions) for piece in pieces)
    for old, new in workflow.replacing:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def _referred(piece: dict[str, Any], functions: Mapping[str, str]) -> str:
    if piece == {"Ref": "AWS::Partition"}:
        return "aws"
    (arn,) = [arn for step, arn in functions.items() if piece["Fn::GetAtt"][0].startswith(f"Steps{step}Function")]
    return arn


def _whole_lines(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]
