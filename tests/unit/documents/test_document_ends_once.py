"""Whatever dies, repeats or runs beside it, a document is in one place, and somebody can still decide about it."""

import itertools
from typing import Any

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus, StepVerdict
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.object_version import object_version
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.steps import mask_and_store, sweep_documents
from healthcare_runtime.documents.steps.intake import Starter
from healthcare_runtime.documents.steps.mask_and_store import MaskedDocument, mask_document
from healthcare_runtime.documents.steps.state import StepState
from tests.aws_executioner import Executioner, Killed, lurking
from tests.unit.documents.document_world import DocumentWorld

S = DocumentState
GIB = 1024**3


def given_to(document_id: str, *, fault: str = "") -> StepState:
    return {"documentId": document_id, "fault": {"Error": fault}} if fault else {"documentId": document_id}


def dies_in(world: DocumentWorld, state: DocumentState, document_id: str) -> Document:
    """The document after an execution that died because this step kept failing."""

    def failing(at: DocumentState, given: StepState) -> StepState:
        if at is state:
            raise RuntimeError
        return world.step(at)(given)

    with pytest.raises(RuntimeError):
        world.process(document_id, run=failing)
    return world.document(document_id)


def walk(world: DocumentWorld, document_id: str, *states: DocumentState) -> None:
    for state in states:
        world.step(state)(given_to(document_id))


def end_execution(world: DocumentWorld, document: Document) -> None:
    machine = world.state_machine_arn.replace(":stateMachine:", ":execution:")
    arn = f"{machine}:{document.document_id}-{document.attempt}"
    world.clients.stepfunctions.stop_execution(executionArn=arn)


def release(world: DocumentWorld, document: Document, decision: StepVerdict = StepVerdict.APPROVE) -> None:
    """A reviewer's decision, as it is in the table once it is taken."""
    assert world.context.documents.decide(document, decision, "officer-1")
    world.context.documents.close_review(document)


def test_given_masking_dies_at_any_call_and_is_held_then_nothing_of_it_stays_in_processed(world: DocumentWorld) -> None:
    world.permit()
    clients = (world.clients.dynamodb, world.clients.s3)
    for at in range(1, 30):
        document_id = world.send(key=f"incoming/{at}.txt")
        walk(world, document_id, S.VALIDATE_INPUT, S.CHECK_CONSENT, S.DETECT_PHI, S.CHECK_COMPLIANCE)
        try:
            with lurking(clients, Executioner(at, after_effect=True)):
                walk(world, document_id, S.MASK_AND_STORE)
        except Killed:
            world.step(S.QUARANTINE)(given_to(document_id, fault="Lambda.Unknown"))
            assert world.document(document_id).status is DocumentStatus.QUARANTINED
            assert world.keys("processed") == []
        else:
            assert at > 5
            return
    raise AssertionError("it never came to its end")


def test_given_analytics_dies_after_its_row_and_consent_is_revoked_then_the_row_is_withdrawn(
    world: DocumentWorld,
) -> None:
    consent = world.permit()
    document_id = world.send()

    clients = (world.clients.dynamodb, world.clients.s3)

    def dying(at: DocumentState, given: StepState) -> StepState:
        if at is not S.SEND_TO_ANALYTICS:
            return world.step(at)(given)
        for call in range(1, 30):  # until its row is there
            with pytest.raises(Killed), lurking(clients, Executioner(call, after_effect=True)):
                world.step(at)(given)
            if len(world.keys("processed")) == 3:
                break
        raise RuntimeError

    with pytest.raises(RuntimeError):
        world.process(document_id, run=dying)
    assert world.document(document_id).status is DocumentStatus.RECEIVED
    assert len(world.keys("processed")) == 3
    world.consents.revoke(consent)
    assert world.process(document_id).status is DocumentStatus.QUARANTINED
    assert world.keys("processed") == []


def test_given_a_stored_document_whose_original_is_gone_at_the_next_attempt_then_it_is_withdrawn(
    world: DocumentWorld,
) -> None:
    world.permit()
    document = dies_in(world, S.SEND_TO_ANALYTICS, world.send())
    assert len(world.keys("processed")) == 2
    world.clients.s3.delete_object(Bucket=document.bucket, Key=document.object_key, VersionId=document.version_id)
    done = world.process(document.document_id)
    assert (done.status, done.reasons) == (DocumentStatus.QUARANTINED, (ReasonCode.OBJECT_GONE,))
    assert world.keys("processed") == []


@pytest.mark.parametrize("revoked", [False, True], ids=["consent stands", "consent revoked"])
def test_given_a_processed_document_when_an_execution_is_started_by_hand_then_nothing_changes(
    world: DocumentWorld, revoked: bool
) -> None:
    consent = world.permit()
    before = world.process(world.send())
    kept = world.keys("processed")
    if revoked:
        world.consents.revoke(consent)
    with pytest.raises(DocumentStepError):
        world.process(before.document_id)
    assert world.document(before.document_id) == before
    assert world.keys("processed") == kept
    assert world.keys("quarantine") == []


def test_given_two_executions_at_once_when_one_holds_then_the_other_cannot_publish(world: DocumentWorld) -> None:
    world.permit()
    document_id = world.send()
    walk(world, document_id, S.VALIDATE_INPUT, S.CHECK_CONSENT, S.DETECT_PHI, S.CHECK_COMPLIANCE, S.MASK_AND_STORE)
    world.step(S.QUARANTINE)(given_to(document_id, fault="Lambda.Unknown"))
    for late in (S.MASK_AND_STORE, S.SEND_TO_ANALYTICS):
        with pytest.raises(DocumentStepError):
            world.step(late)(given_to(document_id))
    assert not world.context.documents.settle(document_id, DocumentStatus.PROCESSED)
    assert world.document(document_id).status is DocumentStatus.QUARANTINED
    assert world.keys("processed") == []


