"""The document flow of a run: consents, documents, their outcomes, the audit trail that says what happened."""

from __future__ import annotations

from typing import Final

from demo.cloud import Cloud
from demo.documents import outcomes
from demo.documents.catalogue import documents
from demo.documents.delivery import ConsentApi, deliver, load_consents
from demo.documents.excerpts import excerpts
from demo.documents.following import follow
from demo.documents.patients import patients
from demo.documents.report import DocumentsReport
from demo.documents.trail import find_checkpoint, seal, step_events, verify
from demo.progress import Progress
from healthcare_runtime.contracts.documents import DocumentVariable

STEPS: Final = 4
OUTCOME_TIMEOUT_SECONDS: Final = 420


def run(progress: Progress, cloud: Cloud, seed: int) -> DocumentsReport:
    """Send the documents of a seed and follow them; everything that there is to report.

    Raises
    ------
    ConsentRefusedError, TrailError
        What the platform did not take, or could not show.
    """
    with progress.step("Load consents through the Consent API"):
        everybody = patients(seed)
        consents = load_consents(ConsentApi(cloud.session, cloud.consent_api), everybody)
        progress.note(f"{len(everybody)} patients, {consents.loaded} consents, {consents.revoked} of them revoked")

    with progress.step("Send documents: notes, PDF, HL7, C-CDA, FHIR, tables, and what must not get through"):
        made = documents(seed)
        deliveries = deliver(cloud.s3, cloud.buckets["raw"], f"demo/{seed:x}", made)
        size = sum(len(document.body) for document in made)
        progress.note(f"{len(made)} documents, {size / 1e6:.0f} MB, seed {seed}")

    with progress.step("Wait for the outcome of every document"):
        ids = [sent.document_id for sent in deliveries]
        found = follow(
            cloud.dynamodb, cloud.tables["documents"], ids, timeout_seconds=OUTCOME_TIMEOUT_SECONDS, tell=progress.note
        )

    with progress.step("Seal and verify the audit trail, fetch excerpts"):
        checkpoint = find_checkpoint(cloud.functions)
        seal(cloud.functions, checkpoint)
        environment = cloud.environment() | {DocumentVariable.DOCUMENT_TABLE: cloud.tables["documents"]}
        verification = verify(checkpoint, environment)
        verdict = "intact" if verification.intact else f"{len(verification.findings)} findings"
        progress.note(f"{verification.events} events in {verification.shards} chains: {verdict}")
        events = step_events(cloud.dynamodb, checkpoint, ids)
        known = outcomes.outcomes(deliveries, found, events)
        return DocumentsReport(
            patients=len(everybody),
            consents=consents.loaded,
            revoked=consents.revoked,
            outcomes=tuple(known),
            reasons=tuple(outcomes.reason_rows(known, outcomes.RUNBOOK.read_text(encoding="utf-8"))),
            phases=tuple(outcomes.phases(deliveries, events)),
            alerts=outcomes.alerts(events),
            verification=verification,
            excerpts=tuple(excerpts(cloud.s3, cloud.buckets["processed"], deliveries, found)),
        )
