"""The synthesised document state machine, running: every way that a document can take, and what travels on it.

The definition is the template's own, but for the time of a review; in place of the functions stand Lambda functions
that follow a script and keep every event they were given. All executions run side by side.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.constructs.documents.steps import PLANS
from healthcare_runtime.contracts.documents import DocumentFault, DocumentState
from local_cloud.ports import any_free_port
from tests.local.emulators import ROLE, Emulator, eventually, zipped

STEPS = tuple(state.value for state in PLANS)
REVIEW_SECONDS = 12  # in place of days; long enough for a decision on a slow machine

# Stands in a script for one call of a function.
TRANSIENT = {"raise": DocumentFault.TRANSIENT.value}
PENDING = {"raise": DocumentFault.MALWARE_VERDICT_PENDING.value}
AUDIT_AWAY = {"raise": DocumentFault.AUDIT_UNAVAILABLE.value}
CRASH = {"raise": "KeyError"}
PASS, HOLD, REJECT, HIGH, LOW, UNHEARD_OF = (
    {"verdict": verdict} for verdict in ("PASS", "HOLD", "REJECT", "HIGH", "LOW", "PERHAPS")
)
NORMAL = {**dict.fromkeys(STEPS, PASS), "CheckCompliance": LOW, "ScoreFraudRisk": LOW, "Reject": REJECT,
          "Quarantine": HOLD, "SendAlert": HOLD}  # fmt: skip
Script = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Way:
    """What happens to a document: departures from the normal course, a reviewer's decision, and where it must end."""

    script: Script
    ends: str
    review: str | None = None


HELD = ("Quarantine", "SendAlert", "ManualReview")
WAYS = {
    "plain": Way({}, "Processed"),
    "unreadable": Way({"ValidateInput": [REJECT]}, "Rejected"),
    "infected-approved": Way({"ValidateInput": [HOLD]}, "Processed", "APPROVE"),
    "denied-more-masked": Way({"CheckConsent": [HOLD]}, "Processed", "MASK_MORE"),
    "risky-rejected": Way({"ScoreFraudRisk": [HIGH]}, "Rejected", "REJECT"),
    "risk-unheard-of": Way({"ScoreFraudRisk": [UNHEARD_OF]}, "Rejected", "REJECT"),
    "residual-then-kept": Way({"MaskAndStore": [HOLD]}, "Quarantined", "LATER"),
    "nobody-reviews": Way({"CheckConsent": [HOLD]}, "Quarantined"),
    "mask-again-after-approval": Way({"CheckConsent": [HOLD], "MaskAndStore": [HOLD, PASS]}, "Processed", "APPROVE"),
    "hiccups": Way(
        {
            "ValidateInput": [PENDING, TRANSIENT, PASS],
            "CheckConsent": [AUDIT_AWAY, PASS],
            "SendToAnalytics": [TRANSIENT, CRASH, PASS],
        },
        "Processed",
    ),
    "detection-broken": Way({"DetectPhi": [CRASH]}, "Rejected", "REJECT"),
    "detection-mended-then-judged": Way({"DetectPhi": [CRASH] * 4 + [PASS]}, "Processed", "AGAIN"),
    "expired-then-read-again": Way({"ScoreFraudRisk": [HIGH, LOW]}, "Processed", "READ_AGAIN"),
    "read-again-and-held": Way(
        {"ValidateInput": [PASS, HOLD, PASS], "CheckConsent": [HOLD, PASS]}, "Processed", "READ_AGAIN"
    ),
    "masking-broken": Way({"MaskAndStore": [CRASH]}, "Rejected", "REJECT"),
    "analytics-broken": Way({"SendToAnalytics": [CRASH]}, "Failed"),
    "quarantine-broken": Way({"CheckConsent": [HOLD], "Quarantine": [CRASH]}, "Failed"),
    "alert-broken": Way({"CheckConsent": [HOLD], "SendAlert": [CRASH]}, "Failed"),
    "reject-broken": Way({"ValidateInput": [REJECT], "Reject": [CRASH]}, "Failed"),
    "review-broken": Way({"CheckConsent": [HOLD], "ManualReview": [CRASH]}, "Failed"),
}

FUNCTION = """
import json, os, pathlib

def handler(event, context):
    step, document = os.environ["STEP"], event["documentId"]
    calls = pathlib.Path(os.environ["CALLS"], document + "." + step)
    with calls.open("a") as file:
        file.write(json.dumps(event) + "\\n")
    number = len(calls.read_text().splitlines())
    scripts, normal = json.loads(os.environ["SCRIPTS"]), json.loads(os.environ["NORMAL"])
    script = scripts[document].get(step, [normal[step]])
    turn = script[min(number, len(script)) - 1]
    if "raise" in turn:
        raise type(turn["raise"], (Exception,), {})("Yamada Taro has no business here")
    return {"documentId": document, "patientName": "Yamada Taro", **turn}
"""


