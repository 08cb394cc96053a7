"""What takes the data set that follows a command, when it is no instance to store."""

from collections.abc import Callable
from typing import Protocol

from dicom_scp.network.acceptance import AcceptedContext
from dicom_scp.network.commitment import RESOURCE_LIMITATION, CommitmentLedger
from dicom_scp.network.commitment_data import MAXIMUM_REQUEST_BYTES
from dicom_scp.network.dimse import Command, encode_response
from dicom_scp.network.wire import Wire
from dicom_scp.sop_classes import STORAGE_COMMITMENT_INSTANCE, STORAGE_COMMITMENT_PUSH_MODEL


class IncomingDataSet(Protocol):
    """Whatever takes the data set that follows a command."""

    def consume(self, count: int) -> None:
        """Take the next ``count`` bytes off the wire."""

    def consume_at_hand(self, context_id: int, longest: int) -> bool:
        """Take the fragments that have arrived whole already; whether the data set ends with them.

        A shorter way for most of them, of a data set that has begun to be consumed; it may take none.
        """

    def complete(self) -> None:
        """Answer: the data set is whole."""

    def abort(self) -> None:
        """The association has ended first."""


class Passing:
    """Lets a data set pass that no one needs, then answers."""

    def __init__(self, wire: Wire, answer: Callable[[], None]) -> None:
        self._wire = wire
        self._answer = answer

    def consume(self, count: int) -> None:
        self._wire.skip(count)

    def consume_at_hand(self, context_id: int, longest: int) -> bool:
        return False

    def complete(self) -> None:
        self._answer()

    def abort(self) -> None:
        """Hold nothing, leave nothing."""


class CommitmentMessage:
    """Collects the data set of an N-ACTION-RQ, up to a limit."""

    def __init__(
        self,
        wire: Wire,
        command: Command,
        context: AcceptedContext,
        ledger: CommitmentLedger,
        answer: Callable[[bytes], None],
    ) -> None:
        self._wire = wire
        self._command = command
        self._context = context
        self._ledger = ledger
        self._answer = answer
        self._body = bytearray()
        self._too_long = False

    def consume(self, count: int) -> None:
        self._too_long = self._too_long or len(self._body) + count > MAXIMUM_REQUEST_BYTES
        if self._too_long:
            self._body.clear()
            self._wire.skip(count)
        else:
            self._body += self._wire.read(count)

    def consume_at_hand(self, context_id: int, longest: int) -> bool:
        return False

    def complete(self) -> None:
        if self._too_long:
            status, comment = RESOURCE_LIMITATION, "The request is longer than 1 MiB"
        else:
            status, comment = self._ledger.accept(self._command, bytes(self._body), self._context.transfer_syntax)
        self._answer(
            encode_response(
                self._command,
                status,
                comment,
                sop_class=STORAGE_COMMITMENT_PUSH_MODEL,
                sop_instance=STORAGE_COMMITMENT_INSTANCE,
            )
        )

    def abort(self) -> None:
        self._body.clear()
