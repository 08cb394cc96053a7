"""C-STORE: from the fragments on the wire to the store and back to the status (PS3.7 9.1.1, PS3.4 annex B)."""

import time
from collections.abc import Callable
from typing import Final

from dicom_scp.metrics import ScpMetrics
from dicom_scp.network.acceptance import AcceptedContext
from dicom_scp.network.dimse import Command, encode_response
from dicom_scp.network.wire import Wire
from dicom_scp.ports import AssociationStore, Peer, Reception, StoreRefused, StoreRequest, StoreResult, StoreStatus
from healthcare_runtime.object_key import is_uid
from healthcare_runtime.structured_log import EventLog, digest

LOG: Final = EventLog("dicom_scp.store")
_NOTICEABLE_WAIT: Final = 0.05


class StoreService:
    """Stores the instances of one association."""

    def __init__(
        self,
        *,
        wire: Wire,
        store: AssociationStore,
        peer: Peer,
        metrics: ScpMetrics,
        store_deadline: Callable[[], float],
    ) -> None:
        self.wire = wire
        self.store = store
        self.peer = peer
        self.metrics = metrics
        self.store_deadline = store_deadline  # until when the store may work if it is asked now
        self.instances = 0
        self.bytes = 0

    def begin(self, command: Command, context: AcceptedContext, answer: Callable[[bytes], None]) -> "IncomingInstance":
        """Get ready for the data set of one C-STORE-RQ; a refusal waits until the data set has passed."""
        return IncomingInstance(self, command, context, answer)

    def count(self, *, stored: bool, size: int) -> None:
        self.instances += stored
        self.bytes += size


class IncomingInstance:
    """The data set of one C-STORE-RQ on its way in."""

    def __init__(
        self, service: StoreService, command: Command, context: AcceptedContext, answer: Callable[[bytes], None]
    ) -> None:
        self._service = service
        self._wire = service.wire
        self._command = command
        self._context = context
        self._answer = answer
        self._started = time.monotonic()
        self._bytes = 0
        self._refusal: StoreRefused | None = None
        self._reception: Reception | None = None
        try:
            self._reception = service.store.begin(self._checked_request())
        except StoreRefused as refusal:
            self._refusal = refusal
        except Exception:  # the store's fault must cost one instance, not the association
            self._fail()

    def consume(self, count: int) -> None:
        """Take the next ``count`` bytes off the wire."""
        self._bytes += count
        while count and self._reception is not None:
            start, end = self._wire.read_in_place(count)
            count -= end - start
            try:
                if end:
                    self._reception.take(start, end)
                else:
                    self._next_room(self._reception)
            except StoreRefused as refusal:
                self._refuse(refusal)
            except Exception:
                self._fail()
        if count:
            self._wire.skip(count)

    def consume_at_hand(self, context_id: int, longest: int) -> bool:
        reception = self._reception
        if reception is None:
            return False
        places, ended = self._wire.fragments_in_place(context_id, longest)
        for start, end in places:
            self._bytes += end - start
            if reception is not None:  # else it was refused, and the rest of them passes
                try:
                    reception.take(start, end)
                except StoreRefused as refusal:
                    self._refuse(refusal)
                except Exception:
                    self._fail()
                reception = self._reception
        return ended

    def complete(self) -> None:
        """All fragments are in: have them confirmed, and answer."""
        received = time.monotonic()
        result, command = self._result(), self._command
        sop_class, sop_instance = command.affected_sop_class_uid, command.affected_sop_instance_uid
        if result.status != StoreStatus.SUCCESS:  # else they have been checked
            sop_class, sop_instance = _echo(sop_class), _echo(sop_instance)
        self._answer(
            encode_response(command, result.status, result.comment, sop_class=sop_class, sop_instance=sop_instance)
        )
        self._account(result, received - self._started, time.monotonic() - received)

    def abort(self) -> None:
        """The association ended first: leave nothing behind."""
        self._wire.give_back()
        reception, self._reception = self._reception, None
        if reception is not None:
            try:
                reception.abort()
            except Exception:
                LOG.failure("reception_abort_failed", association=self._service.peer.association)

    def _checked_request(self) -> StoreRequest:
        command = self._command
        if not is_uid(command.affected_sop_instance_uid):
            raise StoreRefused(StoreStatus.INVALID_SOP_INSTANCE, "Affected SOP Instance UID is not a UID (PS3.5 9.1)")
        if command.affected_sop_class_uid != self._context.abstract_syntax:
            raise StoreRefused(StoreStatus.SOP_CLASS_NOT_SUPPORTED, "Affected SOP Class UID is not the context's")
        return StoreRequest(
            command.affected_sop_class_uid,
            command.affected_sop_instance_uid,
            self._context.transfer_syntax,
            self._service.peer,
        )

    def _next_room(self, reception: Reception) -> None:
        asked = time.monotonic()
        self._wire.borrow(reception.room(self._service.store_deadline()))
        waited = time.monotonic() - asked
        if waited > _NOTICEABLE_WAIT:
            self._wire.excuse(waited)  # back pressure is this side's doing

    def _refuse(self, refusal: StoreRefused) -> None:
        self._refusal = refusal
        self.abort()

    def _fail(self) -> None:
        LOG.failure("store_fault", association=self._service.peer.association)
        self._refuse(StoreRefused(StoreStatus.PROCESSING_FAILURE, "Internal error; nothing was stored"))

    def _result(self) -> StoreResult:
        self._wire.give_back()
        reception, self._reception = self._reception, None
        if reception is not None:
            try:
                return reception.finish(self._service.store_deadline())
            except Exception:
                self._reception = reception
                self._fail()
        refusal = self._refusal or StoreRefused(StoreStatus.PROCESSING_FAILURE, "Internal error; nothing was stored")
        return StoreResult(refusal.status, refusal.comment, self._bytes)

    def _account(self, result: StoreResult, receive_seconds: float, store_seconds: float) -> None:
        service, command = self._service, self._command
        stored = result.status == StoreStatus.SUCCESS
        service.count(stored=stored, size=self._bytes)
        status = f"0x{result.status:04X}"
        service.metrics.instances.add(status, self._bytes, receive_seconds, store_seconds)
        (LOG.info if stored else LOG.warning)(
            "instance_stored" if stored else "instance_refused",
            association=service.peer.association,
            calling_ae_title=service.peer.calling_ae_title,
            peer=service.peer.address,
            sop_class_uid=self._context.abstract_syntax,
            transfer_syntax_uid=self._context.transfer_syntax,
            sop_digest=digest(command.affected_sop_instance_uid),
            study_digest=result.study_digest,
            series_digest=result.series_digest,
            bytes=self._bytes,
            status=status,
            receive_seconds=round(receive_seconds, 4),
            store_seconds=round(store_seconds, 4),
            attempts=result.attempts,
        )


def _echo(uid: str) -> str:
    """A UID as the response repeats it; one that is no UID cannot stand in a UI element, and is left out."""
    return uid if is_uid(uid) else ""
