"""ManualReview: keeps the task token with the document, until a reviewer decides or the time is over."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, StepVerdict
from healthcare_runtime.documents.faults import DocumentStepError
from healthcare_runtime.documents.settings import StepSettings
from healthcare_runtime.documents.steps.state import StepContext, StepState

STEP: Final = DocumentState.MANUAL_REVIEW


class RequestReview:
    """Opens the review; ``python -m healthcare_runtime.documents`` closes it."""

    def __init__(self, context: StepContext) -> None:
        self._context = context

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        token = state.get("taskToken", "")
        if not token:
            raise DocumentStepError("taskToken: must be there")
        last_event = self._context.trail.record(document, STEP, "REQUESTED")
        self._context.documents.note(document.document_id, task_token=token, last_event=last_event)
        return {"documentId": document.document_id, "verdict": StepVerdict.HOLD}


def compose(step: StepSettings, clients: AwsClients) -> RequestReview:
    """Wire the function's parts."""
    return RequestReview(StepContext.compose(step, clients))
