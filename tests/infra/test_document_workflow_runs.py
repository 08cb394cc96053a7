"""The synthesised document state machine, running: every way that a document can take, and what travels on it.

The definition is the template's own, but for the time of a review.
"""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.constructs.documents.steps import PLANS
from healthcare_runtime.contracts.documents import DocumentFault, DocumentState
from tests.infra.scripted_workflow import Script, ScriptedRun, Workflow, running
from tests.local.emulators import eventually

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

WORKFLOW = Workflow(
    stack="phi-pipeline",
    named_by="documentId",
    normal=NORMAL,
    scripts={document: way.script for document, way in WAYS.items()},
    replacing=(('"TimeoutSeconds":86400', f'"TimeoutSeconds":{REVIEW_SECONDS}'),),
)


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
def executions(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    directory = tmp_path_factory.mktemp("documents")
    with running(WORKFLOW, synthesis, directory, options=["--lambda-slots", "6"]) as run:
        decided: Counter[str] = Counter()

        def all_ended() -> bool:
            for document, way in WAYS.items():
                if way.review and decide(run, document, way.review, before=decided[document]):
                    decided[document] += 1
            return run.all_ended()

        assert eventually(all_ended, seconds=90)
        return {
            document: Ended(run.description(document), run.states_of(document), run.calls_of(document))
            for document in WAYS
        }


def decide(run: ScriptedRun, document: str, verdict: str, *, before: int) -> bool:
    """What a reviewer's tool does with the token that the function kept, unless it decided that one before."""
    waiting = run.calls_of(document)["ManualReview"][before:]
    if not waiting:
        return False
    output = {"documentId": document, "verdict": verdict, "comment": "Yamada Taro"}
    try:
        run.states.send_task_success(taskToken=waiting[0]["taskToken"], output=json.dumps(output))
    except run.states.exceptions.ClientError:  # the emulator waits for the token a moment after it gave it away
        return False
    return True


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
