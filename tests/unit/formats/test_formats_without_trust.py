"""What a sender may hide: a second patient whom nobody asked, and identifiers in the places of codes."""

import json

import pytest

from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.formats.codes import is_code
from healthcare_runtime.documents.passage import DocumentText, PassageRole

HEADER = "MSH|^~\\&|LAB|A|EHR|B|20260101||ORU^R01|1|P|2.5\r"


def observation(patient: str) -> dict[str, object]:
    return {"resourceType": "Observation", "status": "final", "subject": {"reference": patient}}


def bundle(*resources: dict[str, object]) -> str:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )


def text_of(body: str) -> DocumentText:
    text = read(body.encode(), declared=ContentHint(name="a.csv" if "," in body.partition("\n")[0] else ""))
    assert not isinstance(text, Unreadable)
    return text


PATIENTS = {
    "a table of names": ("patient_name,dob,diagnosis\nAnna Weiss,1950-01-02,E11.9\nBruno Klein,1961-03-04,I10\n", 2),
    "a Japanese table of names": ("氏名,生年月日,病名\n山田太郎,1950-01-02,糖尿病\n鈴木花子,1961-03-04,高血圧\n", 2),
    "a table of namesakes": ("name,dob,diagnosis\nAnna Weiss,1950-01-02,E11.9\nAnna Weiss,1961-03-04,I10\n", 2),
    "a table of one": ("patient_name,dob,diagnosis\nAnna Weiss,1950-01-02,E11.9\nAnna Weiss,1950-01-02,I10\n", 1),
    "a table of several doctors": ("physician name,test,value\nAnna Weiss,K,4.1\nBruno Klein,Na,140\n", 0),
    "a batch without numbers": (
        f"{HEADER}PID|1||||WEISS^ANNA||19500102|F\rOBX|1|NM|1||2\rPID|2||||KLEIN^BRUNO||19610304|M\r",
        2,
    ),
    "a batch of which one has a number": (f"{HEADER}PID|1||77||WEISS^ANNA\rPID|2||||KLEIN^BRUNO\r", 2),
    "a message without number": (f"{HEADER}PID|1||||WEISS^ANNA||19500102|F\r", 1),
    "an empty PID": (f"{HEADER}PID|1||||||\r", 0),
    "references to two": (bundle(observation("Patient/7"), observation("Patient/8")), 2),
    "a patient and a reference to another": (
        bundle({"resourceType": "Patient", "id": "7"}, observation("Patient/8")),
        2,
    ),
    "a patient and references to them": (
        bundle({"resourceType": "Patient", "id": "7"}, observation("Patient/7"), observation("http://h/r/Patient/7")),
        1,
    ),
}


@pytest.mark.parametrize(("body", "count"), PATIENTS.values(), ids=PATIENTS)
def test_given_a_document_of_people_without_numbers_then_they_are_told_apart(body: str, count: int) -> None:
    assert text_of(body).patients == count


@pytest.mark.parametrize(
    "hidden", ["山田太郎", "john.smith@example.com", "123-45-6789", "617-555-0188", "090-1234-5678", "1953-12-24"]
)
def test_given_an_identifier_in_the_place_of_a_code_then_the_detector_reads_it(hidden: str) -> None:
    text = text_of(
        json.dumps({"resourceType": "Observation", "status": "final", "code": {"coding": [{"code": hidden}]}})
    )
    [passage] = [passage for passage in text.passages if passage.text == hidden]
    assert passage.role is PassageRole.FREE_TEXT


@pytest.mark.parametrize(
    "code", ["18842-5", "414545008", "E11.9", "ORU^R01", "1.2.840.10008.5.1.4.1.1.2", "mmol/L", ""]
)
def test_given_a_code_then_it_is_one(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize("attribute", ['xml:lang="Anna Weiss of Millbrook"', 'xmlns:q="http://h/Anna Weiss"'])
def test_given_words_in_an_attribute_of_the_schema_then_the_detector_reads_them(attribute: str) -> None:
    [passage, _] = text_of(f"<r {attribute}><a>b</a></r>").passages
    assert passage.role is PassageRole.FREE_TEXT


def test_given_a_character_reference_of_thousands_of_digits_then_it_is_a_character() -> None:
    assert [one.text for one in text_of(f"<a>x&#{'0' * 5000}65;</a>").passages] == ["xA"]
