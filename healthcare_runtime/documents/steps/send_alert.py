"""SendAlert: tells the topic of the document's severity that something is held, and why; once for each decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, StepVerdict
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import AlertSettings, StepSettings
from healthcare_runtime.documents.severity import Severity, severity_of
from healthcare_runtime.documents.steps.state import StepContext, StepState

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

STEP: Final = DocumentState.SEND_ALERT


class SendAlert:
    """Publishes a reference, never content: id, reasons, severity, and the command that shows the document."""

    def __init__(self, context: StepContext, sns: SNSClient, settings: AlertSettings) -> None:
        self._context = context
        self._sns = sns
        self._topics = {
            Severity.CRITICAL: settings.critical,
            Severity.HIGH: settings.high,
            Severity.MEDIUM: settings.medium,
        }

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        escalation = state.get("escalation", False)
        reasons = (*document.reasons, ReasonCode.REVIEW_EXPIRED) if escalation else document.reasons
        severity = Severity.CRITICAL if escalation else severity_of(reasons)
        step = DocumentState.ESCALATE if escalation else STEP
        last_event = self._context.trail.record(document, step, severity.name, reasons=",".join(reasons))
        if escalation or document.alerted_round < document.round:
            self._publish(document, severity, reasons)
            self._context.documents.note(
                document.document_id, alerted_round=document.round, severity=severity.name, last_event=last_event
            )
        return {"documentId": document.document_id, "verdict": StepVerdict.HOLD}

    def _publish(self, document: Document, severity: Severity, reasons: tuple[str, ...]) -> None:
        self._sns.publish(
            TopicArn=self._topics[severity],
            Subject=f"Document held: {severity.name}",
            Message=json.dumps(
                {
                    "documentId": document.document_id,
                    "severity": severity.name,
                    "reasons": list(reasons),
                    "findings": list(document.findings),
                    "receivedAt": document.received_at,
                    "review": f"python -m healthcare_runtime.documents show {document.document_id}",
                }
            ),
        )


def compose(step: StepSettings, settings: AlertSettings, clients: AwsClients) -> SendAlert:
    """Wire the function's parts."""
    return SendAlert(StepContext.compose(step, clients), clients.sns, settings)
