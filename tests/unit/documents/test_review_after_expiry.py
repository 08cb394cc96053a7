"""A held document outlives what the steps extracted of it: a reviewer's approval then reads the original again."""

from __future__ import annotations

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus, StepVerdict
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.reasons import ReasonCode
from tests.unit.documents.document_world import IDENTIFIERS, NOTE, DocumentWorld
from tests.unit.documents.test_document_review import (
    NAMING_KEY,
    TO_MASK,
    command,
    finish,
    held,
    next_token,
    waiting_output,
)

AFTER_VALIDATION = (DocumentState.CHECK_CONSENT, DocumentState.DETECT_PHI, DocumentState.CHECK_COMPLIANCE)


def expire(world: DocumentWorld) -> None:
    """What the work bucket's lifecycle does after its days."""
    for key in world.keys("work"):
        world.clients.s3.delete_object(Bucket=world.bucket("work"), Key=key)


def read_again(world: DocumentWorld, document: Document) -> str:
    """What the state machine does first after READ_AGAIN; the verdict."""
    sent = {"documentId": document.document_id, "verdict": StepVerdict.READ_AGAIN}
    return world.step(DocumentState.VALIDATE_INPUT)(sent).get("verdict", "")  # type: ignore[arg-type]


def hold_again(world: DocumentWorld, document: Document) -> None:
    for state in (DocumentState.QUARANTINE, DocumentState.SEND_ALERT):
        world.step(state)({"documentId": document.document_id})
    token = next_token(world, document)
    world.step(DocumentState.MANUAL_REVIEW)({"documentId": document.document_id, "taskToken": token})


def test_given_expired_text_when_approved_then_the_original_is_read_and_judged_again(world: DocumentWorld) -> None:
    world.permit()
    document = held(world, fails=DocumentState.CHECK_COMPLIANCE, key="incoming/note.txt")
    expire(world)

    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert waiting_output(world, document.document_id)["verdict"] == StepVerdict.READ_AGAIN
    assert read_again(world, document) == StepVerdict.PASS
    done = finish(world, document, (*AFTER_VALIDATION, *TO_MASK))

    assert done.status is DocumentStatus.PROCESSED
    masked = world.body("processed", done.processed_key).decode()
    assert not [identifier for identifier in IDENTIFIERS if identifier in masked]


def test_given_a_reason_that_still_holds_when_read_again_then_it_is_held_and_the_next_approval_releases_it(
    world: DocumentWorld,
) -> None:
    world.permit()
    document = held(world, key=NAMING_KEY)
    expire(world)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert read_again(world, document) == StepVerdict.PASS
    verdicts = [world.step(state)({"documentId": document.document_id}).get("verdict") for state in AFTER_VALIDATION]
    assert verdicts[-1] == StepVerdict.HIGH
    hold_again(world, document)
    assert world.document(document.document_id).reasons == document.reasons

    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert finish(world, document).status is DocumentStatus.PROCESSED


def test_given_a_fault_of_ours_before_anything_was_read_when_approved_then_it_is_read(world: DocumentWorld) -> None:
    world.permit()
    document = held(world, fails=DocumentState.VALIDATE_INPUT, key="incoming/note.txt")
    assert document.format == ""
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert waiting_output(world, document.document_id)["verdict"] == StepVerdict.READ_AGAIN
    assert read_again(world, document) == StepVerdict.PASS
    assert finish(world, document, (*AFTER_VALIDATION, *TO_MASK)).status is DocumentStatus.PROCESSED


def test_given_expired_text_when_more_is_to_be_masked_then_it_is_read_first(world: DocumentWorld) -> None:
    world.permit()
    document = held(world)
    expire(world)
    code, told = command(world, "mask", document.document_id, "--reviewer", "officer-1", "--span", "0:0-4:NAME")
    assert code == 1
    assert "approve reads it again" in told
    assert world.document(document.document_id).task_token


def test_given_spans_by_hand_that_expired_with_the_text_then_it_can_only_be_rejected(world: DocumentWorld) -> None:
    """Read again it would be masked by the detector alone, and leave with what a person had seen."""
    world.permit()
    document = held(world)
    begin = NOTE.index("levodopa")
    span = f"0:{begin}-{begin + 8}:ID"
    assert command(world, "mask", document.document_id, "--reviewer", "officer-1", "--span", span)[0] == 0
    hold_again(world, document)
    expire(world)
    code, told = command(world, "approve", document.document_id, "--reviewer", "officer-1")
    assert code == 1
    assert "masked by hand expired" in told
    assert command(world, "reject", document.document_id, "--reviewer", "officer-1")[0] == 0


def test_given_an_original_that_is_gone_as_well_when_read_again_then_it_stays_held(world: DocumentWorld) -> None:
    world.permit()
    document = held(world, fails=DocumentState.CHECK_COMPLIANCE, key="incoming/note.txt")
    expire(world)
    world.clients.s3.delete_object(Bucket=document.bucket, Key=document.object_key, VersionId=document.version_id)
    assert command(world, "approve", document.document_id, "--reviewer", "officer-1")[0] == 0
    assert read_again(world, document) == StepVerdict.HOLD
    found = world.document(document.document_id)
    assert (found.status, found.reasons) == (DocumentStatus.QUARANTINED, (ReasonCode.OBJECT_GONE,))
    assert world.keys("quarantine") == [document.quarantine_key]


def test_given_a_document_that_was_never_readable_when_approved_then_it_is_refused(world: DocumentWorld) -> None:
    document = world.process(world.send(b"PK\x03\x04" + b"\x00" * 60))
    code, told = command(world, "approve", document.document_id, "--reviewer", "officer-1")
    assert code == 1
    assert "could not be read" in told


@pytest.mark.parametrize("verdict", [{}, {"verdict": "READ_AGAIN"}], ids=["started again", "not approved"])
def test_given_a_held_document_that_nobody_released_then_validation_reads_nothing(
    world: DocumentWorld, verdict: dict[str, str]
) -> None:
    document = held(world, fails=DocumentState.CHECK_COMPLIANCE, key="incoming/note.txt")
    expire(world)
    answer = world.step(DocumentState.VALIDATE_INPUT)({"documentId": document.document_id, **verdict})  # type: ignore[typeddict-item]
    assert answer.get("verdict") == StepVerdict.HOLD
    assert world.keys("work") == []
