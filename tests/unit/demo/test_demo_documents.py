"""The demo's documents are what they say they are, and what they expect follows from what they are."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pypdf
import pytest

from demo.documents import ConsentState, DemoDocument, DemoPatient, Kind, ReasonFamily, documents, patients
from demo.documents.hostile import EICAR
from healthcare_runtime.consent.codes import Action, ActorRole, Outcome, PurposeOfUse
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.request import ConsentRequest
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.metadata import MetadataDamagedError, read_metadata
from healthcare_runtime.documents.patient_identity import contradicts
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.steps.validate_input import is_safe_name

SEED = 11
MAXIMUM_BYTES = 20_000_000


@pytest.fixture(scope="module")
def made() -> tuple[DemoDocument, ...]:
    return documents(SEED)


@pytest.fixture(scope="module")
def people() -> tuple[DemoPatient, ...]:
    return patients(SEED)


def _of(made: tuple[DemoDocument, ...], kind: Kind) -> list[DemoDocument]:
    return [document for document in made if document.kind is kind and document.expected is DocumentStatus.PROCESSED]


def test_there_are_two_hundred_with_names_of_their_own(made: tuple[DemoDocument, ...]) -> None:
    assert len(made) == 200
    assert len({document.name for document in made}) == 200
    assert {document.kind for document in made} == set(Kind)
    assert {document.language for document in made} == {"en", "ja", "mixed", "und"}


def test_a_seed_decides_every_byte_and_another_seed_other_people() -> None:
    assert documents(3) == documents(3)
    assert {one.reference for one in patients(3)}.isdisjoint(one.reference for one in patients(4))


def test_most_are_processed_and_every_reason_family_occurs(made: tuple[DemoDocument, ...]) -> None:
    assert 130 <= sum(document.expected is DocumentStatus.PROCESSED for document in made) <= 160
    assert {document.expected_family for document in made} == set(ReasonFamily)
    for document in made:
        assert bool(document.expected_reasons) is (document.expected is not DocumentStatus.PROCESSED)
    assert [one.title for one in made if one.expected is DocumentStatus.REJECTED] == ["Empty"]


def test_metadata_is_readable_but_where_it_is_damaged_on_purpose(made: tuple[DemoDocument, ...]) -> None:
    for document in made:
        assert all(value.isascii() for value in document.metadata.values())
        if document.expected_reasons == (ReasonCode.METADATA_DAMAGED,):
            with pytest.raises(MetadataDamagedError):
                read_metadata(document.metadata)
        else:
            assert read_metadata(document.metadata).patient == document.patient or not document.patient


def test_titles_and_sound_names_tell_nobody(made: tuple[DemoDocument, ...], people: tuple[DemoPatient, ...]) -> None:
    identifying = {word for one in people for word in (one.family, one.given, one.number) if len(word) > 3}
    for document in made:
        shown = document.title
        if document.expected_reasons != (ReasonCode.NAME_WITH_PHI,):
            shown += document.name
        assert not [word for word in identifying if word in shown]


def test_the_consent_decision_follows_from_the_consents_that_are_loaded(
    made: tuple[DemoDocument, ...], people: tuple[DemoPatient, ...]
) -> None:
    records = [parse_consent(json.dumps(found).encode()) for one in people for found in one.consents()]
    assert len(people) == 25
    for document in made:
        if not document.patient or document.expected_family not in (ReasonFamily.NONE, ReasonFamily.CONSENT):
            continue
        request = ConsentRequest(
            patient=patient_key(document.patient),
            actor="Organization/analytics",
            actor_role=ActorRole.THIRD_PARTY,
            action=Action.DISCLOSE,
            purpose=PurposeOfUse(document.metadata["purpose-of-use"]),
            data_class=None,
            codes=None,
            labels=None,
            data_time=None,
            now=datetime(2026, 11, 1, tzinfo=UTC),
            jurisdiction=document.metadata["jurisdiction"],
            patient_zone=ZoneInfo("UTC"),
        )
        decision = decide(records, request)
        permitted = decision.outcome is Outcome.PERMIT and not decision.obligations
        assert permitted is (document.expected is DocumentStatus.PROCESSED), document.title


@pytest.mark.parametrize("jurisdiction", ["US", "JP"])
def test_every_state_of_consent_occurs_in_both_countries(jurisdiction: str, people: tuple[DemoPatient, ...]) -> None:
    found = {one.consent_state for one in people if one.jurisdiction == jurisdiction}
    assert found == set(ConsentState)


def test_pdf_texts_can_be_read_back_with_the_patient_in_them(
    made: tuple[DemoDocument, ...], people: tuple[DemoPatient, ...]
) -> None:
    japanese = 0
    for document in _of(made, Kind.PDF):
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document.body)).pages)
        assert len(text) > 200
        if document.language == "ja":
            japanese += 1
            assert sum(ord(c) > 0x3000 for c in text) > 100
    assert japanese


def test_structured_documents_are_well_formed_and_name_their_patient(made: tuple[DemoDocument, ...]) -> None:
    for document in made:
        number = document.patient.rpartition("|")[2]
        if document.kind is Kind.CDA and document.expected_family is not ReasonFamily.DAMAGED:
            root = ElementTree.fromstring(document.body)
            ids = [found.get("extension") for found in root.iter("{urn:hl7-org:v3}id")]
            assert number in ids
        if document.expected is not DocumentStatus.PROCESSED:
            continue
        if document.kind is Kind.FHIR:
            assert number in json.dumps(json.loads(document.body))
        if document.kind is Kind.HL7V2:
            segments = document.body.decode().split("\r")
            assert segments[0].startswith("MSH|^~\\&|")
            assert segments[0].split("|")[17] == "UNICODE UTF-8"
            assert next(one for one in segments if one.startswith("PID")).split("|")[3].split("^")[0] == number


def test_legacy_texts_are_in_their_encodings_and_not_in_utf_8(made: tuple[DemoDocument, ...]) -> None:
    encodings = {"Shift_JIS": "shift_jis", "EUC-JP": "euc_jp", "ISO-2022-JP": "iso2022_jp"}
    found = _of(made, Kind.LEGACY_TEXT)
    assert {document.title.removeprefix("Note in ") for document in found} == set(encodings)
    for document in found:
        text = document.body.decode(encodings[document.title.removeprefix("Note in ")])
        assert sum(ord(c) > 0x3000 for c in text) > 50
        if document.title != "Note in ISO-2022-JP":
            with pytest.raises(UnicodeDecodeError):
                document.body.decode()


def test_attacks_are_attacks(made: tuple[DemoDocument, ...]) -> None:
    by_title = {document.title: document for document in made}
    assert by_title["EICAR test file"].body == EICAR
    assert len(EICAR) == 68
    assert EICAR in by_title["EICAR inside a note"].body
    with zipfile.ZipFile(io.BytesIO(by_title["Archive bomb"].body)) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 500 * len(by_title["Archive bomb"].body)
    assert pypdf.PdfReader(io.BytesIO(by_title["PDF under a password"].body)).is_encrypted
    scanned = pypdf.PdfReader(io.BytesIO(by_title["Scanned page in a PDF"].body))
    assert "".join(page.extract_text() for page in scanned.pages).strip() == ""
    assert len(by_title["Larger than allowed"].body) > 20_971_520
    assert ".." in by_title["Name that climbs out"].name
    assert b"\x07" in by_title["Control character in the name"].name.encode()
    with pytest.raises(UnicodeDecodeError):
        by_title["Several character sets in one"].body.decode()


def test_what_the_formats_make_of_each_is_what_is_expected(made: tuple[DemoDocument, ...]) -> None:
    for document in made:
        if not document.body or len(document.body) > MAXIMUM_BYTES or not is_safe_name(document.name):
            assert document.expected is not DocumentStatus.PROCESSED
            continue
        text = read(document.body, declared=ContentHint(name=document.name), maximum_bytes=MAXIMUM_BYTES)
        if isinstance(text, Unreadable):
            assert text.reason in document.expected_reasons, document.title
            continue
        later = (
            ReasonFamily.NONE,
            ReasonFamily.CONSENT,
            ReasonFamily.LANGUAGE,
            ReasonFamily.PATIENT,
            ReasonFamily.POLICY,
        )
        assert document.expected_family in later, document.title
        said = document.metadata.get("patient-id", "")
        contradicted = bool(said) and contradicts(said, text.identifiers)
        assert contradicted is (document.expected_reasons == (ReasonCode.PATIENT_CONTRADICTED,)), document.title
