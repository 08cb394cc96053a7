"""ScoreFraudRisk: how unusual this arrival is; with the rules' findings it decides the risk level."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, DocumentVariable, StepVerdict
from healthcare_runtime.documents import settings as settings_
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import DocumentStepError, TransientDocumentError
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.settings import FraudSettings, StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.fraud.claims import claim_facts
from healthcare_runtime.fraud.faults import FraudScoreContractError, FraudScoreUnavailableError
from healthcare_runtime.fraud.features import Arrival, feature_vector
from healthcare_runtime.fraud.score import FraudScore, FraudScorer
from healthcare_runtime.fraud.submitter_history import SubmitterHistory

STEP: Final = DocumentState.SCORE_FRAUD_RISK
_ZONES: Final = {"JP": ZoneInfo("Asia/Tokyo")}
_ELSEWHERE: Final = ZoneInfo("UTC")
_NOBODY: Final = "unknown"


class ScoreFraudRisk:
    """HIGH where a rule holds the document or its arrival is unusual, else LOW."""

    def __init__(
        self, context: StepContext, workspace: Workspace, history: SubmitterHistory, scorer: FraudScorer
    ) -> None:
        self._context = context
        self._workspace = workspace
        self._history = history
        self._scorer = scorer

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        try:
            score = self._score(document)
        except FraudScoreUnavailableError as error:
            raise TransientDocumentError(str(error)) from None
        except FraudScoreContractError as error:
            raise DocumentStepError(str(error)) from None
        # A repetition finds its own reason already there.
        reasons = tuple(dict.fromkeys((*document.reasons, *((ReasonCode.FRAUD_RISK,) if score.high else ()))))
        return self._context.passed(
            document,
            STEP,
            verdict=StepVerdict.HIGH if reasons else StepVerdict.LOW,
            details={
                "fraud_permille": score.permille,
                "fraud_reasons": ",".join(score.reasons),
                "model_version": score.model_version,
                "reasons": ",".join(reasons),
            },
            facts={"fraud_permille": score.permille, "fraud_reasons": score.reasons, "reasons": reasons},
        )

    def _score(self, document: Document) -> FraudScore:
        arrival = Arrival(
            document_id=document.document_id,
            received_at=datetime.fromtimestamp(
                document.received_at / 1000, _ZONES.get(document.jurisdiction, _ELSEWHERE)
            ),
            submitter=document.submitter or _NOBODY,
            patient=document.patient,
            content_digest=document.content_digest,
            size=document.size,
            kind=document.format,
        )
        claims = self._workspace.extraction(document.document_id).claims or ()
        facts = claim_facts(claims, arrived=arrival.received_at.date())
        return self._scorer.score(feature_vector(arrival, self._history.record(arrival), facts))


def compose(step: StepSettings, settings: FraudSettings, clients: AwsClients) -> ScoreFraudRisk:
    """Wire the function's parts."""
    return ScoreFraudRisk(
        StepContext.compose(step, clients),
        Workspace(clients.s3, settings_.bucket(DocumentVariable.WORK_BUCKET)),
        SubmitterHistory(clients.dynamodb, step.document_table),
        FraudScorer(clients.sagemaker_runtime, settings.endpoint, settings.threshold),
    )
