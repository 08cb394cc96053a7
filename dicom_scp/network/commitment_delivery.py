"""Brings storage commitment results to requesters that have left, on a new association (PS3.4 J.3.3)."""

import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Final

from dicom_scp.configuration import RemoteAe
from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.commitment import CommitmentLedger, Transaction
from dicom_scp.network.commitment_data import CommitmentResult, encode_result
from dicom_scp.network.dimse import DATA_SET_FOLLOWS, CommandField, Element, encode_command
from dicom_scp.network.requestor import AssociationFailedError, association
from dicom_scp.ports import Peer
from dicom_scp.sop_classes import STORAGE_COMMITMENT_INSTANCE, STORAGE_COMMITMENT_PUSH_MODEL
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.commitment")
_PAUSES: Final = (0.0, 1.0, 5.0, 15.0)  # seconds before each attempt; a requester may need a moment to listen


def encode_event_report(result: CommitmentResult, message_id: int) -> bytes:
    """Write the command set of an N-EVENT-REPORT-RQ (PS3.7 10.3.1)."""
    return encode_command(
        {
            Element.AFFECTED_SOP_CLASS_UID: STORAGE_COMMITMENT_PUSH_MODEL,
            Element.COMMAND_FIELD: CommandField.N_EVENT_REPORT_RQ,
            Element.MESSAGE_ID: message_id,
            Element.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS,
            Element.AFFECTED_SOP_INSTANCE_UID: STORAGE_COMMITMENT_INSTANCE,
            Element.EVENT_TYPE_ID: result.event_type_id,
        }
    )


class CommitmentCourier:
    """Delivers results to the addresses of ``STORAGE_COMMITMENT_PEERS``; a requester without one is only logged."""

    def __init__(
        self,
        *,
        peers: Mapping[str, RemoteAe],
        ae_title: str,
        timeout: float,
        tls: Callable[[], ssl.SSLContext | None],
        metrics: ScpMetrics,
    ) -> None:
        self._peers = peers
        self._ae_title = ae_title
        self._timeout = timeout
        self._tls = tls
        self._metrics = metrics
        self._stopping = threading.Event()

    def deliver_all(self, ledger: CommitmentLedger, peer: Peer) -> None:
        """Deliver what an association left unfinished, in turn; afterwards its ledger is empty."""
        remote = self._peers.get(peer.calling_ae_title)
        for transaction in ledger.unfinished(lambda: remote is not None and not self._stopping.is_set()):
            outcome = "without_address" if remote is None else self._deliver(transaction, remote, peer)
            self._metrics.commitments.labels(outcome).inc()
            (LOG.info if outcome == "delivered" else LOG.warning)(
                f"commitment_{outcome}",
                association=peer.association,
                calling_ae_title=peer.calling_ae_title,
                count=len(transaction.committed) + len(transaction.failed) + len(transaction.unchecked),
            )

    def stop(self) -> None:
        """Make no further attempt: the process is about to end. Requesters ask again when no result comes."""
        self._stopping.set()

    def _deliver(self, transaction: Transaction, remote: RemoteAe, peer: Peer) -> str:
        for attempt, pause in enumerate(_PAUSES, start=1):
            if self._stopping.wait(pause):
                break
            try:
                self._attempt(transaction.result(), remote, peer)
            except AssociationFailedError:
                LOG.failure("commitment_attempt_failed", calling_ae_title=peer.calling_ae_title, attempt=attempt)
            else:
                return "delivered"
        return "undelivered"

    def _attempt(self, result: CommitmentResult, remote: RemoteAe, peer: Peer) -> None:
        with association(
            remote,
            calling=self._ae_title,
            called=peer.calling_ae_title,
            sop_class_uid=STORAGE_COMMITMENT_PUSH_MODEL,
            timeout=self._timeout,
            tls=self._tls(),
        ) as outgoing:
            response = outgoing.exchange(
                encode_event_report(result, message_id=1), encode_result(result, outgoing.transfer_syntax)
            )
            if response.field != CommandField.N_EVENT_REPORT_RSP or response.status != 0:
                raise AssociationFailedError("the peer did not take the result")
