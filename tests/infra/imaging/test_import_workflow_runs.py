"""The synthesised state machine, running: what its retries, its choice and its selectors do, not what they say."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.imaging import ImportFault
from tests.infra.scripted_workflow import Script, Workflow, running
from tests.local.emulators import eventually

STEPS = ("TriggerImport", "StartImportJob", "CheckStatus")

# Stands in a script for one call of a function.
RAISES_THROTTLED = {"raise": ImportFault.START_THROTTLED.value}
RAISES_TRANSIENT = {"raise": ImportFault.TRANSIENT.value}
RAISES_KEY_ERROR = {"raise": "KeyError"}
IN_PROGRESS = {"status": "IN_PROGRESS"}
COMPLETED = {"status": "COMPLETED"}
FAILED = {"status": "FAILED"}

# A step that is not named succeeds.
SCRIPTS: dict[str, Script] = {
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

WORKFLOW = Workflow(
    stack="imaging-import",
    named_by="batchId",
    normal={step: {"jobId": "job"} for step in STEPS},
    scripts=SCRIPTS,
)


@dataclass(frozen=True)
class Ended:
    """An execution that has ended, and the events that its functions were given."""

    description: dict[str, Any]
    calls: dict[str, list[dict[str, Any]]]

    @property
    def status(self) -> str:
        return str(self.description["status"])


@pytest.fixture(scope="module")
def executions(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    with running(WORKFLOW, synthesis, tmp_path_factory.mktemp("imports")) as run:
        assert eventually(run.all_ended, seconds=60)
        return {batch: Ended(run.description(batch), run.calls_of(batch)) for batch in SCRIPTS}


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
            {"batchId": "plain", "jobId": "job"},
            {"batchId": "plain", "jobId": "job", "status": "IN_PROGRESS"},
        ],
    }
    assert json.loads(plain.description["output"]) == {
        "batchId": "plain",
        "jobId": "job",
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
