"""One established association: the PDUs that its state allows, and the messages in them (PS3.8 9.2, Sta6).

The thread that runs it does everything: it reads fragments into the store, waits for the confirmation, answers. What
breaks the protocol ends the association with the A-ABORT that PS3.8 table 9-10 asks for; what a service refuses does
not.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from dicom_scp.network.acceptance import Acceptance, AcceptedContext
from dicom_scp.network.commitment import CommitmentLedger, Transaction
from dicom_scp.network.commitment_data import encode_result
from dicom_scp.network.commitment_delivery import encode_event_report
from dicom_scp.network.dimse import (
    MAXIMUM_COMMAND_BYTES,
    Command,
    CommandField,
    CommandReader,
    MalformedCommandError,
    encode_response,
    p_data,
)
from dicom_scp.network.incoming import CommitmentMessage, IncomingDataSet, Passing
from dicom_scp.network.pdu import PDV_HEADER, RELEASE_RP, Abort, AbortReason, AbortSource, PduType, encode_abort
from dicom_scp.network.store_service import StoreService
from dicom_scp.network.wire import ConnectionLostError, PeerSilentError, Wire
from dicom_scp.sop_classes import STORAGE_COMMITMENT_PUSH_MODEL, VERIFICATION
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.association")

SUCCESS: Final = 0x0000
UNRECOGNIZED_OPERATION: Final = 0x0211  # PS3.7 C.5.21
_SHORT_PDU: Final = 4  # bytes of A-RELEASE-RQ, A-RELEASE-RP and A-ABORT after their header
_COMMAND, _LAST = 1, 2  # message control header, PS3.8 E.2


class Ending(StrEnum):
    """How an association ended; also the label of its metric."""

    RELEASED = "released"
    ABORTED_BY_PEER = "aborted_by_peer"
    CONNECTION_LOST = "connection_lost"
    TIMED_OUT = "timed_out"
    PROTOCOL_VIOLATION = "protocol_violation"
    DRAINED = "drained"
    FAULT = "fault"


class ProtocolViolationError(Exception):
    """The peer broke PS3.7 or PS3.8; the association ends with this A-ABORT."""

    def __init__(self, reason: AbortReason, source: AbortSource = AbortSource.SERVICE_PROVIDER) -> None:
        super().__init__(reason.name)
        self.abort = Abort(source, reason)


class Association:
    """Serves one accepted association until it ends."""

    def __init__(
        self,
        *,
        wire: Wire,
        acceptance: Acceptance,
        commands: CommandReader,
        stores: StoreService,
        commitments: CommitmentLedger,
        maximum_pdu_size: int,
        must_leave: Callable[[], bool],
    ) -> None:
        self._wire = wire
        self._contexts = acceptance.contexts
        self._peer_maximum_length = acceptance.peer_maximum_length
        self._stores = stores
        self._commitments = commitments
        self._maximum_pdu_size = maximum_pdu_size
        self._must_leave = must_leave  # asked between messages: the server is draining, and time is up for this one
        self._commands = commands
        self._command = bytearray()  # fragments of the command set that is arriving
        self._incoming: IncomingDataSet | None = None
        self._incoming_context = 0
        self._next_message_id = 1
        self.messages = 0  # complete ones from the peer; a hint for the draining thread

    def run(self) -> Ending:
        """Serve until the end, however it comes; the connection is left open for the last PDU to be read."""
        try:
            ending = self._serve()
        except ProtocolViolationError as violation:
            ending = self._leave(violation.abort, Ending.PROTOCOL_VIOLATION)
        except PeerSilentError:
            ending = self._leave(Abort(AbortSource.SERVICE_PROVIDER, AbortReason.NOT_SPECIFIED), Ending.TIMED_OUT)
        except ConnectionLostError:
            ending = Ending.CONNECTION_LOST
            if self._must_leave():  # not the peer: the server ended the wait
                ending = self._leave(Abort(AbortSource.SERVICE_USER, AbortReason.NOT_SPECIFIED), Ending.DRAINED)
        except Exception:
            LOG.failure("association_fault")
            ending = self._leave(Abort(AbortSource.SERVICE_PROVIDER, AbortReason.NOT_SPECIFIED), Ending.FAULT)
        finally:
            if self._incoming is not None:
                self._incoming.abort()
        return ending

    @property
    def is_idle(self) -> bool:
        """Whether no message is arriving or being answered. A hint: read by the draining thread."""
        return self._incoming is None and not self._command

    def _serve(self) -> Ending:
        while True:
            if self._ends_at_hand():
                continue
            if self.is_idle:
                if self._must_leave():
                    return self._leave(Abort(AbortSource.SERVICE_USER, AbortReason.NOT_SPECIFIED), Ending.DRAINED)
                if self._commitments.has_work and not self._wire.has_input():
                    transaction = self._commitments.work()
                    if transaction is not None:
                        self._report(transaction)
                    continue
            kind, length = self._wire.read_header()
            if kind == PduType.P_DATA_TF:
                self._p_data(length)
            elif kind in (PduType.RELEASE_RQ, PduType.ABORT) and length == _SHORT_PDU:
                self._wire.skip(length)
                if kind == PduType.ABORT:  # AA-3
                    return Ending.ABORTED_BY_PEER
                self._wire.send(RELEASE_RP)  # AR-2, AR-4
                return Ending.RELEASED
            elif kind in (PduType.RELEASE_RQ, PduType.ABORT):
                raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)
            elif kind in (PduType.ASSOCIATE_RQ, PduType.ASSOCIATE_AC, PduType.ASSOCIATE_RJ, PduType.RELEASE_RP):
                raise ProtocolViolationError(AbortReason.UNEXPECTED_PDU)  # AA-8
            else:
                raise ProtocolViolationError(AbortReason.UNRECOGNIZED_PDU)  # AA-8

    def _ends_at_hand(self) -> bool:
        """Take what has arrived of a data set already; whether that was the end of it."""
        incoming = self._incoming
        if incoming is None or not incoming.consume_at_hand(self._incoming_context, self._maximum_pdu_size):
            return False
        self._complete(incoming)
        return True

    def _p_data(self, length: int) -> None:
        if 0 < self._maximum_pdu_size < length:
            raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)  # longer than negotiated, PS3.8 D.1
        while length:
            if length < PDV_HEADER.size:
                raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)
            size, context_id, control = self._wire.read_fields(PDV_HEADER)
            count = size - 2  # the length counts the last two fields, PS3.8 9.3.5.1
            length -= PDV_HEADER.size + count
            if count < 0 or length < 0:
                raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)
            if control & _COMMAND:
                self._command_fragment(context_id, count, last=bool(control & _LAST))
            else:
                self._data_set_fragment(context_id, count, last=bool(control & _LAST))

    def _command_fragment(self, context_id: int, count: int, *, last: bool) -> None:
        other_context = bool(self._command) and context_id != self._incoming_context
        if self._incoming is not None or context_id not in self._contexts or other_context:
            raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)  # fragments never interleave, PS3.8 annex E
        if len(self._command) + count > MAXIMUM_COMMAND_BYTES:
            raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)
        self._incoming_context = context_id
        self._command += self._wire.read(count)
        if not last:
            return
        try:
            command = self._commands.decode(bytes(self._command))
        except MalformedCommandError as error:
            raise ProtocolViolationError(AbortReason.NOT_SPECIFIED, AbortSource.SERVICE_USER) from error
        incoming = self._dispatch(command, self._contexts[context_id])
        if command.has_data_set:
            self._incoming = incoming
        else:
            incoming.complete()
            self.messages += 1
        self._command.clear()

    def _data_set_fragment(self, context_id: int, count: int, *, last: bool) -> None:
        if self._incoming is None or context_id != self._incoming_context:
            raise ProtocolViolationError(AbortReason.INVALID_PARAMETER)
        self._incoming.consume(count)
        if last:
            self._complete(self._incoming)

    def _complete(self, incoming: IncomingDataSet) -> None:
        incoming.complete()
        self._incoming = None
        self.messages += 1

    def _dispatch(self, command: Command, context: AcceptedContext) -> IncomingDataSet:
        """Choose the service of a message; its ``complete`` answers."""

        def answer(body: bytes) -> None:
            self._send(context.context_id, body, is_command=True)

        verification = context.abstract_syntax == VERIFICATION
        commitment = context.abstract_syntax == STORAGE_COMMITMENT_PUSH_MODEL
        if command.field == CommandField.C_STORE_RQ and not verification and not commitment:
            return self._stores.begin(command, context, answer)
        if command.field == CommandField.C_ECHO_RQ and verification:
            return Passing(self._wire, lambda: answer(encode_response(command, SUCCESS, sop_class=VERIFICATION)))
        if command.field == CommandField.N_ACTION_RQ and commitment:
            return CommitmentMessage(self._wire, command, context, self._commitments, answer)
        if command.field == CommandField.N_EVENT_REPORT_RSP and self._commitments.acknowledged(
            command.message_id, command.status
        ):
            return Passing(self._wire, lambda: None)
        if command.field == CommandField.C_CANCEL_RQ:  # there is never anything to cancel; it has no response
            return Passing(self._wire, lambda: None)
        if command.is_response:
            raise ProtocolViolationError(AbortReason.NOT_SPECIFIED, AbortSource.SERVICE_USER)
        return Passing(self._wire, lambda: answer(encode_response(command, UNRECOGNIZED_OPERATION)))

    def _report(self, transaction: Transaction) -> None:
        """Send the result of a storage commitment on the association that asked for it."""
        message_id = self._next_message_id
        self._next_message_id = message_id % 0xFFFF + 1
        self._commitments.reported(message_id, transaction)
        context = next(c for c in self._contexts.values() if c.abstract_syntax == STORAGE_COMMITMENT_PUSH_MODEL)
        result = transaction.result()
        self._send(context.context_id, encode_event_report(result, message_id), is_command=True)
        self._send(context.context_id, encode_result(result, context.transfer_syntax), is_command=False)

    def _send(self, context_id: int, body: bytes, *, is_command: bool) -> None:
        maximum = self._peer_maximum_length
        self._wire.send(p_data(context_id, body, is_command=is_command, maximum_length=maximum))

    def _leave(self, abort: Abort, ending: Ending) -> Ending:
        try:
            self._wire.send(encode_abort(abort))
        except (ConnectionLostError, PeerSilentError):
            LOG.debug("abort_not_delivered")
        return ending
