"""Documents that wait for a person: each decision is taken with the command and carried out by the state machine."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Final

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus
from healthcare_runtime.documents.document import Document
from tests.local.documents.document_cloud import DocumentCloud
from tests.local.emulators import ROLE, eventually
from tests.unit.documents.document_world import IDENTIFIERS, NOTE

RELEASED: Final = [("ReviewDecision", "APPROVE"), ("MaskAndStore", "PASS"), ("SendToAnalytics", "PASS")]


@dataclass(frozen=True)
class Held:
    """A document that is held because its object's name has the patient's number, and the consent that permits it."""

    document: Document
    consent: str


def hold(cloud: DocumentCloud) -> Held:
    """A note about a patient of its own, under a name that must not be: nothing but a reviewer can release it."""
    [held] = hold_all(cloud, 1)
    return held


def hold_all(cloud: DocumentCloud, count: int) -> list[Held]:
    sent = []
    for _ in range(count):
        number = f"MRN-{uuid.uuid4().int % 10**7:07}"
        patient = f"urn:oid:1.2.826.0.1.3680043.8.498|{number}"
        consent = cloud.permit(patient)
        metadata = {"patient-id": patient, "submitter": f"tests-{number}", "document-type": "18842-5"}
        body = NOTE.replace("MRN-7741199", number)
        sent.append((cloud.send(body, key=f"tests/reviews/{number}.txt", metadata=metadata), consent))
    return [Held(_held(cloud, document_id), consent) for document_id, consent in sent]


def _held(cloud: DocumentCloud, document_id: str) -> Document:
    found = cloud.settled(document_id)
    assert (found.status, found.reasons) == (DocumentStatus.QUARANTINED, ("NAME_WITH_PHI",))
    return found


@pytest.fixture
def held(cloud: DocumentCloud) -> Held:
    return hold(cloud)


def after(cloud: DocumentCloud, document: Document) -> Document:
    """The document, once the decision about it has been carried out."""

    def moved() -> Document | None:
        found = cloud.documents.get(document.document_id)
        waits_again = bool(found.task_token) and found.task_token != document.task_token
        return found if waits_again or found.status is not DocumentStatus.QUARANTINED else None

    found = eventually(moved, seconds=60)
    assert isinstance(found, Document), cloud.documents.get(document.document_id)
    return found


def test_given_a_held_document_when_listed_and_shown_then_the_reviewer_sees_why_and_the_text_only_on_demand(
    cloud: DocumentCloud, held: Held
) -> None:
    document_id = held.document.document_id
    code, listed = cloud.review("list")
    [line] = [line for line in listed.splitlines() if line.startswith(document_id)]
    assert code == 0
    assert line.split()[1:4] == ["QUARANTINED", held.document.severity, "NAME_WITH_PHI,PHI-002"]
    assert line.endswith("waits for a decision")
    code, shown = cloud.review("show", document_id)
    assert code == 0
    assert [word for word in IDENTIFIERS if word in shown] == []
    code, text = cloud.review("show", document_id, "--text")
    assert "Quintessa Zyxwvut" in text


def test_given_a_held_document_when_approved_then_it_is_masked_published_and_leaves_quarantine(
    cloud: DocumentCloud, held: Held
) -> None:
    document_id = held.document.document_id
    assert cloud.review("approve", document_id, "--reviewer", "officer-1") == (0, f"{document_id}: APPROVE\n")
    found = after(cloud, held.document)
    assert found.status is DocumentStatus.PROCESSED
    assert (found.decision, found.reviewer, found.round) == ("APPROVE", "officer-1", 1)
    assert cloud.keys("quarantine", document_id) == []
    assert len(cloud.keys("processed", document_id)) == 3
    body = cloud.body("processed", found.processed_key).decode()
    assert [word for word in IDENTIFIERS if word in body] == []
    assert "levodopa 100 mg" in body
    assert cloud.events(document_id)[-3:] == RELEASED
    assert cloud.executions(document_id) == [f"{document_id}-0"]


def test_given_more_spans_when_released_then_they_are_masked_as_well(cloud: DocumentCloud, held: Held) -> None:
    begin = NOTE.index("levodopa")
    span = f"0:{begin}-{begin + len('levodopa')}:ID"
    code, _ = cloud.review("mask", held.document.document_id, "--reviewer", "officer-1", "--span", span)
    assert code == 0
    found = after(cloud, held.document)
    assert found.status is DocumentStatus.PROCESSED
    assert "levodopa" not in cloud.body("processed", found.processed_key).decode()


def test_given_a_rejection_then_only_the_original_is_left(cloud: DocumentCloud, held: Held) -> None:
    document_id = held.document.document_id
    code, _ = cloud.review("reject", document_id, "--reviewer", "officer-1")
    assert code == 0
    found = after(cloud, held.document)
    assert (found.status, found.reasons) == (DocumentStatus.REJECTED, ("NAME_WITH_PHI", "REVIEW_REJECTED"))
    for bucket in ("quarantine", "work", "processed"):
        assert cloud.keys(bucket, document_id) == []
    head = cloud.s3.head_object(Bucket=held.document.bucket, Key=held.document.object_key)
    assert head["VersionId"] == held.document.version_id


def test_given_consent_revoked_while_a_document_waits_when_approved_then_it_is_held_again_and_nobody_can_release_it(
    cloud: DocumentCloud, held: Held
) -> None:
    document_id = held.document.document_id
    cloud.consents.revoke(held.consent)
    assert cloud.review("approve", document_id, "--reviewer", "officer-1")[0] == 0
    found = after(cloud, held.document)
    assert found.status is DocumentStatus.QUARANTINED
    assert set(found.reasons) <= {"CONSENT_MISSING", "CONSENT_DENIED"}
    assert cloud.keys("processed", document_id) == []
    assert cloud.keys("quarantine", document_id) == [f"documents/{document_id}"]
    assert [action for action, _ in cloud.events(document_id)][-5:] == [
        "ReviewDecision", "MaskAndStore", "Quarantine", "SendAlert", "ManualReview",
    ]  # fmt: skip
    code, told = cloud.review("approve", document_id, "--reviewer", "officer-1")
    assert code == 1
    assert re.fullmatch(rf"{document_id}: CONSENT_(MISSING|DENIED) cannot be overruled; reject it\n", told)


def test_given_a_decision_taken_when_another_reviewer_decides_then_it_is_refused_and_the_first_one_stands(
    cloud: DocumentCloud, held: Held
) -> None:
    document_id = held.document.document_id
    assert cloud.review("reject", document_id, "--reviewer", "officer-1")[0] == 0
    code, told = cloud.review("approve", document_id, "--reviewer", "officer-2")
    assert code == 1
    assert told.count("\n") == 1
    assert after(cloud, held.document).reviewer == "officer-1"
    assert cloud.keys("processed", document_id) == []


def test_given_nobody_decides_in_time_then_the_critical_topic_hears_of_it_and_the_document_stays_held(
    cloud: DocumentCloud, held: Held
) -> None:
    """The deployed definition with a shorter patience, and the deployed functions behind it."""
    document_id = held.document.document_id
    definition = json.loads(cloud.states.describe_state_machine(stateMachineArn=cloud.machine)["definition"])
    definition["States"][DocumentState.MANUAL_REVIEW]["TimeoutSeconds"] = 1
    name = f"impatient-{uuid.uuid4().hex[:8]}"
    machine = cloud.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    arn = machine["stateMachineArn"]
    with cloud.overhearing() as overheard:
        started = cloud.states.start_execution(
            stateMachineArn=arn, name=document_id, input=json.dumps({"documentId": document_id})
        )

        def ended() -> bool:
            return cloud.states.describe_execution(executionArn=started["executionArn"])["status"] != "RUNNING"

        assert eventually(ended, seconds=60)
        alerts = [json.loads(json.loads(heard)["Message"]) for heard in overheard() if document_id in heard]
    assert cloud.states.describe_execution(executionArn=started["executionArn"])["status"] == "SUCCEEDED"
    assert [(one["severity"], one["reasons"]) for one in alerts] == [("CRITICAL", ["NAME_WITH_PHI", "REVIEW_EXPIRED"])]
    found = cloud.documents.get(document_id)
    assert found.status is DocumentStatus.QUARANTINED
    assert cloud.events(document_id)[-1] == ("Escalate", "CRITICAL")
