"""Reviewers release, mask more, or reject; some things no reviewer can do."""

import io
import json
from collections.abc import Sequence

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus, DocumentVariable, StepVerdict
from healthcare_runtime.documents.__main__ import main
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.steps import mask_and_store
from healthcare_runtime.documents.steps.state import StepState
from healthcare_runtime.phi_entity import PhiEntity, PhiType
from tests.aws_emulator import ACCOUNT
from tests.aws_executioner import Executioner, Killed, lurking
from tests.unit.consent.consent_cases import HIV, PSY, resource, rule
from tests.unit.documents.document_world import NOTE, PATIENT, DocumentWorld

TOKEN_MACHINE = {
    "StartAt": "ManualReview",
    "States": {
        "ManualReview": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": "", "MessageBody": {"token.$": "$$.Task.Token"}},
            "End": True,
        }
    },
}


NAMING_KEY = "incoming/Margaret Thornbury discharge.txt"
TO_MASK = (DocumentState.MASK_AND_STORE, DocumentState.SEND_TO_ANALYTICS)
AGAIN = (DocumentState.CHECK_CONSENT, DocumentState.DETECT_PHI, DocumentState.CHECK_COMPLIANCE, *TO_MASK)


def held(world: DocumentWorld, *, fails: DocumentState | None = None, key: str = NAMING_KEY) -> Document:
    """A document that waits for a decision, with the token of an execution that really waits.

    It is held because its name identifies somebody, or because a step fails.
    """
    document_id = world.send(key=key)
    token = waiting_token(world, document_id)

    def failing(at: DocumentState, given: StepState) -> StepState:
        if at is fails:
            raise RuntimeError
        return world.step(at)({**given, "taskToken": token} if at is DocumentState.MANUAL_REVIEW else given)

    document = world.process(document_id, run=failing)
    assert document.status is DocumentStatus.QUARANTINED
    return document


def waiting_token(world: DocumentWorld, document_id: str) -> str:
    """The token of an execution that waits."""
    queue = world.clients.sqs.create_queue(QueueName=f"{world.name}-tokens")["QueueUrl"]
    TOKEN_MACHINE["States"]["ManualReview"]["Parameters"]["QueueUrl"] = queue  # type: ignore[index]
    arn = world.clients.stepfunctions.create_state_machine(
        name=f"{world.name}-review", definition=json.dumps(TOKEN_MACHINE), roleArn=f"arn:aws:iam::{ACCOUNT}:role/any"
    )["stateMachineArn"]
    world.clients.stepfunctions.start_execution(stateMachineArn=arn, name=document_id, input="{}")
    return received_token(world)


def next_token(world: DocumentWorld, document: Document) -> str:
    """Another execution waits."""
    states = world.clients.stepfunctions
    arn = f"{world.state_machine_arn}-review"
    states.start_execution(stateMachineArn=arn, name=f"{document.document_id}-again", input="{}")
    return received_token(world)


def received_token(world: DocumentWorld) -> str:
    queue = world.clients.sqs.get_queue_url(QueueName=f"{world.name}-tokens")["QueueUrl"]
    [message] = world.clients.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    world.clients.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    token: str = json.loads(message["Body"])["token"]
    return token


