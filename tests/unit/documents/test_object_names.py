"""Names of objects: what identifies is found, what only numbers and files are called is not."""

import pytest

from healthcare_runtime.documents.steps.detect_phi import DocumentDetector
from healthcare_runtime.phi_entity import KnownIdentifier, PhiType
from phi_detector import Detector


@pytest.fixture(scope="module")
def names(detector: Detector) -> DocumentDetector:
    return DocumentDetector(detector)


@pytest.mark.parametrize(
    "key",
    [
        "incoming/Margaret Thornbury discharge.txt",
        "SMITH_JOHN_19600102.pdf",
        "notes/Okonkwo-Adaeze-referral.pdf",
        "山田太郎_退院サマリー.txt",
        "docs/john.smith@example.com.txt",
        "in/7741199.hl7",
    ],
)
def test_given_a_name_that_identifies_then_it_is_counted(names: DocumentDetector, key: str) -> None:
    assert names.in_name(key, [KnownIdentifier("7741199", PhiType.ID)]) > 0


@pytest.mark.parametrize(
    "key",
    [
        "incoming/note.txt",
        "raw/2026/11/21/clinical_note_1.txt",
        "discharge-summary-0042.hl7",
        "lab_results.csv",
        "uploads/ward7/report-final-v2.pdf",
        "radiology/ct_chest.json",
        "incoming/退院サマリー_001.txt",
        "demo/run-1/en/progress-note-17.txt",
        "in/ed-visit.txt",
    ],
)
def test_given_an_ordinary_name_then_nothing_is_counted(names: DocumentDetector, key: str) -> None:
    assert names.in_name(key, [KnownIdentifier("7741199", PhiType.ID)]) == 0


@pytest.mark.parametrize(
    ("key", "person"),
    [
        ("inbox/letters/Tomoe-Sugihara-cardiology-letter.txt", "Tomoe Sugihara"),
        ("inbox/SUGIHARA_TOMOE.pdf", "Sugihara, Tomoe"),
        ("inbox/letterTomoeSugihara.pdf", "Ms. Tomoe K. Sugihara"),
        ("inbox/杉原巴江_001.txt", "杉原 巴江"),
        ("inbox/杉原 巴江.txt", "杉原巴江"),
    ],
)
def test_given_a_person_of_the_document_in_its_objects_name_then_they_are_counted(
    names: DocumentDetector, key: str, person: str
) -> None:
    assert names.in_name(key, (), (person,)) > names.in_name(key, ())


@pytest.mark.parametrize(
    ("key", "person"),
    [
        ("ward7/page-1.txt", "Dr. Ward"),
        ("city-hall/scan/letter.txt", "Joanna Hall"),
        ("inbox/notes/0042.txt", "Tomoe Sugihara"),
        ("inbox/内科/0042.txt", "内"),
        ("inbox/report.txt", ""),
    ],
)
def test_given_people_of_whom_the_objects_name_has_one_ordinary_word_at_most_then_nothing_is_counted(
    names: DocumentDetector, key: str, person: str
) -> None:
    assert names.in_name(key, (), (person,)) == 0
