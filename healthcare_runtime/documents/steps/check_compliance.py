"""CheckCompliance: the rules of law and of data quality that a document must keep before it may be processed."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, DocumentVariable, StepVerdict
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.compliance import DocumentFacts, Rule, Rulebook
from healthcare_runtime.documents.detection import DocumentEntities
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.passage import DocumentText
from healthcare_runtime.documents.settings import RetentionSettings, StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace

STEP: Final = DocumentState.CHECK_COMPLIANCE
_DEFAULT_BASIS: Final = "default"


class CheckCompliance:
    """Which rules a document breaks; what that means is decided at RiskLevel."""

    def __init__(
        self, context: StepContext, workspace: Workspace, rulebook: Rulebook, retention: RetentionSettings
    ) -> None:
        self._context = context
        self._workspace = workspace
        self._rulebook = rulebook
        self._retention = retention

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        text = self._workspace.extraction(document.document_id)
        entities = self._workspace.entities(document.document_id)
        broken = self._rulebook.broken_by(self._facts(document, text, entities))
        holding = tuple(rule for rule in broken if rule.effect == "hold")
        return self._context.passed(
            document,
            STEP,
            verdict=StepVerdict.HIGH if holding else StepVerdict.LOW,
            details={"findings": ",".join(rule.id for rule in broken)},
            facts={
                "findings": tuple(rule.id for rule in broken),
                "policy_version": self._rulebook.version,
                "reasons": _reasons(holding),
            },
        )

    def _facts(self, document: Document, text: DocumentText, entities: DocumentEntities) -> DocumentFacts:
        content = "".join(passage.text for passage in text.passages)
        damaged = sum(character == "\ufffd" for character in content)
        return DocumentFacts(
            text_length=len(content),
            entities=entities.total,
            grey_entities=entities.grey,
            grey_percent=100 * entities.grey // max(1, entities.total),
            name_entities=entities.name_entities,
            embedded_images=text.embedded_images,
            damaged_permille=1000 * damaged // max(1, len(content)),
            unknown_language_permille=round(1000 * entities.unknown_language_share),
            document_type_known=int(bool(document.document_type)),
            submitter_known=int(bool(document.submitter)),
            retention_years=self._retention.years,
            retention_binding=int(self._retention.years > 0),
            explicit_consent=int(bool(document.consent_versions)),
            jurisdiction=document.jurisdiction,
            purpose=document.purpose,
            profile=self._retention.profile,
        )


def _reasons(holding: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.reason for rule in holding))


def compose(step: StepSettings, retention: RetentionSettings, clients: AwsClients) -> CheckCompliance:
    """Wire the function's parts."""
    workspace = Workspace(clients.s3, settings_.bucket(DocumentVariable.WORK_BUCKET))
    return CheckCompliance(StepContext.compose(step, clients), workspace, Rulebook.load(), retention)