def command(world: DocumentWorld, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    variables = {
        DocumentVariable.DOCUMENT_TABLE: world.settings.document_table,
        DocumentVariable.WORK_BUCKET: world.bucket("work"),
        "AUDIT_TABLE": world.settings.audit.table,
        "AUDIT_SHARDS": "2",
    }
    return main(arguments, variables, world.clients, out), out.getvalue()


def waiting_output(world: DocumentWorld, document_id: str) -> dict[str, str]:
    """What the execution got that waited for the decision."""
    arn = world.state_machine_arn.replace(":stateMachine:", ":execution:") + f"-review:{document_id}"
    described = world.clients.stepfunctions.describe_execution(executionArn=arn)
    output: dict[str, str] = json.loads(described["output"])
    return output


def finish(world: DocumentWorld, document: Document, states: Sequence[DocumentState] = TO_MASK) -> Document:
    """The rest of the state machine after a release."""
    for state in states:
        answer = world.step(state)({"documentId": document.document_id})
        assert answer.get("verdict") in (StepVerdict.PASS, StepVerdict.LOW)
    return world.document(document.document_id)


def test_given_a_held_document_when_approved_then_it_is_processed_and_leaves_quarantine(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert waiting_output(world, document.document_id)["verdict"] == "APPROVE"
    assert finish(world, document).status is DocumentStatus.PROCESSED
    assert world.keys("quarantine") == []
    assert ("ReviewDecision", "APPROVE") in world.events(document.document_id)


def test_given_more_spans_then_they_are_masked_as_well(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    begin = NOTE.index("levodopa")
    span = f"0:{begin}-{begin + len('levodopa')}:ID"
    assert command(world, "mask", document.document_id, "--reviewer", "officer-1", "--span", span)[0] == 0
    done = finish(world, document)
    assert "levodopa" not in world.body("processed", done.processed_key).decode()


def test_given_spans_of_two_rounds_then_those_of_both_are_masked(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    for word in ("levodopa", "potassium"):
        begin = NOTE.index(word)
        span = f"0:{begin}-{begin + len(word)}:ID"
        assert command(world, "mask", document.document_id, "--reviewer", "officer-1", "--span", span)[0] == 0
        if word == "levodopa":  # held once more, for a reason of its own
            world.step(DocumentState.QUARANTINE)({"documentId": document.document_id})
            token = next_token(world, document)
            world.step(DocumentState.MANUAL_REVIEW)({"documentId": document.document_id, "taskToken": token})
    masked = world.body("processed", finish(world, document).processed_key).decode()
    assert "levodopa" not in masked
    assert "potassium" not in masked


@pytest.mark.parametrize(
    "fails", [DocumentState.CHECK_CONSENT, DocumentState.DETECT_PHI, DocumentState.CHECK_COMPLIANCE]
)
def test_given_a_document_held_by_our_own_fault_when_approved_then_it_is_judged_before_it_is_masked(
    world: DocumentWorld, fails: DocumentState
) -> None:
    world.permit()
    document = held(world, fails=fails, key="incoming/note.txt")
    assert document.reasons == (ReasonCode.STEP_FAILED,)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert waiting_output(world, document.document_id)["verdict"] == "AGAIN"
    assert finish(world, document, AGAIN).status is DocumentStatus.PROCESSED


def test_given_excluded_parts_when_a_reviewer_masked_them_then_the_document_is_released(world: DocumentWorld) -> None:
    world.agree(resource(rule("permit", rule("deny", label=HIV), purpose="HRESCH"), patient=PATIENT))
    document = held(world, key="incoming/note.txt")
    assert document.reasons == (ReasonCode.CONSENT_OBLIGATION,)
    begin = NOTE.index("levodopa")
    span = f"0:{begin}-{begin + len('levodopa')}:ID"
    assert command(world, "mask", document.document_id, "--reviewer", "officer-1", "--span", span)[0] == 0
    done = finish(world, document, AGAIN)
    assert done.status is DocumentStatus.PROCESSED
    assert "levodopa" not in world.body("processed", done.processed_key).decode()


def test_given_excluded_parts_that_changed_since_the_reviewer_looked_then_the_document_is_held_again(
    world: DocumentWorld,
) -> None:
    world.agree(resource(rule("permit", rule("deny", label=HIV), purpose="HRESCH"), patient=PATIENT))
    document = held(world, key="incoming/note.txt")
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    world.agree(resource(rule("permit", rule("deny", label=PSY), purpose="HRESCH"), patient=PATIENT))
    answer = world.step(DocumentState.CHECK_CONSENT)({"documentId": document.document_id})
    assert answer.get("verdict") == StepVerdict.HOLD


def test_given_an_approval_for_another_reason_then_it_does_not_cover_what_the_detector_still_finds(
    world: DocumentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.permit()
    document = held(world)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    monkeypatch.setattr(mask_and_store, "PASSES", 1)
    monkeypatch.setattr(mask_and_store, "residual", lambda output, entities, *_: [PhiEntity(0, 1, PhiType.NAME, 1.0)])
    answer = world.step(DocumentState.MASK_AND_STORE)({"documentId": document.document_id})
    assert answer.get("verdict") == StepVerdict.HOLD
    assert world.document(document.document_id).reasons == (ReasonCode.RESIDUAL_PHI,)
    assert world.keys("processed") == []


def test_given_two_reviewers_at_once_then_one_decision_stands_and_the_other_is_told(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    assert command(world, "reject", document.document_id, "--reviewer", "officer-1")[0] == 0
    seen = world.context.documents.decide(document, "APPROVE", "officer-2")  # saw it before the other decided
    assert not seen
    assert world.document(document.document_id).decision == "REJECT"


def test_given_a_decision_that_could_not_be_delivered_when_repeated_then_it_is(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    with pytest.raises(Killed), lurking([world.clients.stepfunctions], Executioner(1, after_effect=False)):
        command(world, "approve", document.document_id, "--reviewer", "officer-1")
    code, told = command(world, "reject", document.document_id, "--reviewer", "officer-2")
    assert (code, told.count("\n")) == (1, 1)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-2")[0] == 0
    assert waiting_output(world, document.document_id)["verdict"] == "APPROVE"
    done = finish(world, document)
    assert (done.status, done.round) == (DocumentStatus.PROCESSED, 1)


def test_given_a_rejection_then_the_document_is_rejected_and_nothing_of_it_is_left_but_the_original(
    world: DocumentWorld,
) -> None:
    world.permit()
    document = held(world)
    assert command(world, "reject", document.document_id, "--reviewer", "officer-1")[0] == 0
    world.step(DocumentState.REJECT)({"documentId": document.document_id})
    done = world.document(document.document_id)
    assert done.status is DocumentStatus.REJECTED
    assert "REVIEW_REJECTED" in done.reasons
    assert world.keys("quarantine") == world.keys("work") == world.keys("processed") == []
    assert world.keys("raw") == [NAMING_KEY]


def test_given_a_revoked_consent_when_approved_then_nothing_is_released(world: DocumentWorld) -> None:
    consent = world.permit()
    document = held(world)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    world.consents.revoke(consent)
    answer = world.step(DocumentState.MASK_AND_STORE)({"documentId": document.document_id})
    assert answer.get("verdict") == "HOLD"
    assert world.keys("processed") == []


REFUSED: dict[str, Sequence[str]] = {
    "an unknown document": ("approve", "0" * 32, "--reviewer", "officer-1"),
    "no such span": ("mask", "{}", "--reviewer", "officer-1", "--span", "0:5-9999999:NAME"),
    "a span of no form": ("mask", "{}", "--reviewer", "officer-1", "--span", "everything"),
    "a reviewer with a space": ("reject", "{}", "--reviewer", "Jane Roe"),
    "no span": ("mask", "{}", "--reviewer", "officer-1"),
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_given_an_impossible_decision_then_it_is_refused_in_one_line(
    world: DocumentWorld, arguments: Sequence[str]
) -> None:
    world.permit()
    document = held(world)
    code, told = command(world, *(argument.format(document.document_id) for argument in arguments))
    assert code == 1
    assert told.count("\n") == 1
    assert world.document(document.document_id).task_token


def test_given_a_document_without_consent_then_nobody_can_release_it(world: DocumentWorld) -> None:
    document = world.process(world.send())
    code, told = command(world, "approve", document.document_id, "--reviewer", "officer-1")
    assert code == 1
    assert "CONSENT_MISSING cannot be overruled" in told


def test_given_list_and_show_then_neither_names_the_patient_or_the_object(world: DocumentWorld) -> None:
    document = world.process(world.send())
    _, listed = command(world, "list")
    _, shown = command(world, "show", document.document_id)
    assert document.document_id in listed
    assert "CONSENT_MISSING" in shown
    assert not [word for word in ("7741199", "note.txt", "Zyxwvut") if word in listed + shown]
