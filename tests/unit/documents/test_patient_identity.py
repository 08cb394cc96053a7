"""When metadata and content speak of different patients, and when only of different numbers of one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.patient_identity import contradicts
from healthcare_runtime.documents.reasons import ReasonCode
from tests.unit.documents.document_world import DocumentWorld

WARD, INDEX = "urn:oid:1.2.3.1", "urn:oid:1.2.3.9"

CASES = {
    "the same number": (f"{WARD}|7", [f"{WARD}|7"], False),
    "another number of the same system": (f"{WARD}|7", [f"{WARD}|8"], True),
    "a number of another system": (f"{INDEX}|7001", [f"{WARD}|7"], False),
    "one of several agrees": (f"{INDEX}|7001", [f"{WARD}|7", f"{INDEX}|7001"], False),
    "the same value in another system": (f"{INDEX}|7", [f"{WARD}|7", f"{INDEX}|9"], True),
    "two numbers of one system, one agrees": (f"{WARD}|7", [f"{WARD}|6", f"{WARD}|7"], False),
    "a number without a system that agrees": (f"{WARD}|7", ["|7"], False),
    "a number without a system that does not": (f"{WARD}|7", ["|8"], True),
    "a number without a system beside one that agrees": (f"{WARD}|7", ["|8", f"{WARD}|7"], False),
    "the same resource": ("Patient/p1", [f"{WARD}|7", "Patient/p1"], False),
    "another resource": ("Patient/p1", [f"{WARD}|7", "Patient/p2"], True),
    "a resource beside numbers": ("Patient/p1", [f"{WARD}|7"], False),
    "full-width digits": (f"{WARD}|7741199", [f"{WARD}|\uff17\uff17\uff14\uff11\uff11\uff19\uff19"], False),
    "spaces around": (f"{WARD}|7", [f"{WARD}| 7 "], False),
    "content that names nobody": (f"{WARD}|7", [], False),
}


@pytest.mark.parametrize(("said", "carried", "expected"), CASES.values(), ids=CASES)
def test_given_metadata_and_content_then_only_numbers_that_can_be_compared_contradict(
    said: str, carried: list[str], expected: bool
) -> None:
    assert contradicts(said, carried) is expected


@given(
    st.lists(st.tuples(st.sampled_from((WARD, INDEX, "")), st.sampled_from("123")), min_size=1),
    st.integers(min_value=0),
)
def test_given_any_number_of_the_content_then_it_never_contradicts_the_content(
    numbers: list[tuple[str, str]], chosen: int
) -> None:
    carried = [f"{system}|{value}" for system, value in numbers]
    assert not contradicts(carried[chosen % len(carried)], carried)


HL7 = (
    "MSH|^~\\&|LAB|HOSP|||20260314||ORU^R01|1|P|2.5\r"
    "PID|1||7^^^WARD&1.2.3.1&ISO^MR~7001^^^INDEX&1.2.3.9&ISO^PI||DAWSON^EMILY||19531224|F\r"
    "OBX|1|NM|K||4.1|mmol/L\r"
)
FHIR = json.dumps(
    {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [
            {"type": {"coding": [{"code": "MR"}]}, "system": WARD, "value": "7"},
            {"system": INDEX, "value": "7001"},
        ],
    }
)
CDA = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole><id root="1.2.3.1" extension="7"/>'
    '<id root="1.2.3.9" extension="7001"/></patientRole></recordTarget></ClinicalDocument>'
)


@pytest.mark.parametrize(
    ("body", "more"), [(HL7, []), (CDA, []), (FHIR, ["Patient/p1"])], ids=["HL7 v2", "C-CDA", "FHIR"]
)
def test_given_a_document_with_numbers_of_two_systems_then_both_are_read(body: str, more: list[str]) -> None:
    text = read(body.encode(), declared=ContentHint(name="any"), maximum_bytes=10_000)
    assert not isinstance(text, Unreadable)
    assert [*text.identifiers] == [f"{WARD}|7", f"{INDEX}|7001", *more]
    assert text.patient == f"{WARD}|7"
    assert type(text).from_json(text.to_json()) == text


def test_given_a_message_sent_under_its_second_number_then_that_patients_consent_decides(
    world: DocumentWorld,
) -> None:
    world.permit(f"{INDEX}|7001")
    document = world.process(world.send(HL7, key="in/a.hl7", metadata={"patient-id": f"{INDEX}|7001"}))
    assert (document.status, document.patient) == (DocumentStatus.PROCESSED, f"{INDEX}|7001")


def test_given_a_message_sent_under_anothers_number_then_it_is_held(world: DocumentWorld) -> None:
    document = world.process(world.send(HL7, key="in/a.hl7", metadata={"patient-id": f"{INDEX}|7002"}))
    assert (document.status, document.reasons) == (DocumentStatus.QUARANTINED, (ReasonCode.PATIENT_CONTRADICTED,))
