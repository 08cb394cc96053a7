"""The facts of the document flow, from which the tables in the terminal and the page are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from demo.documents.document import Kind
from demo.documents.excerpts import Excerpt
from demo.documents.trail import Verification
from demo.phase import Phase
from healthcare_runtime.contracts.documents import DocumentStatus


class Agreement(StrEnum):
    """How what became of a document stands to what must become of it."""

    AS_EXPECTED = ""
    OTHER_REASON = "another reason than expected"
    HELD = "held, though nothing speaks against it"
    RELEASED = "PROCESSED, AND MUST NOT BE"
    MISSING = "NO OUTCOME"


FATAL: Final = frozenset({Agreement.RELEASED, Agreement.MISSING})
"""What makes a run fail. A document that is held too much costs a person a look; one too few is a breach."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document. ``status`` None: it has no outcome; ``seconds`` from sending to the outcome."""

    document_id: str
    title: str
    kind: Kind
    status: DocumentStatus | None
    reasons: tuple[str, ...]
    findings: tuple[str, ...]
    severity: str
    agreement: Agreement
    seconds: float | None


@dataclass(frozen=True, slots=True)
class KindRow:
    """The documents of one kind; seconds from sending to the outcome, None where there is none."""

    name: str
    sent: int
    processed: int
    quarantined: int
    rejected: int
    missing: int
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Documents of one title that were held or rejected for the same reasons."""

    title: str
    count: int
    status: DocumentStatus
    reasons: str
    severity: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason, what it means and what to do (docs/documents.md), and how many documents have it."""

    code: str
    count: int
    meaning: str
    remedy: str


@dataclass(frozen=True, slots=True)
class DocumentsReport:
    """Everything that is shown of the document flow."""

    patients: int
    consents: int
    revoked: int
    outcomes: tuple[Outcome, ...]
    reasons: tuple[ReasonRow, ...]
    phases: tuple[Phase, ...]
    alerts: dict[str, int]
    """Severity -> messages that were sent to its topic."""
    verification: Verification
    excerpts: tuple[Excerpt, ...]

    def count(self, status: DocumentStatus | None) -> int:
        return sum(outcome.status is status for outcome in self.outcomes)

    def disagreeing(self, agreement: Agreement) -> int:
        return sum(outcome.agreement is agreement for outcome in self.outcomes)

    @property
    def succeeded(self) -> bool:
        """Whether every document has an outcome, none is out that must not be, and the trail says what happened."""
        return self.verification.intact and not any(outcome.agreement in FATAL for outcome in self.outcomes)
