"""What travels through the document workflow: an id and a verdict. Everything else is in the table and the buckets."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NotRequired, TypedDict

from healthcare_runtime.audit import AuditTrail
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import StepVerdict
from healthcare_runtime.documents.document import Document, Fact
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.registry import DocumentTable
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.trail import StepTrail

_DOCUMENT_ID: Final = re.compile(r"[0-9a-f]{32}")


class StepFault(TypedDict):
    """What Catch adds: the class of the exception. Its text stays out of everything that is kept."""

    Error: str


class StepState(TypedDict):
    """Input and output of every state."""

    documentId: str
    verdict: NotRequired[str]
    fault: NotRequired[StepFault]
    taskToken: NotRequired[str]
    escalation: NotRequired[bool]


@dataclass(frozen=True, slots=True)
class StepContext:
    """What every step works with."""

    documents: DocumentTable
    trail: StepTrail
    clock: Callable[[], float]

    @classmethod
    def compose(
        cls, settings: StepSettings, clients: AwsClients, clock: Callable[[], float] = time.time
    ) -> StepContext:
        """Wire the parts that every function has."""
        trail = AuditTrail(clients.dynamodb, settings.audit.table, settings.audit.shards)
        return cls(
            documents=DocumentTable(clients.dynamodb, settings.document_table, clock),
            trail=StepTrail(trail, clock),
            clock=clock,
        )

    def document(self, state: StepState) -> Document:
        """The document that the state names.

        Raises
        ------
        DocumentStepError
            The id has another form, or nothing is registered under it.
        """
        document_id = state.get("documentId", "")
        if not isinstance(document_id, str) or _DOCUMENT_ID.fullmatch(document_id) is None:
            raise DocumentStepError("documentId: must be 32 hex digits")
        return self.documents.get(document_id)

    def hold(
        self, document: Document, step: str, *reasons: ReasonCode, facts: dict[str, Fact] | None = None
    ) -> StepState:
        """Record why a document cannot go on; the state machine takes it to quarantine."""
        return self._conclude(document, step, StepVerdict.HOLD, reasons, facts or {})

    def reject(self, document: Document, step: str, *reasons: ReasonCode) -> StepState:
        """Record that there is nothing to keep for a review."""
        return self._conclude(document, step, StepVerdict.REJECT, reasons, {})

    def passed(
        self,
        document: Document,
        step: str,
        *,
        verdict: StepVerdict = StepVerdict.PASS,
        details: dict[str, str | int] | None = None,
        facts: dict[str, Fact] | None = None,
    ) -> StepState:
        """Record that the step is done, and what it found."""
        found = facts or {}
        concluded = replace(document, **found)  # type: ignore[arg-type]
        last_event = self.trail.record(concluded, step, verdict, **(details or {}))  # type: ignore[arg-type]
        self.documents.note(document.document_id, **found, last_event=last_event)
        return {"documentId": document.document_id, "verdict": verdict}

    def _conclude(
        self,
        document: Document,
        step: str,
        verdict: StepVerdict,
        reasons: tuple[ReasonCode, ...],
        facts: dict[str, Fact],
    ) -> StepState:
        concluded = replace(document, **facts)  # type: ignore[arg-type]
        last_event = self.trail.record(concluded, step, verdict, reasons=",".join(reasons))
        self.documents.note(document.document_id, reasons=tuple(reasons), **facts, last_event=last_event)
        return {"documentId": document.document_id, "verdict": verdict}
