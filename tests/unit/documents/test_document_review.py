"""Reviewers release, mask more, or reject; some things no reviewer can do."""

import io
import json
from collections.abc import Sequence

import pytest

from healthcare_runtime.contracts import DocumentState, DocumentStatus, DocumentVariable
from healthcare_runtime.documents.__main__ import main
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.steps.state import StepState
from tests.aws_emulator import ACCOUNT
from tests.unit.documents.document_world import NOTE, DocumentWorld

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


def held(world: DocumentWorld, body: str = NOTE) -> Document:
    """A document that waits for a decision, with the token of an execution that really waits."""
    document_id = world.send(body)
    queue = world.clients.sqs.create_queue(QueueName=f"{world.name}-tokens")["QueueUrl"]
    TOKEN_MACHINE["States"]["ManualReview"]["Parameters"]["QueueUrl"] = queue  # type: ignore[index]
    arn = world.clients.stepfunctions.create_state_machine(
        name=f"{world.name}-review", definition=json.dumps(TOKEN_MACHINE), roleArn=f"arn:aws:iam::{ACCOUNT}:role/any"
    )["stateMachineArn"]
    world.clients.stepfunctions.start_execution(stateMachineArn=arn, name=document_id, input="{}")
    [message] = world.clients.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    token = json.loads(message["Body"])["token"]

    def failing(at: DocumentState, given: StepState) -> StepState:
        if at is DocumentState.CHECK_COMPLIANCE:
            raise RuntimeError
        return world.step(at)({**given, "taskToken": token} if at is DocumentState.MANUAL_REVIEW else given)

    document = world.process(document_id, run=failing)
    assert document.status is DocumentStatus.QUARANTINED
    return document


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


def finish(world: DocumentWorld, document: Document) -> Document:
    """The rest of the state machine after a release."""
    for state in (DocumentState.MASK_AND_STORE, DocumentState.SEND_TO_ANALYTICS):
        world.step(state)({"documentId": document.document_id})
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
    assert world.keys("raw") == ["incoming/note.txt"]


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
