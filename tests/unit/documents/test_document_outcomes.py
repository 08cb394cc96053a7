"""Every document ends in exactly one of processed, quarantined, rejected, with its reason and its trail."""

import json

import pytest

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.steps.state import StepState
from tests.unit.documents.document_world import IDENTIFIERS, NOTE, PATIENT, DocumentWorld

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def test_given_a_note_with_consent_then_it_is_masked_stored_and_a_row_of_analytics(world: DocumentWorld) -> None:
    world.permit()
    document = world.process(world.send())

    assert (document.status, document.reasons) == (DocumentStatus.PROCESSED, ())
    masked = world.body("processed", document.processed_key).decode()
    assert not [identifier for identifier in IDENTIFIERS if identifier in masked]
    assert "Parkinson disease" in masked
    assert "132/78" in masked
    assert len(world.keys("processed")) == 3
    assert world.keys("quarantine") == []
    assert world.alerts() == []
    assert [action for action, _ in world.events(document.document_id)] == [
        "Intake",
        "ValidateInput",
        "CheckConsent",
        "DetectPhi",
        "CheckCompliance",
        "MaskAndStore",
        "SendToAnalytics",
    ]


def test_given_a_processed_note_then_its_manifest_names_every_change_and_no_value(world: DocumentWorld) -> None:
    world.permit()
    document = world.process(world.send())
    manifest = world.body("processed", document.manifest_key).decode()
    assert '"NAME"' in manifest
    assert not [identifier for identifier in IDENTIFIERS if identifier in manifest]


def test_given_a_table_with_a_formula_then_it_computes_nothing_and_the_manifest_says_where(
    world: DocumentWorld,
) -> None:
    world.permit()
    table = "mrn,result,note\nMRN-7741199,-1.5,=HYPERLINK(A1)\n"
    document = world.process(world.send(table, key="incoming/table.csv"))
    assert document.status is DocumentStatus.PROCESSED
    masked = world.body("processed", document.processed_key).decode()
    assert masked.endswith(",-1.5,'=HYPERLINK(A1)\n")
    assert json.loads(world.body("processed", document.manifest_key))["formulas"] == [5]


HELD = {
    "no consent": (NOTE, {}, ReasonCode.CONSENT_MISSING),
    "nobody named": (NOTE, {"metadata": {}}, ReasonCode.PATIENT_UNKNOWN),
    "damaged metadata": (NOTE, {"metadata": {"patient-id": "just a name"}}, ReasonCode.METADATA_DAMAGED),
    "a name that leads out": (NOTE, {"key": "incoming/../../etc/passwd"}, ReasonCode.NAME_UNSAFE),
    "control characters in the name": (NOTE, {"key": "incoming/a\x1bb.txt"}, ReasonCode.NAME_UNSAFE),
    "two patients": (
        "patient_id,amount\n7741199,12.00\n8850022,3.50\n",
        {"key": "in/c.csv"},
        ReasonCode.PATIENT_SEVERAL,
    ),
    "a virus": (EICAR, {}, ReasonCode.MALWARE_SIGNATURE),
    "a zip": (b"PK\x03\x04" + b"\x00" * 60, {}, ReasonCode.ARCHIVE),
    "an image": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, {}, ReasonCode.IMAGE_WITHOUT_TEXT),
    "no text at all": (bytes(range(256)) * 4, {}, ReasonCode.BINARY_CONTENT),
    "too large": (b"a" * 1_000_001, {}, ReasonCode.TOO_LARGE),
}


@pytest.mark.parametrize(("body", "options", "reason"), HELD.values(), ids=HELD)
def test_given_what_may_not_go_on_then_it_is_held_with_its_reason_and_somebody_hears_of_it(
    world: DocumentWorld, body: bytes | str, options: dict[str, object], reason: ReasonCode
) -> None:
    document = world.process(world.send(body, **options))  # type: ignore[arg-type]

    assert document.status is DocumentStatus.QUARANTINED
    assert reason in document.reasons
    assert world.keys("quarantine") == [f"documents/{document.document_id}"]
    assert world.keys("processed") == []
    [alert] = world.alerts()
    assert alert["documentId"] == document.document_id
    assert reason in str(alert["reasons"])
    assert world.events(document.document_id)[-1] == ("ManualReview", "REQUESTED")


def test_given_a_name_that_identifies_then_it_is_held_and_the_alert_does_not_repeat_it(world: DocumentWorld) -> None:
    world.permit()
    document = world.process(world.send(key="incoming/Margaret Thornbury discharge.txt"))
    assert document.status is DocumentStatus.QUARANTINED
    assert ReasonCode.NAME_WITH_PHI in document.reasons
    assert "Thornbury" not in str(world.alerts())


def test_given_an_empty_object_then_it_is_rejected(world: DocumentWorld) -> None:
    document = world.process(world.send(b""))
    assert (document.status, document.reasons) == (DocumentStatus.REJECTED, (ReasonCode.EMPTY,))
    assert world.keys("quarantine") == []


def test_given_a_version_that_is_deleted_on_the_way_then_it_is_rejected(world: DocumentWorld) -> None:
    document_id = world.send()
    version = world.document(document_id).version_id
    world.clients.s3.delete_object(Bucket=world.bucket("raw"), Key="incoming/note.txt", VersionId=version)
    assert world.process(document_id).reasons == (ReasonCode.OBJECT_GONE,)


def test_given_an_object_that_is_overwritten_on_the_way_then_the_announced_version_is_read(
    world: DocumentWorld,
) -> None:
    world.permit()
    document_id = world.send()
    world.put(b"something else", "incoming/note.txt", {"patient-id": PATIENT})
    document = world.process(document_id)
    assert document.status is DocumentStatus.PROCESSED
    assert "Parkinson" in world.body("processed", document.processed_key).decode()


def test_given_a_consent_that_is_revoked_between_the_steps_then_nothing_is_stored(world: DocumentWorld) -> None:
    consent = world.permit()
    document_id = world.send()

    def revoking(state: DocumentState, given: StepState) -> StepState:
        if state is DocumentState.MASK_AND_STORE:
            world.consents.revoke(consent)
        return world.step(state)(given)

    document = world.process(document_id, run=revoking)
    assert document.status is DocumentStatus.QUARANTINED
    assert world.keys("processed") == []
    assert ReasonCode.CONSENT_MISSING in document.reasons


def test_given_two_events_of_one_version_then_there_is_one_document_and_one_execution(world: DocumentWorld) -> None:
    world.permit()
    document_id = world.send()
    document = world.document(document_id)
    again = world.event(document.object_key, document.version_id, document.size)
    for _ in range(2):
        assert world.intake().serve([{"messageId": "1", "body": again}]) == {"batchItemFailures": []}
    assert world.executions() == [f"{document_id}-0"]
    assert world.process(document_id).status is DocumentStatus.PROCESSED
    assert world.intake().serve([{"messageId": "1", "body": again}]) == {"batchItemFailures": []}
    assert world.document(document_id).status is DocumentStatus.PROCESSED
