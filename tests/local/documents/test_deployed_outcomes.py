"""A document of every kind through the deployed state machine: each ends where its senders are told it would."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo.documents.catalogue import documents
from demo.documents.delivery import deliver, load_consents
from demo.documents.document import DemoDocument
from demo.documents.patients import DemoPatient, patients
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.contracts.stack_outputs import StackOutput
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.steps.send_to_analytics import SCHEMA
from tests.local.documents.document_cloud import DocumentCloud

# Another seed than the demo's: the fraud score notices when the same content is sent twice.
SEED: Final = 20_262
PREFIX: Final = "tests/outcomes"

PROCESSED: Final = (
    "Note in English",
    "Note in Japanese",
    "Note in both languages",
    "Note in Shift_JIS",
    "PDF with a text layer",
    "Laboratory result",
    "Transcription",
    "Discharge summary, C-CDA",
    "FHIR document reference",
    "FHIR observation",
    "FHIR bundle",
    "Claims table",
)
HELD: Final = (
    "Consent never",
    "Consent revoked",
    "Consent expired",
    "Consent refused",
    "Consent treatment only",
    "EICAR inside a note",
    "Archive bomb",
    "PDF under a password",
    "XML that grows",
    "Name that climbs out",
    "Note in Russian",
    "Nobody's document",
    "Two patients in one",
    "Name of the patient in the object's name",
)
REJECTED: Final = ("Empty",)
EVERY_STEP: Final = [
    ("Intake", "RECEIVED"),
    ("ValidateInput", "PASS"),
    ("CheckConsent", "PASS"),
    ("DetectPhi", "PASS"),
    ("CheckCompliance", "LOW"),
    ("ScoreFraudRisk", "LOW"),
    ("MaskAndStore", "PASS"),
    ("SendToAnalytics", "PASS"),
]
HOLDING: Final = ["Quarantine", "SendAlert", "ManualReview"]


@dataclass(frozen=True)
class Sent:
    """A document of the demo, its patient, and what became of it."""

    source: DemoDocument
    patient: DemoPatient | None
    found: Document


@pytest.fixture(scope="module")
def sent(cloud: DocumentCloud) -> Mapping[str, Sent]:
    """One document of each title, all sent at once, each settled; by title."""
    everybody = {patient.reference: patient for patient in patients(SEED)}
    by_title = {document.title: document for document in reversed(documents(SEED))}
    by_title["Claims table"] = _of_this_year(by_title["Claims table"])
    chosen = [_from_here(by_title[title]) for title in (*PROCESSED, *HELD, *REJECTED)]
    concerned = {document.patient for document in chosen if document.patient}
    load_consents(cloud.consents, [everybody[reference] for reference in sorted(concerned)])
    deliveries = deliver(cloud.s3, cloud.bucket("raw"), PREFIX, chosen)
    return {
        one.document.title: Sent(one.document, everybody.get(one.document.patient), cloud.settled(one.document_id))
        for one in deliveries
    }


def _from_here(document: DemoDocument) -> DemoDocument:
    """From a sender of its own: the fraud score keeps what every submitter usually sends."""
    return replace(document, metadata={**document.metadata, "submitter": "tests-outcomes"})


def _of_this_year(claims: DemoDocument) -> DemoDocument:
    """Services of the last months: the fraud score holds claims that are older than a year, as it should."""
    head, *lines = csv.reader(io.StringIO(claims.body.decode()))
    at = head.index("service_date")
    for number, line in enumerate(lines):
        line[at] = (datetime.now(UTC).date() - timedelta(days=20 * (number + 1))).isoformat()
    table = io.StringIO()
    csv.writer(table).writerows([head, *lines])
    return replace(claims, body=table.getvalue().encode())


@pytest.mark.parametrize("title", PROCESSED)
def test_given_a_sound_document_with_consent_then_it_is_processed_and_every_step_left_its_event(
    cloud: DocumentCloud, sent: Mapping[str, Sent], title: str
) -> None:
    found = sent[title].found
    assert (found.status, found.reasons, found.findings) == (DocumentStatus.PROCESSED, (), ())
    assert cloud.events(found.document_id) == EVERY_STEP
    assert cloud.keys("quarantine", found.document_id) == []
    assert cloud.keys("processed", found.document_id) == sorted(
        (found.processed_key, found.manifest_key, found.analytics_key)
    )


@pytest.mark.parametrize("title", PROCESSED)
def test_given_a_processed_document_then_its_patient_is_not_in_it(
    cloud: DocumentCloud, sent: Mapping[str, Sent], title: str
) -> None:
    one = sent[title]
    assert one.patient is not None
    body = cloud.body("processed", one.found.processed_key).decode().casefold()
    left = [name for name in _names(one.patient) if name in body]
    assert left == []


def _names(patient: DemoPatient) -> list[str]:
    """Names long enough to be nobody's syllable, and the number, without case: some notes write names in capitals."""
    return [
        name.casefold()
        for name in (patient.family, patient.given, patient.number)
        if len(name) > (1 if not name.isascii() else 3)
    ]


