"""MaskAndStore: asks for consent once more, masks, looks at its own output, and stores what is clean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric, DocumentState, StepVerdict
from healthcare_runtime.documents.detection import DocumentEntities
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.formats import EXTENSIONS, render
from healthcare_runtime.documents.formats.csv_formulas import neutral_points
from healthcare_runtime.documents.passage import DocumentText, PassageRole
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import MaskingSettings
from healthcare_runtime.documents.steps.check_consent import DocumentConsent
from healthcare_runtime.documents.steps.detect_phi import DocumentDetector, known_identifiers
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.masking.context import MaskingContext
from healthcare_runtime.masking.masker import Masker
from healthcare_runtime.masking.replacement import MaskedPassage, Replacement, manifest, mask_text
from healthcare_runtime.masking.residual import residual, source_span
from healthcare_runtime.masking.subkeys import PatientSalts, SubkeySource
from healthcare_runtime.metrics import emit
from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = DocumentState.MASK_AND_STORE
_KEY_PURPOSE: Final = "documents"
PASSES: Final = 5
"""Masking, and four times again with what the detector still finds in the output; then a person looks.

Each pass masks at least one word more, so documents settle; tables, whose columns surrogates widen, take longest.
"""


@dataclass(frozen=True, slots=True)
class MaskedDocument:
    """A document with its replacements, passage by passage, and what is still in it after the last pass."""

    source: DocumentText
    replacements: tuple[tuple[Replacement, ...], ...]
    found_again: int
    """Entities that the detector found in an output, and that a further pass masked."""
    residual: int

    @property
    def passages(self) -> tuple[str, ...]:
        return tuple(
            mask_text(passage.text, replacements)
            for passage, replacements in zip(self.source.passages, self.replacements, strict=True)
        )

    @property
    def changes(self) -> int:
        return sum(len(replacements) for replacements in self.replacements)

    def listed(self) -> tuple[MaskedPassage, ...]:
        """What was changed, passage by passage."""
        return tuple(
            MaskedPassage(passage.path, replacements, number)
            for number, (passage, replacements) in enumerate(zip(self.source.passages, self.replacements, strict=True))
            if replacements
        )

    def formulas(self) -> tuple[int, ...]:
        """Numbers of the passages that a spreadsheet would have computed."""
        return tuple(
            number
            for number, (passage, replacements) in enumerate(zip(self.source.passages, self.replacements, strict=True))
            if neutral_points(passage, replacements)
        )

    def body(self) -> bytes:
        return render(self.source, self.replacements).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom the masked document goes, and how it is masked for them."""

    name: str
    masking: MaskingSettings
    keys: SubkeySource
    salts: PatientSalts

    def context(self, document: Document, text: DocumentText) -> MaskingContext:
        version = str(self.masking.key_version)
        subkey = self.keys.subkey(self.name, _KEY_PURPOSE, version)
        return MaskingContext(
            profile=self.masking.profile,
            patient=document.patient,
            recipient=self.name,
            subkey=subkey,
            key_version=version,
            salt=self.salts.salt(document.patient, self.name, subkey),
            facts=text.facts,
        )


