"""The decisions of reviewers about held documents: release, release with more masked, reject."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus, StepVerdict
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.documents.registry import DocumentTable
from healthcare_runtime.documents.trail import StepTrail
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.phi_entity import PhiEntity

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class Decision(StrEnum):
    """What a reviewer may decide."""

    APPROVE = StepVerdict.APPROVE
    MASK_MORE = StepVerdict.MASK_MORE
    REJECT = StepVerdict.REJECT


_REVIEWER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,63}")
NEVER_RELEASED: Final = frozenset(
    {
        ReasonCode.MALWARE_FOUND,
        ReasonCode.MALWARE_SIGNATURE,
        ReasonCode.CONSENT_DENIED,
        ReasonCode.CONSENT_MISSING,
        ReasonCode.PATIENT_UNKNOWN,
    }
)
"""No reviewer stands above these: the document is rejected, or sent again when consent or metadata are mended."""

UNJUDGED: Final = frozenset(
    {
        ReasonCode.STEP_FAILED,
        ReasonCode.AUDIT_FAILED,
        ReasonCode.CONSENT_UNAVAILABLE,
    }
)
"""Reasons that say nothing about the document: once released it goes through the steps that were not finished."""


class ReviewRefusedError(Exception):
    """The decision cannot be taken. The text says why and what to do; it may be shown."""


class Review:
    """Takes a decision to the execution that waits for it."""

    def __init__(
        self, documents: DocumentTable, trail: StepTrail, workspace: Workspace, stepfunctions: SFNClient
    ) -> None:
        self._documents = documents
        self._trail = trail
        self._workspace = workspace
        self._stepfunctions = stepfunctions

    def decide(
        self,
        document_id: str,
        decision: Decision,
        *,
        reviewer: str,
        spans: Mapping[int, tuple[PhiEntity, ...]] | None = None,
    ) -> None:
        """Record and carry out a decision.

        Parameters
        ----------
        spans
            Only for MASK_MORE: what to mask besides, by number of the passage.

        Raises
        ------
        ReviewRefusedError
            Nothing waits for a decision, or this one is not possible.
        """
        if _REVIEWER.fullmatch(reviewer) is None:
            raise ReviewRefusedError("--reviewer: must be 1 to 64 letters, digits and ._:/@+-, such as officer-7")
        document = self._waiting(document_id)
        if decision is not Decision.REJECT:
            self._check_release(document, decision)
        masked = self._checked(document_id, spans or {}) if decision is Decision.MASK_MORE else {}
        last_event = self._trail.record(
            document,
            DocumentState.REVIEW_DECISION,
            decision,
            agent=reviewer,
            spans=sum(map(len, masked.values())),
        )
        if not self._documents.decide(
            document,
            decision,
            reviewer,
            last_event=last_event,
            spans_by_hand=document.spans_by_hand + sum(map(len, masked.values())),
        ):
            raise ReviewRefusedError(f"{document_id}: somebody decided otherwise in the meantime; show says what")
        if masked:
            self._workspace.add_reviewer_spans(document_id, masked)
        output = json.dumps({"documentId": document_id, "verdict": self._goes_on(document, decision)})
        try:
            self._stepfunctions.send_task_success(taskToken=document.task_token, output=output)
        except (self._stepfunctions.exceptions.TaskTimedOut, self._stepfunctions.exceptions.TaskDoesNotExist):
            raise ReviewRefusedError(
                f"{document_id}: that review is closed; if list shows the document again, decide again"
            ) from None
        # Last: a decision that was not delivered must find the token when it is repeated.
        self._documents.close_review(document)

    def _goes_on(self, document: Document, decision: Decision) -> StepVerdict:
        """Where the execution continues: nobody releases what the steps have not finished judging."""
        if decision is Decision.REJECT:
            return StepVerdict.REJECT
        if not document.format or not self._workspace.is_extracted(document.document_id):
            return StepVerdict.READ_AGAIN
        if UNJUDGED & set(document.reasons) or not self._workspace.is_searched(document.document_id):
            return StepVerdict.AGAIN
        return StepVerdict(decision)

    def _waiting(self, document_id: str) -> Document:
        document = self._documents.find(document_id)
        if document is None:
            raise ReviewRefusedError(f"{document_id}: no document is registered under it; list shows those that wait")
        if document.status is not DocumentStatus.QUARANTINED or not document.task_token:
            raise ReviewRefusedError(f"{document_id}: is {document.status} and waits for no decision")
        return document

    def _check_release(self, document: Document, decision: Decision) -> None:
        standing = sorted(NEVER_RELEASED & {ReasonCode(reason) for reason in document.reasons})
        if standing:
            raise ReviewRefusedError(f"{document.document_id}: {standing[0]} cannot be overruled; reject it")
        if self._workspace.is_extracted(document.document_id):
            return
        # It expired, or a fault of ours kept it from being read: the raw bucket still has it.
        if not document.format and not UNJUDGED & set(document.reasons):
            raise ReviewRefusedError(f"{document.document_id}: its text could not be read, so it cannot be masked")
        if decision is Decision.MASK_MORE:
            raise ReviewRefusedError(
                f"{document.document_id}: its text is not there any more; approve reads it again, then it can be masked"
            )
        if document.spans_by_hand:
            raise ReviewRefusedError(
                f"{document.document_id}: what reviewers masked by hand expired with its text; reject it, send it again"
            )

    def _checked(
        self, document_id: str, spans: Mapping[int, tuple[PhiEntity, ...]]
    ) -> dict[int, tuple[PhiEntity, ...]]:
        passages = self._workspace.extraction(document_id).passages
        for number, found in spans.items():
            for span in found:
                if not 0 <= number < len(passages) or not 0 <= span.begin < span.end <= len(passages[number].text):
                    raise ReviewRefusedError(f"--span {number}:{span.begin}-{span.end}: must lie inside a passage")
        if not spans:
            raise ReviewRefusedError("--span: must say what else to mask, such as 0:12-25:NAME")
        return dict(spans)
