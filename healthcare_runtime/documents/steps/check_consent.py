"""CheckConsent: whether the patient's consents permit this use by this recipient; what is not permitted is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.codes import Outcome, PurposeOfUse
from healthcare_runtime.consent.faults import ConsentUnavailable
from healthcare_runtime.consent.record import Coding
from healthcare_runtime.consent.request import ConsentDecision
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric, DocumentState, StepVerdict
from healthcare_runtime.documents.document import Document, Fact
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import Disclosure, StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.metrics import emit

STEP: Final = DocumentState.CHECK_CONSENT
_LOINC: Final = "http://loinc.org"


@dataclass(frozen=True, slots=True)
class ConsentFinding:
    """What the consents say, in the workflow's terms: no reason means that the document may go on."""

    reason: ReasonCode | None
    facts: dict[str, Fact]


class DocumentConsent:
    """Asks the consent records about one document; MaskAndStore asks again just before it stores."""

    def __init__(self, check: ConsentCheck, disclosure: Disclosure) -> None:
        self._check = check
        self._disclosure = disclosure

    def ask(self, document: Document, now: float) -> ConsentFinding:
        purpose = document.purpose or self._disclosure.purpose
        if not document.patient:
            return ConsentFinding(ReasonCode.PATIENT_UNKNOWN, {"purpose": purpose})
        try:
            decision = self._check.for_document(
                patient=document.patient,
                purpose=PurposeOfUse(purpose),
                recipient=f"Organization/{self._disclosure.recipient}",
                jurisdiction=document.jurisdiction,
                data_class=Coding(_LOINC, document.document_type) if document.document_type else None,
                now=datetime.fromtimestamp(now, UTC),
            )
        except ConsentUnavailable:
            return ConsentFinding(ReasonCode.CONSENT_UNAVAILABLE, {"purpose": purpose})
        reason, facts = _reason(decision), _facts(decision)
        if reason is ReasonCode.CONSENT_OBLIGATION and _is_reviewed(document, facts):
            reason = None
        return ConsentFinding(reason, {"purpose": purpose, **facts})


def _reason(decision: ConsentDecision) -> ReasonCode | None:
    if decision.outcome is Outcome.NO_CONSENT:
        return ReasonCode.CONSENT_MISSING
    if decision.outcome is not Outcome.PERMIT:
        return ReasonCode.CONSENT_DENIED
    # A part that must be left out cannot be found in free text: the whole is held, and a reviewer decides.
    return ReasonCode.CONSENT_OBLIGATION if decision.obligations else None


def _is_reviewed(document: Document, facts: dict[str, Fact]) -> bool:
    """Whether a reviewer released the document in view of these very obligations; of others nobody knew."""
    seen = (document.obligations, document.consent_versions)
    return document.is_released and seen == (facts["obligations"], facts["consent_versions"])


def _facts(decision: ConsentDecision) -> dict[str, Fact]:
    return {
        "consent_basis": str(decision.basis),
        "consent_versions": decision.consent_versions,
        "obligations": tuple(sorted({obligation.kind for obligation in decision.obligations})),
    }


class CheckConsent:
    """PASS or HOLD."""

    def __init__(self, context: StepContext, consent: DocumentConsent) -> None:
        self._context = context
        self._consent = consent

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        finding = self._consent.ask(document, self._context.clock())
        if finding.reason is not None:
            emit(DOCUMENTS_NAMESPACE, {DocumentMetric.CONSENTS_DENIED: 1})
            return self._context.hold(document, STEP, finding.reason, facts=finding.facts)
        basis = str(finding.facts["consent_basis"])
        return self._context.passed(
            document, STEP, verdict=StepVerdict.PASS, details={"basis": basis}, facts=finding.facts
        )


def connect(disclosure: Disclosure, clients: AwsClients) -> DocumentConsent:
    """The consents of the database that the environment names; nothing is opened yet."""
    return DocumentConsent(ConsentCheck.connected_to(ConsentDatabase.from_environment(), clients), disclosure)


def compose(step: StepSettings, disclosure: Disclosure, clients: AwsClients) -> CheckConsent:
    """Wire the function's parts."""
    return CheckConsent(StepContext.compose(step, clients), connect(disclosure, clients))