@dataclass(frozen=True)
class Ended:
    """An execution that has ended: its states in order, and the events that its functions were given."""

    description: dict[str, Any]
    states: list[str]
    calls: dict[str, list[dict[str, Any]]]

    @property
    def status(self) -> str:
        return str(self.description["status"])


@pytest.fixture(scope="module")
def executions(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    calls = tmp_path_factory.mktemp("calls")
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), any_free_port(), {}, options=["--lambda-slots", "6"])
    emulator.start()
    try:
        yield run_all(emulator, synthesis, calls)
    finally:
        emulator.stop()


def run_all(emulator: Emulator, synthesis: Synthesis, calls: Path) -> dict[str, Ended]:
    states = emulator.client("stepfunctions")
    functions = {step: create_function(emulator, step, calls) for step in STEPS}
    machine = states.create_state_machine(name="documents", definition=definition(synthesis, functions), roleArn=ROLE)[
        "stateMachineArn"
    ]
    started = {
        document: states.start_execution(
            stateMachineArn=machine, name=document, input=json.dumps({"documentId": document})
        )["executionArn"]
        for document in WAYS
    }
    decided: Counter[str] = Counter()

    def all_ended() -> bool:
        for document, way in WAYS.items():
            if way.review and decide(states, calls, document, way.review, before=decided[document]):
                decided[document] += 1
        return all(states.describe_execution(executionArn=arn)["status"] != "RUNNING" for arn in started.values())

    assert eventually(all_ended, seconds=90)
    return {document: ended(states, arn, calls, document) for document, arn in started.items()}


def decide(states: Any, calls: Path, document: str, verdict: str, *, before: int) -> bool:
    """What a reviewer's tool does with the token that the function kept, unless it decided that one before."""
    asked = calls / f"{document}.ManualReview"
    waiting = asked.read_text().splitlines(keepends=True)[before:] if asked.exists() else []
    if not waiting or not waiting[0].endswith("\n"):
        return False
    output = {"documentId": document, "verdict": verdict, "comment": "Yamada Taro"}
    try:
        states.send_task_success(taskToken=json.loads(waiting[0])["taskToken"], output=json.dumps(output))
    except states.exceptions.ClientError:  # the emulator waits for the token a moment after it gave it away
        return False
    return True