def test_given_what_was_sent_then_its_patient_was_in_it(sent: Mapping[str, Sent]) -> None:
    """The control of the test above: what it looks for is there to be found."""
    for title in ("Note in English", "Laboratory result", "Discharge summary, C-CDA", "FHIR bundle", "Claims table"):
        one = sent[title]
        assert one.patient is not None
        body = one.source.body.decode().casefold()
        assert [name for name in _names(one.patient) if name in body], title


def test_given_structured_documents_then_what_leaves_is_still_of_its_format(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    def body(title: str) -> str:
        return cloud.body("processed", sent[title].found.processed_key).decode()

    before = sent["Laboratory result"].source.body.decode().split("\r")
    after = body("Laboratory result").split("\r")
    assert [segment[:4] for segment in after] == [segment[:4] for segment in before]
    assert ET.fromstring(body("Discharge summary, C-CDA")).tag == "{urn:hl7-org:v3}ClinicalDocument"
    for title, kind in (
        ("FHIR document reference", "DocumentReference"),
        ("FHIR observation", "Observation"),
        ("FHIR bundle", "Bundle"),
    ):
        assert json.loads(body(title))["resourceType"] == kind
    sent_rows = list(csv.reader(io.StringIO(sent["Claims table"].source.body.decode())))
    rows = list(csv.reader(io.StringIO(body("Claims table"))))
    assert [len(row) for row in rows] == [len(row) for row in sent_rows]
    assert rows[0] == sent_rows[0]
    assert sent["PDF with a text layer"].found.processed_key.endswith(".txt")


@pytest.mark.parametrize("title", HELD)
def test_given_a_document_that_must_not_go_on_then_it_is_held_for_its_reason_and_waits_for_a_reviewer(
    cloud: DocumentCloud, sent: Mapping[str, Sent], title: str
) -> None:
    one = sent[title]
    assert one.found.status is DocumentStatus.QUARANTINED
    assert set(one.found.reasons) & set(one.source.expected_reasons), one.found.reasons
    assert [action for action, _ in cloud.events(one.found.document_id)][-3:] == HOLDING
    assert cloud.keys("processed", one.found.document_id) == []
    assert cloud.body("quarantine", f"documents/{one.found.document_id}") == one.source.body


def test_given_a_quarantined_copy_then_it_has_neither_name_nor_metadata_of_the_sender(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    found = sent["Name of the patient in the object's name"].found
    described = cloud.s3.head_object(Bucket=cloud.bucket("quarantine"), Key=f"documents/{found.document_id}")
    assert described["Metadata"] == {}
    assert cloud.keys("quarantine", found.document_id) == [f"documents/{found.document_id}"]


@pytest.mark.parametrize("title", REJECTED)
def test_given_nothing_to_keep_then_it_is_rejected_and_nothing_is_kept(
    cloud: DocumentCloud, sent: Mapping[str, Sent], title: str
) -> None:
    one = sent[title]
    assert one.found.status is DocumentStatus.REJECTED
    assert set(one.found.reasons) & set(one.source.expected_reasons)
    for bucket in ("processed", "quarantine", "work"):
        assert cloud.keys(bucket, one.found.document_id) == []


def test_given_a_processed_document_then_analytics_reads_its_row(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    for title in PROCESSED:
        found = sent[title].found
        table = pq.read_table(pa.BufferReader(cloud.body("processed", found.analytics_key)))
        assert table.schema.remove_metadata() == SCHEMA
        [row] = table.to_pylist()
        assert row["document_id"] == found.document_id
        assert row["masked_text"].encode() == cloud.body("processed", found.processed_key)
        assert row["patient_pseudonym"] == found.patient_pseudonym != ""
        assert row["entities"] == found.entities


def test_given_the_catalog_then_its_table_points_at_the_rows_and_has_their_columns(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    database, name = cloud.deployed.endpoints.outputs[StackOutput.ANALYTICS_TABLE_NAME].split(".")
    table = cloud.deployed.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    columns = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    assert columns == SCHEMA.names
    key = sent["Note in English"].found.analytics_key
    location = table["StorageDescriptor"]["Location"]
    assert f"s3://{cloud.bucket('processed')}/{key}".startswith(location)


def test_given_two_documents_of_one_patient_then_analytics_can_join_them_and_not_those_of_another(
    sent: Mapping[str, Sent],
) -> None:
    pseudonyms: dict[str, set[str]] = {}
    for title in PROCESSED:
        one = sent[title]
        pseudonyms.setdefault(one.source.patient, set()).add(one.found.patient_pseudonym)
    assert all(len(found) == 1 for found in pseudonyms.values())
    assert len(set.union(*pseudonyms.values())) == len(pseudonyms)


def test_given_a_manifest_then_it_says_what_was_done_and_quotes_nothing(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    one = sent["Discharge summary, C-CDA"]
    assert one.patient is not None
    text = cloud.body("processed", one.found.manifest_key).decode()
    manifest = json.loads(text)
    assert manifest
    assert one.found.detector_version in text
    assert [name for name in _names(one.patient) if name in text] == []


def test_given_every_execution_then_there_was_one_for_each_document_under_its_id(
    cloud: DocumentCloud, sent: Mapping[str, Sent]
) -> None:
    for one in sent.values():
        assert cloud.executions(one.found.document_id) == [f"{one.found.document_id}-0"]