class MaskAndStore:
    """The masked document and its manifest into the processed bucket."""

    def __init__(
        self,
        context: StepContext,
        *,
        s3: S3Client,
        workspace: Workspace,
        consent: DocumentConsent,
        detector: DocumentDetector,
        recipient: Recipient,
        processed_bucket: str,
    ) -> None:
        self._context = context
        self._s3 = s3
        self._workspace = workspace
        self._consent = consent
        self._detector = detector
        self._recipient = recipient
        self._bucket = processed_bucket

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        if not document.may_go_on:
            raise DocumentStepError("status: the document has its outcome, or is held and nobody released it")
        # A document may wait for days, in a queue or in a review: what counts is what the patient wants now.
        finding = self._consent.ask(document, self._context.clock())
        if finding.reason is not None:
            emit(DOCUMENTS_NAMESPACE, {DocumentMetric.CONSENTS_DENIED: 1})
            return self._context.hold(document, STEP, finding.reason, facts=finding.facts)
        document = replace(document, **finding.facts)  # type: ignore[arg-type]
        text = self._workspace.extraction(document.document_id)
        entities = self._workspace.entities(document.document_id)
        spans = self._workspace.reviewer_spans(document.document_id) if document.round else {}
        context = self._recipient.context(document, text)
        masker = Masker(context)
        masked = mask_document(
            masker, self._detector, text, entities.with_more(spans), known_identifiers(document, text)
        )
        if masked.found_again or masked.residual:
            emit(DOCUMENTS_NAMESPACE, {DocumentMetric.RESIDUAL_PHI: masked.found_again + masked.residual})
        if masked.residual and not _is_accepted(document):
            return self._context.hold(document, STEP, ReasonCode.RESIDUAL_PHI, facts=finding.facts)
        return self._store(document, context, masker, masked)

    def _store(self, document: Document, context: MaskingContext, masker: Masker, masked: MaskedDocument) -> StepState:
        body = masked.body()
        digest = hashlib.sha256(body).hexdigest()
        extension, content_type = EXTENSIONS[masked.source.format]
        key = f"documents/{document.document_id}{extension}"
        manifest_key = f"manifests/{document.document_id}.json"
        pseudonym = masker.patient_pseudonym
        last_event = self._context.trail.record(
            document,
            STEP,
            StepVerdict.PASS,
            entities_masked=masked.changes,
            residual=masked.residual,
            spans=masked.found_again,
            profile=context.profile,
            recipient=context.recipient,
            key_version=context.key_version,
            processed_digest=digest,
        )
        # Where it will be is kept before it is there: whatever dies in between, Quarantine knows what to withdraw.
        placed = self._context.documents.place(
            document.document_id,
            processed_key=key,
            manifest_key=manifest_key,
            patient_pseudonym=pseudonym,
            masked_at=self._context.documents.now(),
            consent_versions=document.consent_versions,
            consent_basis=document.consent_basis,
            last_event=last_event,
        )
        if not placed:
            raise DocumentStepError("status: the document was held or settled while it was masked")
        listed = manifest(
            context, masked.listed(), detector_version=document.detector_version, formulas=masked.formulas()
        )
        self._s3.put_object(Bucket=self._bucket, Key=manifest_key, Body=listed.encode(), ContentType="application/json")
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
            Metadata={"masking-profile": context.profile, "sha256": digest, "patient-pseudonym": pseudonym},
        )
        emit(DOCUMENTS_NAMESPACE, {DocumentMetric.ENTITIES_MASKED: masked.changes})
        return {"documentId": document.document_id, "verdict": StepVerdict.PASS}


def _is_accepted(document: Document) -> bool:
    """Whether a reviewer saw that the detector still finds something, and released the document all the same."""
    return document.decision == StepVerdict.APPROVE and ReasonCode.RESIDUAL_PHI in document.reasons


def mask_document(
    masker: Masker,
    detector: DocumentDetector,
    text: DocumentText,
    entities: DocumentEntities,
    known: Sequence[KnownIdentifier],
) -> MaskedDocument:
    """Mask, run the detector on the output, mask what it finds there, and look once more."""
    found = [list(passage) for passage in entities.passages]
    again = 0
    for _ in range(PASSES):
        for passage, passage_entities in zip(text.passages, found, strict=True):
            masker.learn(passage.text, passage_entities)
        replacements = tuple(
            masker.replacements(passage.text, passage_entities)
            for passage, passage_entities in zip(text.passages, found, strict=True)
        )
        left = _left_in_output(detector, text, replacements, known)
        if not any(left):
            return MaskedDocument(text, replacements, again, 0)
        again += sum(map(len, left))
        for passage_entities, more in zip(found, left, strict=True):
            passage_entities.extend(more)
    return MaskedDocument(text, replacements, again, sum(map(len, left)))


def _left_in_output(
    detector: DocumentDetector,
    text: DocumentText,
    replacements: Sequence[tuple[Replacement, ...]],
    known: Sequence[KnownIdentifier],
) -> list[tuple[PhiEntity, ...]]:
    """What the detector finds in the masked passages and what is not our own replacement, in source offsets."""
    free = [number for number, passage in enumerate(text.passages) if passage.role is PassageRole.FREE_TEXT]
    outputs = [mask_text(text.passages[number].text, replacements[number]) for number in free]
    found = detector.find(outputs, known)
    left: list[tuple[PhiEntity, ...]] = [()] * len(text.passages)
    for number, output, entities in zip(free, outputs, found.passages, strict=True):
        remaining = residual(output, entities, replacements[number], known)
        left[number] = tuple(_in_source(entity, replacements[number]) for entity in remaining)
    return left


def _in_source(entity: PhiEntity, replacements: Sequence[Replacement]) -> PhiEntity:
    begin, end = source_span(replacements, entity.begin, entity.end)
    return replace(entity, begin=begin, end=end)
