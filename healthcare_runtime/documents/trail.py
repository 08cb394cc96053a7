"""The audit events of the document workflow: one for each step of each document, written before the step's effect.

Written before: a step whose event cannot be kept must not act (164.312(b)). A step that runs again after a crash says
the same under the same id, and the trail keeps the first; if it then finds something else, that is another event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from healthcare_runtime.audit import AuditEvent, AuditTrail
from healthcare_runtime.audit.witness import Witness
from healthcare_runtime.documents.document import Document


class StepTrail:
    """Appends to the audit trail in the words of the document workflow."""

    def __init__(self, trail: AuditTrail, clock: Callable[[], float]) -> None:
        self._trail = trail
        self._clock = clock

    def record(self, document: Document, step: str, outcome: str, *, agent: str = "", **details: str | int) -> str:
        """Append the event of a step; where it is kept, for the document's ``last_event``.

        Parameters
        ----------
        outcome
            The verdict.
        agent
            Who acted, where it was not the workflow itself.
        details
            Codes and counts, under the names of ``audit.event.ALLOWED_DETAILS``; empty ones are left out.

        Raises
        ------
        AuditUnavailable
            The event is not kept: the step must not go on.
        """
        said = {name: value for name, value in details.items() if value != ""}
        versions = (*document.consent_versions, document.detector_version, document.policy_version)
        finding = hashlib.sha256(repr((sorted(said.items()), versions, agent, document.purpose)).encode()).hexdigest()
        event = AuditEvent(
            event_id=f"{document.document_id}/{step}/{document.round}/{outcome}/{finding[:12]}",
            recorded_at=datetime.fromtimestamp(self._clock(), UTC),
            action=step,
            outcome=outcome,
            entity=document.document_id,
            agent=agent or "document-workflow",
            purpose_of_use=document.purpose,
            consent_version=",".join(document.consent_versions),
            detector_version=document.detector_version,
            policy_version=document.policy_version,
            details=said,
        )
        return str(Witness.of(self._trail.append(event), event.event_id))
