"""From what was sent, the document table and the audit trail to the facts of the report."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from demo.documents.delivery import Delivery
from demo.documents.document import DemoDocument
from demo.documents.report import Agreement, HeldRow, KindRow, Outcome, ReasonRow
from demo.documents.trail import StepEvent
from demo.phase import Phase
from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus
from healthcare_runtime.documents.document import Document

RUNBOOK: Final = Path(__file__).parents[2] / "docs" / "documents.md"
_ROW: Final = re.compile(r"\| (`[^|]*`) \| ([^|]*) \| ([^|]*) \|")
_INTAKE: Final = "Intake"
_LAST_STEP: Final = {
    DocumentStatus.PROCESSED: DocumentState.SEND_TO_ANALYTICS,
    DocumentStatus.QUARANTINED: DocumentState.QUARANTINE,
    DocumentStatus.REJECTED: DocumentState.REJECT,
}
_STEPS: Final = {
    _INTAKE: "S3, EventBridge, SQS; the document is registered and its execution starts",
    DocumentState.VALIDATE_INPUT: "reads the version, decides what it is, finds its passages",
    DocumentState.CHECK_CONSENT: "PostgreSQL; who may have it, and for what",
    DocumentState.DETECT_PHI: "English and Japanese",
    DocumentState.CHECK_COMPLIANCE: "the rules of compliance_rules.toml",
    DocumentState.SCORE_FRAUD_RISK: "the arrival's features, the endpoint's score",
    DocumentState.MASK_AND_STORE: "consent again, masking, the detector on the output",
    DocumentState.SEND_TO_ANALYTICS: "Parquet; the outcome PROCESSED",
    DocumentState.QUARANTINE: "a copy under the document's id; the outcome QUARANTINED",
    DocumentState.SEND_ALERT: "to the topic of its severity",
    DocumentState.MANUAL_REVIEW: "waits for a person",
    DocumentState.REJECT: "nothing to keep; the outcome REJECTED",
}


def outcomes(
    deliveries: Iterable[Delivery], documents: Mapping[str, Document], events: Iterable[StepEvent]
) -> list[Outcome]:
    """What became of each document that was sent, in the order of sending."""
    settled = {(event.document_id, event.step): event.at for event in events}
    return [_outcome(sent, documents.get(sent.document_id), settled) for sent in deliveries]


def _outcome(sent: Delivery, found: Document | None, settled: Mapping[tuple[str, str], float]) -> Outcome:
    status = None if found is None or found.status is DocumentStatus.RECEIVED else found.status
    at = None if status is None else settled.get((sent.document_id, _LAST_STEP[status]))
    reasons = () if found is None else found.reasons
    return Outcome(
        document_id=sent.document_id,
        title=sent.document.title,
        kind=sent.document.kind,
        status=status,
        reasons=reasons,
        findings=() if found is None else found.findings,
        severity="" if found is None else found.severity,
        agreement=agreement(sent.document, status, reasons),
        seconds=None if at is None else max(0.0, at - sent.sent_at),
    )


def agreement(document: DemoDocument, status: DocumentStatus | None, reasons: Sequence[str]) -> Agreement:
    """Hold an outcome against the expected one."""
    if status is None:
        return Agreement.MISSING
    if status is document.expected:
        right = not document.expected_reasons or not frozenset(reasons).isdisjoint(document.expected_reasons)
        return Agreement.AS_EXPECTED if right else Agreement.OTHER_REASON
    if status is DocumentStatus.PROCESSED:
        return Agreement.RELEASED
    return Agreement.HELD if document.expected is DocumentStatus.PROCESSED else Agreement.OTHER_REASON


def kind_rows(found: Sequence[Outcome]) -> list[KindRow]:
    """One row for each kind, most documents first, and one for all."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        by_kind[outcome.kind].append(outcome)
    ordered = sorted(by_kind.items(), key=lambda pair: -len(pair[1]))
    return [_kind_row(name, group) for name, group in (*ordered, ("all", list(found)))]


def _kind_row(name: str, group: Sequence[Outcome]) -> KindRow:
    count = Counter(outcome.status for outcome in group)
    seconds = sorted(outcome.seconds for outcome in group if outcome.seconds is not None)
    return KindRow(
        name=name,
        sent=len(group),
        processed=count[DocumentStatus.PROCESSED],
        quarantined=count[DocumentStatus.QUARANTINED],
        rejected=count[DocumentStatus.REJECTED],
        missing=count[None],
        median=statistics.median(seconds) if seconds else None,
        p95=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))] if seconds else None,
    )


def held_rows(found: Iterable[Outcome]) -> list[HeldRow]:
    """What was held or rejected, each title with its reasons; disagreements first."""
    groups = Counter(
        (outcome.title, outcome.status, _why(outcome), outcome.severity, outcome.agreement)
        for outcome in found
        if outcome.status in (DocumentStatus.QUARANTINED, DocumentStatus.REJECTED)
    )
    listed = [
        HeldRow(title, count, status, reasons, severity, agreed)
        for (title, status, reasons, severity, agreed), count in groups.items()
        if status is not None
    ]
    return sorted(listed, key=lambda row: (row.agreement is Agreement.AS_EXPECTED, row.reasons, row.title))


def _why(outcome: Outcome) -> str:
    return ", ".join((*outcome.reasons, *outcome.findings))


def reason_rows(found: Iterable[Outcome], runbook: str) -> list[ReasonRow]:
    """Each reason for which something was held or rejected, most frequent first, in the words of the runbook."""
    count = Counter(
        reason
        for outcome in found
        if outcome.status in (DocumentStatus.QUARANTINED, DocumentStatus.REJECTED)
        for reason in outcome.reasons
    )
    said = {
        code: (meaning.strip(), remedy.strip())
        for codes, meaning, remedy in _ROW.findall(runbook)
        for code in re.findall(r"`([A-Z0-9_]+)`", codes)
    }
    return [ReasonRow(code, number, *said.get(code, ("", ""))) for code, number in count.most_common()]


def phases(deliveries: Iterable[Delivery], events: Iterable[StepEvent]) -> list[Phase]:
    """How long each step takes a document, waiting for its turn included: from the event before to its own."""
    before = {sent.document_id: sent.sent_at for sent in deliveries}
    seconds: dict[str, list[float]] = defaultdict(list)
    for event in events:
        if event.document_id in before:
            seconds[event.step].append(event.at - before[event.document_id])
            before[event.document_id] = event.at
    return [Phase.of(step, explanation, seconds[step]) for step, explanation in _STEPS.items() if seconds[step]]


def alerts(events: Iterable[StepEvent]) -> dict[str, int]:
    """Messages to the topics, by severity, the most severe first."""
    count = Counter(event.outcome for event in events if event.step == DocumentState.SEND_ALERT)
    return {severity: count[severity] for severity in ("CRITICAL", "HIGH", "MEDIUM") if count[severity]}