@pytest.mark.parametrize("decision", [StepVerdict.APPROVE, StepVerdict.MASK_MORE])
def test_given_a_rejection_when_an_execution_would_publish_then_it_cannot_and_the_other_way_round(
    world: DocumentWorld, decision: StepVerdict
) -> None:
    settle = world.context.documents.settle
    rejected, released = (world.process(world.send(key=f"incoming/{name}.txt")) for name in ("a", "b"))
    release(world, rejected, StepVerdict.REJECT)
    assert not settle(rejected.document_id, DocumentStatus.PROCESSED)
    assert settle(rejected.document_id, DocumentStatus.REJECTED)
    release(world, released, decision)
    assert not settle(released.document_id, DocumentStatus.REJECTED)
    assert settle(released.document_id, DocumentStatus.PROCESSED)


@pytest.mark.parametrize("state", [S.SEND_ALERT, S.MANUAL_REVIEW])
def test_given_a_held_document_whose_execution_died_before_its_review_then_the_sweeper_opens_it(
    world: DocumentWorld, state: DocumentState
) -> None:
    document = dies_in(world, state, world.send())
    assert (document.status, document.task_token) == (DocumentStatus.QUARANTINED, "")
    end_execution(world, document)
    assert world.sweep().run().restarted == 1
    assert world.executions() == [f"{document.document_id}-{attempt}" for attempt in (0, 1)]

    reopened = world.process(document.document_id)
    assert (reopened.status, reopened.reasons) == (DocumentStatus.QUARANTINED, document.reasons)
    assert reopened.task_token
    assert len(world.alerts()) == 1


def test_given_a_release_whose_execution_died_then_nothing_stays_published_and_it_is_reviewed_again(
    world: DocumentWorld,
) -> None:
    world.permit()
    document = world.process(world.send(key="incoming/Margaret Thornbury discharge.txt"))
    assert document.reasons == (ReasonCode.NAME_WITH_PHI,)
    release(world, document)
    walk(world, document.document_id, S.MASK_AND_STORE)
    end_execution(world, document)
    assert world.sweep().run().restarted == 1

    again = world.process(document.document_id)
    assert (again.status, again.reasons, again.decision) == (DocumentStatus.QUARANTINED, document.reasons, "")
    assert again.task_token
    assert world.keys("processed") == []


def test_given_a_document_that_waits_for_its_reviewer_then_the_sweeper_leaves_it_alone(world: DocumentWorld) -> None:
    document = world.process(world.send())
    assert world.sweep().run().restarted == 0
    assert world.document(document.document_id) == document


def test_given_a_bucket_too_large_for_one_sweep_then_the_next_ones_go_on_to_its_end(
    world: DocumentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_documents, "PAGE_VERSIONS", 2)
    for number in range(5):
        world.put(b"a note", f"incoming/{number} \u60a3\u8005+&%.txt", {})
    sweep = sweep_documents.SweepDocuments(
        world.context,
        world.clients.s3,
        world.intake(),
        Starter(world.clients.stepfunctions, world.state_machine_arn),
        raw_bucket=world.bucket("raw"),
        minimum_age=0,
        budget=itertools.count(step=int(sweep_documents.BUDGET_SECONDS)).__next__,  # all of it is spent at once
    )
    world.clock.ahead = 60
    assert [sweep.run().announced for _ in range(3)] == [2, 2, 1]
    assert len(world.executions()) == 5


def test_given_a_document_is_held_while_it_is_masked_then_nothing_is_stored(
    world: DocumentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.permit()
    document_id = world.send()
    walk(world, document_id, S.VALIDATE_INPUT, S.CHECK_CONSENT, S.DETECT_PHI, S.CHECK_COMPLIANCE)

    def held_meanwhile(*given: Any) -> MaskedDocument:
        world.step(S.QUARANTINE)(given_to(document_id, fault="Lambda.Unknown"))
        return mask_document(*given)

    monkeypatch.setattr(mask_and_store, "mask_document", held_meanwhile)
    with pytest.raises(DocumentStepError):
        walk(world, document_id, S.MASK_AND_STORE)
    assert world.keys("processed") == []


def test_given_an_object_too_large_to_copy_then_it_is_held_where_it_is(world: DocumentWorld) -> None:
    key = "incoming/huge.txt"
    stored = world.put(b"stands for much more", key, {})
    version = object_version(world.bucket("raw"), key, stored, 6 * GIB, "0")  # S3 copies at most 5 GiB
    assert world.context.documents.register(version)
    document = world.process(version.document_id)
    assert (document.status, document.reasons) == (DocumentStatus.QUARANTINED, (ReasonCode.TOO_LARGE,))
    assert document.quarantine_key == ""
    assert world.keys("quarantine") == []


def test_given_a_second_attempt_then_the_reasons_of_the_first_do_not_stand_in_its_way(world: DocumentWorld) -> None:
    document = dies_in(world, S.QUARANTINE, world.send())
    assert document.reasons == (ReasonCode.CONSENT_MISSING,)
    world.permit()

    def failing(at: DocumentState, given: StepState) -> StepState:
        if at is S.DETECT_PHI:
            raise RuntimeError
        return world.step(at)(given)

    assert world.process(document.document_id, run=failing).reasons == (ReasonCode.STEP_FAILED,)
