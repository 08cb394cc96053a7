"""A step killed at any of its AWS calls, before or after the effect, and run again, ends in the same place."""

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus
from healthcare_runtime.documents.steps.intake import QueueRecord
from healthcare_runtime.documents.steps.state import StepState
from tests.aws_executioner import until_it_survives
from tests.unit.documents.document_world import NOTE, PATIENT, DocumentWorld

BOTH = pytest.mark.parametrize("after_effect", [False, True], ids=["before the call", "after its effect"])


def survive(world: DocumentWorld, state: DocumentState, given: StepState, *, after_effect: bool) -> StepState:
    """The answer of the run that lived."""
    clients = world.clients
    answers: list[StepState] = []
    until_it_survives(
        (clients.dynamodb, clients.s3, clients.kms, clients.sns, clients.stepfunctions),
        lambda: answers.append(world.step(state)(given)),
        after_effect=after_effect,
    )
    return answers[-1]


@BOTH
def test_given_every_step_is_killed_at_every_call_then_the_document_is_processed_once(
    world: DocumentWorld, after_effect: bool
) -> None:
    world.permit()
    document_id = world.send()
    document = world.process(
        document_id, run=lambda state, given: survive(world, state, given, after_effect=after_effect)
    )
    assert document.status is DocumentStatus.PROCESSED
    assert len(world.keys("processed")) == 3
    actions = [action for action, _ in world.events(document_id)]
    assert len(actions) == len(set(actions)) == 7


@BOTH
def test_given_a_held_document_whose_steps_are_killed_at_every_call_then_it_is_held_once(
    world: DocumentWorld, after_effect: bool
) -> None:
    document_id = world.send()
    document = world.process(
        document_id, run=lambda state, given: survive(world, state, given, after_effect=after_effect)
    )
    assert document.status is DocumentStatus.QUARANTINED
    assert world.keys("quarantine") == [f"documents/{document_id}"]
    assert [action for action, _ in world.events(document_id)] == [
        "Intake",
        "ValidateInput",
        "CheckConsent",
        "Quarantine",
        "SendAlert",
        "ManualReview",
    ]


@BOTH
def test_given_intake_is_killed_at_every_call_then_the_document_is_registered_and_started_once(
    world: DocumentWorld, after_effect: bool
) -> None:
    version = world.put(NOTE.encode(), "incoming/note.txt", {"patient-id": PATIENT})
    message: QueueRecord = {"messageId": "1", "body": world.event("incoming/note.txt", version, len(NOTE))}
    until_it_survives(
        (world.clients.dynamodb, world.clients.stepfunctions),
        lambda: world.intake().serve([message]),
        after_effect=after_effect,
    )
    assert len(world.executions()) == 1
    [name] = world.executions()
    assert [action for action, _ in world.events(name.removesuffix("-0"))] == ["Intake"]


@pytest.mark.parametrize(
    "state",
    [
        DocumentState.VALIDATE_INPUT,
        DocumentState.CHECK_CONSENT,
        DocumentState.DETECT_PHI,
        DocumentState.CHECK_COMPLIANCE,
        DocumentState.MASK_AND_STORE,
    ],
)
def test_given_a_step_that_keeps_failing_then_the_document_is_held_and_nothing_of_it_passes(
    world: DocumentWorld, state: DocumentState
) -> None:
    world.permit()
    document_id = world.send()

    def failing(at: DocumentState, given: StepState) -> StepState:
        if at is state:
            raise RuntimeError("a text that nobody may see")
        return world.step(at)(given)

    document = world.process(document_id, run=failing)
    assert document.status is DocumentStatus.QUARANTINED
    assert document.reasons == ("STEP_FAILED",)
    assert world.keys("processed") == []


def test_given_an_audit_trail_that_refuses_then_no_step_has_an_effect(world: DocumentWorld) -> None:
    world.permit()
    document_id = world.send()
    world.clients.dynamodb.delete_table(TableName=world.settings.audit.table)
    with pytest.raises(Exception, match="audit trail"):
        world.process(document_id)
    assert world.document(document_id).status is DocumentStatus.RECEIVED
    assert world.keys("processed") == world.keys("quarantine") == []