def ended(states: Any, arn: str, calls: Path, document: str) -> Ended:
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    given = {step: calls / f"{document}.{step}" for step in STEPS}
    return Ended(
        states.describe_execution(executionArn=arn),
        [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event],
        {
            step: [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
            for step, file in given.items()
        },
    )


def create_function(emulator: Emulator, step: str, calls: Path) -> str:
    scripts = {document: way.script for document, way in WAYS.items()}
    variables = {
        "STEP": step, "CALLS": str(calls), "SCRIPTS": json.dumps(scripts), "NORMAL": json.dumps(NORMAL)
    }  # fmt: skip
    created = emulator.client("lambda").create_function(
        FunctionName=step,
        Runtime="python3.13",
        Role=ROLE,
        Handler="function.handler",
        Code={"ZipFile": zipped(FUNCTION)},
        Environment={"Variables": variables},
    )
    return str(created["FunctionArn"])


def definition(synthesis: Synthesis, functions: dict[str, str]) -> str:
    """The local stage's definition, with the given functions in place of the deployed ones, and a review of seconds."""
    resources: Any = synthesis.of_stage("local")["phi-pipeline"].template["Resources"]
    (machine,) = [each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine"]
    pieces = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else referred(piece, functions) for piece in pieces)
    day = '"TimeoutSeconds":86400'
    assert text.count(day) == 1
    return text.replace(day, f'"TimeoutSeconds":{REVIEW_SECONDS}')


def referred(piece: dict[str, Any], functions: dict[str, str]) -> str:
    if piece == {"Ref": "AWS::Partition"}:
        return "aws"
    logical_id = piece["Fn::GetAtt"][0]
    (step,) = [step for step in functions if logical_id.startswith(f"Steps{step}Function")]
    return functions[step]


@pytest.mark.parametrize("document", WAYS)
def test_given_what_happens_to_it_then_a_document_ends_where_it_must(
    executions: dict[str, Ended], document: str
) -> None:
    way, result = WAYS[document], executions[document]
    assert result.states[-1] == way.ends, result.states
    assert result.status == ("FAILED" if way.ends == "Failed" else "SUCCEEDED")


def test_given_nothing_special_then_every_step_of_the_design_runs_once_and_in_order(
    executions: dict[str, Ended],
) -> None:
    assert executions["plain"].states == [
        "ValidateInput", "IsReadable", "CheckConsent", "IsPermitted", "DetectPhi", "CheckCompliance", "ScoreFraudRisk",
        "RiskLevel", "MaskAndStore", "IsMasked", "SendToAnalytics", "Processed",
    ]  # fmt: skip


@pytest.mark.parametrize("document", WAYS)
def test_given_any_way_then_a_held_document_was_quarantined_before_anybody_was_told(
    executions: dict[str, Ended], document: str
) -> None:
    states = executions[document].states
    if "ManualReview" in states:
        first = states.index("Quarantine")
        assert tuple(states[first : first + 3]) == HELD


@pytest.mark.parametrize("document", [name for name, way in WAYS.items() if way.ends != "Processed"])
def test_given_it_does_not_end_as_processed_then_nothing_was_published(
    executions: dict[str, Ended], document: str
) -> None:
    published = executions[document].calls["SendToAnalytics"]
    assert published == [] or document == "analytics-broken"


@pytest.mark.parametrize("document", WAYS)
def test_given_any_way_then_only_the_id_and_words_travel(executions: dict[str, Ended], document: str) -> None:
    result = executions[document]
    allowed = {
        "ValidateInput": {"documentId", "verdict"},
        "ManualReview": {"documentId", "taskToken"},
        "Quarantine": {"documentId", "verdict", "fault"},
        "SendAlert": {"documentId", "verdict", "escalation"},
    }
    for step, events in result.calls.items():
        for event in events:
            assert set(event) <= allowed.get(step, {"documentId", "verdict"}), step
            assert event["documentId"] == document
    if result.status == "SUCCEEDED":
        assert set(json.loads(result.description["output"])) == {"documentId", "verdict"}


def test_given_a_start_or_a_reviewer_then_validation_knows_which_of_them_sent_the_document(
    executions: dict[str, Ended],
) -> None:
    sent = [event.get("verdict") for event in executions["expired-then-read-again"].calls["ValidateInput"]]
    assert sent == [None, "READ_AGAIN"]
    assert "ReadAgain" in executions["expired-then-read-again"].states


@pytest.mark.parametrize("document", ["detection-broken", "masking-broken"])
def test_given_a_step_that_keeps_failing_then_the_class_of_its_fault_holds_the_document(
    executions: dict[str, Ended], document: str
) -> None:
    result = executions[document]
    assert result.calls["Quarantine"] == [{"documentId": document, "fault": {"Error": "KeyError"}}]
    broken = "DetectPhi" if document.startswith("detection") else "MaskAndStore"
    assert len(result.calls[broken]) == 4


def test_given_faults_that_pass_then_each_step_runs_again_and_nothing_is_held(executions: dict[str, Ended]) -> None:
    result = executions["hiccups"]
    assert {step: len(events) for step, events in result.calls.items() if len(events) > 1} == {
        "ValidateInput": 3,
        "CheckConsent": 2,
        "SendToAnalytics": 3,
    }
    assert "HoldOnFault" not in result.states


def test_given_no_decision_in_time_then_it_is_escalated_once_and_stays_held(executions: dict[str, Ended]) -> None:
    result = executions["nobody-reviews"]
    assert result.states[-2:] == ["Escalate", "Quarantined"]
    assert len(result.calls["ManualReview"]) == 1  # silence is no crash: nobody is asked twice
    assert result.calls["SendAlert"] == [
        {"documentId": "nobody-reviews", "verdict": "HOLD"},
        {"documentId": "nobody-reviews", "verdict": "HOLD", "escalation": True},
    ]


def test_given_a_reviewer_who_asks_for_more_masking_then_the_step_hears_of_it(executions: dict[str, Ended]) -> None:
    assert executions["denied-more-masked"].calls["MaskAndStore"] == [
        {"documentId": "denied-more-masked", "verdict": "MASK_MORE"}
    ]


def test_given_an_approved_document_that_still_shows_phi_then_it_is_held_again(executions: dict[str, Ended]) -> None:
    states = executions["mask-again-after-approval"].states
    assert states.count("Quarantine") == 2
    assert states.count(DocumentState.MANUAL_REVIEW) == 2


@pytest.mark.parametrize("document", [name for name, way in WAYS.items() if way.ends == "Failed"])
def test_given_it_can_neither_go_on_nor_be_held_then_the_execution_fails_with_a_text_that_quotes_nothing(
    executions: dict[str, Ended], document: str
) -> None:
    description = executions[document].description
    assert description["error"] == "DocumentNotSettled"
    assert "Yamada" not in description["cause"]
