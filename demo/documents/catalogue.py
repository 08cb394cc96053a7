"""The two hundred, in the order in which they are sent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demo.documents.cda import clinical_document
from demo.documents.claims import claims_table
from demo.documents.damaged import damaged, foreign
from demo.documents.document import DemoDocument, Kind, ReasonFamily
from demo.documents.fhir import bundle, document_reference, observation
from demo.documents.hostile import Held, hostile
from demo.documents.messages import laboratory_result, transcription
from demo.documents.notes import note
from demo.documents.patients import ConsentState, DemoPatient, patients
from demo.documents.pdf import pdf_of
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.reasons import ReasonCode
from phi_accuracy.corpus import Corpus

_SUBMITTER: Final = "demo-sender/ward-terminal-7"


@dataclass(frozen=True, slots=True)
class _Form:
    kind: Kind
    extension: str
    title: str
    loinc: str = "34133-9"


_STRUCTURED: Final[tuple[tuple[_Form, int, Callable[[DemoPatient, random.Random], bytes]], ...]] = (
    (_Form(Kind.HL7V2, "hl7", "Laboratory result", "11502-2"), 10, laboratory_result),
    (_Form(Kind.HL7V2, "hl7", "Transcription", "11488-4"), 10, transcription),
    (_Form(Kind.CDA, "xml", "Discharge summary, C-CDA", "18842-5"), 10, clinical_document),
    (_Form(Kind.FHIR, "json", "FHIR document reference", "11506-3"), 5, document_reference),
    (_Form(Kind.FHIR, "json", "FHIR observation", "8480-6"), 4, observation),
    (_Form(Kind.FHIR, "json", "FHIR bundle", "11503-0"), 4, bundle),
    (_Form(Kind.CSV, "csv", "Claims table", "64291-8"), 5, claims_table),
)
_LEGACY: Final = (("shift_jis", "Shift_JIS", 5), ("euc_jp", "EUC-JP", 4), ("iso2022_jp", "ISO-2022-JP", 1))
_HELD_BY_CONSENT: Final = {
    ConsentState.NEVER: (ReasonCode.CONSENT_MISSING,),
    ConsentState.REVOKED: (ReasonCode.CONSENT_MISSING, ReasonCode.CONSENT_DENIED),
    ConsentState.EXPIRED: (ReasonCode.CONSENT_MISSING, ReasonCode.CONSENT_DENIED),
    ConsentState.REFUSED: (ReasonCode.CONSENT_DENIED,),
    ConsentState.TREATMENT_ONLY: (ReasonCode.CONSENT_MISSING, ReasonCode.CONSENT_DENIED),
}


def documents(seed: int) -> tuple[DemoDocument, ...]:
    """Two hundred documents; the same seed gives the same bytes. Shuffled, so that trouble comes at any time."""
    draw = random.Random(f"documents/{seed}")
    everybody = patients(seed)
    made = [*_sound(everybody, draw), *_without_consent(everybody, draw), *_trouble(everybody, draw)]
    draw.shuffle(made)
    return tuple(made)


def _sound(everybody: Sequence[DemoPatient], draw: random.Random) -> Iterator[DemoDocument]:
    """Documents that must be processed."""
    consenting = [patient for patient in everybody if patient.consent_state is ConsentState.GIVEN]
    american = [patient for patient in consenting if patient.jurisdiction == "US"]
    japanese = [patient for patient in consenting if patient.jurisdiction == "JP"]
    plain = (
        (31, american, Corpus.ENGLISH, "Note in English"),
        (30, japanese, Corpus.JAPANESE, "Note in Japanese"),
        (10, japanese, Corpus.MIXED, "Note in both languages"),
    )
    for count, whose, corpus, title in plain:
        for number in range(count):
            patient = whose[number % len(whose)]
            body = note(patient, corpus, number, draw).encode()
            yield _document(patient, draw, _Form(Kind.TEXT, "txt", title), body, language=corpus)
    form = _Form(Kind.PDF, "pdf", "PDF with a text layer")
    for count, whose, corpus in ((10, american, Corpus.ENGLISH), (6, japanese, Corpus.JAPANESE)):
        for number in range(count):
            patient = draw.choice(whose)
            body = pdf_of(note(patient, corpus, number + 7, draw), japanese=corpus is Corpus.JAPANESE)
            yield _document(patient, draw, form, body, language=corpus)
    for form, count, make in _STRUCTURED:
        for number in range(count):
            patient = (american if number % 5 < 3 else japanese)[number % 7]
            yield _document(patient, draw, form, make(patient, draw))
    for encoding, title, count in _LEGACY:
        for number in range(count):
            patient = draw.choice(japanese)
            text = note(patient, Corpus.JAPANESE, number + 3, draw)
            body = text.encode(encoding, errors="replace")
            yield _document(patient, draw, _Form(Kind.LEGACY_TEXT, "txt", f"Note in {title}"), body)


def _without_consent(everybody: Sequence[DemoPatient], draw: random.Random) -> Iterator[DemoDocument]:
    """Two documents of each patient who has not consented to research."""
    for patient in everybody:
        if patient.consent_state is ConsentState.GIVEN:
            continue
        corpus = Corpus.ENGLISH if patient.jurisdiction == "US" else Corpus.JAPANESE
        title = f"Consent {patient.consent_state.replace('-', ' ')}"
        held = _HELD_BY_CONSENT[patient.consent_state]
        form = _Form(Kind.TEXT, "txt", title)
        yield _document(patient, draw, form, note(patient, corpus, draw.randrange(100), draw).encode(), held=held)
        form = _Form(Kind.CDA, "xml", title, "18842-5")
        yield _document(patient, draw, form, clinical_document(patient, draw), held=held)


def _trouble(everybody: Sequence[DemoPatient], draw: random.Random) -> Iterator[DemoDocument]:
    """Attacks, accidents, foreign languages, and documents whose patient is in doubt."""
    patient = next(one for one in everybody if one.consent_state is ConsentState.GIVEN and one.english)
    other = next(one for one in everybody if one.consent_state is ConsentState.GIVEN and one.english and one != patient)
    text = note(patient, Corpus.ENGLISH, 5, draw)
    message = laboratory_result(patient, draw)
    accidents = damaged(
        text, pdf_of(text, japanese=False), message, clinical_document(patient, draw), bundle(patient, draw)
    )
    for held in (*hostile(text), *accidents, *foreign()):
        yield _held(held, patient, _metadata(patient, "34133-9"))
    quiet = (
        ("Nobody's document", "inbox/notes/nobody.txt", ReasonCode.PATIENT_UNKNOWN, "", text.encode()),
        (
            "Two patients in one",
            "inbox/hl7/contradiction.hl7",
            ReasonCode.PATIENT_CONTRADICTED,
            other.reference,
            message,
        ),
        ("Damaged metadata", "inbox/notes/metadata.txt", ReasonCode.METADATA_DAMAGED, "no-bar-in-it", text.encode()),
    )
    for title, name, reason, whose, body in quiet:
        metadata = _metadata(patient, "34133-9") | {"patient-id": whose}
        kind = Kind.HL7V2 if name.endswith("hl7") else Kind.TEXT
        yield _held(Held(title, name, body, kind, ReasonFamily.PATIENT, (reason,)), patient, metadata)
    named = f"inbox/letters/{patient.given}-{patient.family}-cardiology-letter.txt".replace(" ", "-")
    phi_name = Held(
        "Name of the patient in the object's name", named, text.encode(), Kind.TEXT, ReasonFamily.POLICY, _NAME
    )
    yield _held(phi_name, patient, _metadata(patient, "34133-9"))


_NAME: Final = (ReasonCode.NAME_WITH_PHI,)


def _document(
    patient: DemoPatient,
    draw: random.Random,
    form: _Form,
    body: bytes,
    *,
    language: str = "",
    held: tuple[ReasonCode, ...] = (),
) -> DemoDocument:
    return DemoDocument(
        name=f"inbox/{form.kind}/{draw.randrange(16**10):010x}.{form.extension}",
        body=body,
        metadata=_metadata(patient, form.loinc),
        title=form.title,
        kind=form.kind,
        expected=DocumentStatus.QUARANTINED if held else DocumentStatus.PROCESSED,
        expected_family=ReasonFamily.CONSENT if held else ReasonFamily.NONE,
        expected_reasons=held,
        patient=patient.reference,
        language=language or ("en" if patient.jurisdiction == "US" else "ja"),
    )


def _held(held: Held, patient: DemoPatient, metadata: dict[str, str]) -> DemoDocument:
    nothing_to_hold = held.reasons == (ReasonCode.EMPTY,)
    return DemoDocument(
        name=held.name,
        body=held.body,
        metadata={name: value for name, value in metadata.items() if value},
        title=held.title,
        kind=held.kind,
        expected=DocumentStatus.REJECTED if nothing_to_hold else DocumentStatus.QUARANTINED,
        expected_family=held.family,
        expected_reasons=held.reasons,
        patient=patient.reference if metadata["patient-id"] == patient.reference else "",
    )


def _metadata(patient: DemoPatient, loinc: str) -> dict[str, str]:
    return {
        "patient-id": patient.reference,
        "purpose-of-use": "HRESCH",
        "submitter": _SUBMITTER,
        "document-type": loinc,
        "jurisdiction": patient.jurisdiction,
    }
