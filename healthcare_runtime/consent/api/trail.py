"""The audit events of the Consent API: who recorded, changed, saw or asked what (164.312(b)).

Written before: a change is said inside its transaction, right before the commit, an answer right before it is given. An
event that cannot be kept therefore leaves nothing changed and nothing said. A request that ends without an effect, such
as a conflict or an unknown id, is in the access log alone; a claim that was refused is an event.

An event names consents and the caller's IAM principal; of what was asked it keeps codes and counts. No patient is in
it, nor the ``actor`` of a question, which is the caller's own text.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from healthcare_runtime.audit import AuditEvent, AuditTrail, AuditUnavailable
from healthcare_runtime.consent.api.caller import Caller
from healthcare_runtime.consent.codes import EmergencyReason
from healthcare_runtime.consent.request import ConsentDecision, ConsentRequest
from healthcare_runtime.consent.store import StoredConsent

_REFERENCES: Final = 14  # of 70 characters: an event takes 1024


class Act(StrEnum):
    """What the API does; the first word tells the FHIR rendering which kind of act it is."""

    CREATE = "CreateConsent"
    UPDATE = "UpdateConsent"
    REVOKE = "RevokeConsent"
    READ = "ReadConsent"
    HISTORY = "HistoryOfConsent"
    SEARCH = "SearchConsents"
    DECIDE = "DecideConsent"
    BREAK_GLASS = "BreakGlass"


class ActOutcome(StrEnum):
    """How it went; of a decision it is the decision's own outcome instead."""

    DONE = "DONE"
    UNCHANGED = "UNCHANGED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


class ConsentTrail:
    """Appends to the audit trail in the words of the Consent API. Every method raises :class:`.AuditUnavailable`."""

    def __init__(self, trail: AuditTrail, clock: Callable[[], float] = time.time) -> None:
        self._trail = trail
        self._clock = clock

    def changed(
        self, caller: Caller, act: Act, stored: StoredConsent, *, outcome: ActOutcome = ActOutcome.DONE
    ) -> None:
        """A version is about to be kept. Said again for the same version it is one event."""
        self._append(
            caller,
            act,
            outcome,
            entity=stored.record.consent_id,
            place=f"{stored.record.version}/{outcome}",
            references=(stored.record.reference,),
            status=stored.record.status,
            version=stored.record.version,
        )

    def undone(self, caller: Caller, act: Act, stored: StoredConsent) -> None:
        """The commit of what :meth:`changed` said has failed, or nobody knows whether it has: the store's history does.

        Never raises: the caller is told of the failure anyway.
        """
        with suppress(AuditUnavailable):
            self.changed(caller, act, stored, outcome=ActOutcome.FAILED)

    def read(self, caller: Caller, stored: StoredConsent) -> None:
        """One version is about to be shown."""
        self.changed(caller, Act.READ, stored)

    def history(self, caller: Caller, shown: Sequence[StoredConsent]) -> None:
        """Versions of one consent are about to be shown; at least one."""
        self._append(
            caller,
            Act.HISTORY,
            ActOutcome.DONE,
            entity=shown[0].record.consent_id,
            count=len(shown),
            version=shown[0].record.version,
        )

    def found(self, caller: Caller, shown: Sequence[StoredConsent]) -> None:
        """A page of search results is about to be shown, if an empty one."""
        self._about_request(caller, Act.SEARCH, ActOutcome.DONE, [one.record.reference for one in shown])

    def decided(self, caller: Caller, question: ConsentRequest, decision: ConsentDecision) -> None:
        """A decision is about to be told."""
        self._about_request(
            caller,
            Act.DECIDE,
            decision.outcome.upper().replace("-", "_"),
            decision.consent_versions,
            purpose=question.purpose,
            basis=decision.basis,
            operation=question.action,
            scope=question.actor_role,
            jurisdiction=question.jurisdiction,
            obligations=",".join(sorted({one.kind for one in decision.obligations})),
        )

    def refused(self, caller: Caller, question: ConsentRequest) -> None:
        """A question claims what its caller may not claim."""
        self._about_request(
            caller,
            Act.DECIDE,
            ActOutcome.REFUSED,
            (),
            purpose=question.purpose,
            reason="role-not-allowed",
            scope=question.actor_role,
        )

    def glass_broken(self, caller: Caller, reason: EmergencyReason) -> None:
        """Somebody gets, in an emergency, what consent does not cover."""
        self._about_request(caller, Act.BREAK_GLASS, ActOutcome.DONE, (), purpose="BTG", reason=reason)

    def _about_request(
        self,
        caller: Caller,
        act: Act,
        outcome: str,
        references: Sequence[str],
        *,
        purpose: str = "",
        **details: str,
    ) -> None:
        """One event, or several where the consents that had a part in it are too many for one."""
        entity = request_entity(caller)
        for start in range(0, max(len(references), 1), _REFERENCES):
            part = references[start : start + _REFERENCES]
            self._append(
                caller,
                act,
                outcome,
                entity=entity,
                place=str(start),
                references=part,
                purpose=purpose,
                count=len(references),
                **details,
            )

    def _append(
        self,
        caller: Caller,
        act: Act,
        outcome: str,
        *,
        entity: str,
        place: str = "0",
        references: Sequence[str] = (),
        purpose: str = "",
        **details: str | int,
    ) -> None:
        said = {**details, "request_id": caller.request_id}
        self._trail.append(
            AuditEvent(
                event_id=f"{caller.call}/{act}/{place}",
                recorded_at=datetime.fromtimestamp(self._clock(), UTC),
                action=act,
                outcome=outcome,
                entity=entity,
                agent=caller.principal,
                purpose_of_use=purpose,
                consent_version=",".join(references),
                details={name: value for name, value in said.items() if value != ""},
            )
        )


def request_entity(caller: Caller) -> str:
    """What an event is about that is about no single consent: the request itself, never the patient."""
    return f"request/{caller.call}"
