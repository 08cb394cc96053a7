"""What the document pipeline asks: may this recipient have this patient's document for this purpose, now?

Decisions are not cached. A revocation must count for the very next document, the question is one indexed query, and a
cache keyed by consent version would have to ask for the version first.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.codes import Action, ActorRole, PurposeOfUse
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import Coding
from healthcare_runtime.consent.request import ConsentDecision, ConsentRequest
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore

_ZONES: Final = {"JP": ZoneInfo("Asia/Tokyo")}
_UTC: Final = ZoneInfo("UTC")


class ConsentCheck:
    """Decides from the store. One per function; the connection stays open over warm invocations."""

    def __init__(self, store: ConsentStore) -> None:
        self._store = store

    @classmethod
    def connected_to(cls, database: ConsentDatabase, clients: AwsClients) -> "ConsentCheck":
        """A check on a database; nothing is opened yet."""
        return cls(ConsentStore(ConsentConnection(database, clients)))

    def for_document(
        self,
        *,
        patient: str,
        purpose: PurposeOfUse,
        recipient: str,
        jurisdiction: str,
        now: datetime,
        data_class: Coding | None = None,
        labels: frozenset[Coding] | None = None,
        codes: frozenset[Coding] | None = None,
        data_time: datetime | None = None,
        recipient_role: ActorRole = ActorRole.THIRD_PARTY,
        action: Action = Action.DISCLOSE,
        zone: ZoneInfo | None = None,
    ) -> ConsentDecision:
        """Decide about one document.

        Ask again right before the document leaves: it may have waited days for a review. The second answer counts.

        Parameters
        ----------
        patient
            ``Patient/{id}`` or ``{system}|{value}``.
        recipient
            Reference of who gets it, such as ``Organization/analytics``.
        labels, codes
            None: nobody looked; then everything that the patient excludes becomes an obligation.
        zone
            The patient's; None: that of the jurisdiction where it has one zone, else UTC.

        Raises
        ------
        PatientReferenceError
            ``patient`` names nobody.
        ConsentUnavailable
            The store cannot answer. The document waits or goes to quarantine; it is never let through.
        """
        zone = zone or _ZONES.get(jurisdiction.upper().partition("-")[0], _UTC)
        request = ConsentRequest(
            patient=patient_key(patient),
            actor=recipient,
            actor_role=recipient_role,
            action=action,
            purpose=purpose,
            now=now,
            data_class=data_class,
            codes=codes,
            labels=labels,
            data_time=data_time,
            jurisdiction=jurisdiction,
            patient_zone=zone,
        )
        return decide(self._store.current(request.patient), request)
