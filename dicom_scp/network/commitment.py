"""Storage commitment, push model (PS3.4 annex J): what one association asked, checked bit by bit, and the results due.

Checks run in the association's own thread, one reference at a time while the wire is quiet, so that neither a release
nor the next instance ever waits for a long list. What is left when the association ends is finished afterwards, and
the result goes to the requester on a new association (`dicom_scp.network.commitment_delivery`).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from dicom_scp.network.commitment_data import (
    CommitmentRequest,
    CommitmentResult,
    FailureReason,
    InvalidRequestError,
    Reference,
    decode_request,
)
from dicom_scp.network.dimse import Command
from dicom_scp.ports import InstanceIndex
from dicom_scp.sop_classes import STORAGE_COMMITMENT_INSTANCE, STORAGE_COMMITMENT_PUSH_MODEL
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.commitment")

REQUEST_STORAGE_COMMITMENT: Final = 1  # action type, PS3.4 table J.3.2-1
SUCCESS: Final = 0x0000
# Statuses of an N-ACTION-RSP (PS3.7 10.1.4.1.10)
PROCESSING_FAILURE: Final = 0x0110
NO_SUCH_OBJECT_INSTANCE: Final = 0x0112
INVALID_ARGUMENT_VALUE: Final = 0x0115
NO_SUCH_SOP_CLASS: Final = 0x0118
NO_SUCH_ACTION: Final = 0x0123
RESOURCE_LIMITATION: Final = 0x0213

MAXIMUM_PENDING_BYTES: Final = 16 << 20  # of requests, over all associations
_MINIMUM_CHARGE: Final = 16 << 10  # so that at most 1,024 requests are pending


class CommitmentAllowance:
    """Bounds the memory, and so the number, of requests that wait for their result, over all associations."""

    def __init__(self, limit: int = MAXIMUM_PENDING_BYTES) -> None:
        self._left = limit
        self._lock = threading.Lock()

    def take(self, size: int) -> int:
        """Take room for a request: what to give back later, or 0 when there is none."""
        charge = max(size, _MINIMUM_CHARGE)
        with self._lock:
            if charge > self._left:
                return 0
            self._left -= charge
            return charge

    def give_back(self, charge: int) -> None:
        with self._lock:
            self._left += charge


@dataclass(slots=True)
class Transaction:
    """One request while it is being answered."""

    transaction_uid: str
    unchecked: deque[Reference]
    charge: int
    committed: list[Reference] = field(default_factory=list)
    failed: list[tuple[Reference, FailureReason]] = field(default_factory=list)

    def check_next(self, index: InstanceIndex) -> None:
        reference = self.unchecked.popleft()
        try:
            held = index.holds(reference.sop_class_uid, reference.sop_instance_uid)
        except Exception:  # no answer is not a commitment, and a fault here must not end the association
            LOG.failure("commitment_check_failed")
            self.failed.append((reference, FailureReason.PROCESSING_FAILURE))
            return
        if held:
            self.committed.append(reference)
        else:
            self.failed.append((reference, FailureReason.NO_SUCH_OBJECT_INSTANCE))

    def result(self) -> CommitmentResult:
        return CommitmentResult(self.transaction_uid, tuple(self.committed), tuple(self.failed))


class CommitmentLedger:
    """The storage commitment transactions of one association, from request to acknowledged result."""

    def __init__(self, index: InstanceIndex, allowance: CommitmentAllowance) -> None:
        self._index = index
        self._allowance = allowance
        self._checking: deque[Transaction] = deque()
        self._reported: dict[int, Transaction] = {}  # by message id, until the requester acknowledges
        self._refused: list[Transaction] = []

    def accept(self, command: Command, body: bytes, transfer_syntax: str) -> tuple[int, str]:
        """Take a request on: the status of the N-ACTION-RSP, and a comment for whoever reads the sender's log."""
        refusal = self.refusal(command)
        if refusal is not None:
            return refusal
        charge = self._allowance.take(len(body))
        if not charge:
            return RESOURCE_LIMITATION, "Too many storage commitment requests are pending"
        try:
            request: CommitmentRequest = decode_request(body, transfer_syntax)
        except InvalidRequestError as error:
            self._allowance.give_back(charge)
            return INVALID_ARGUMENT_VALUE, str(error)
        self._checking.append(Transaction(request.transaction_uid, deque(request.references), charge))
        return SUCCESS, ""

    @staticmethod
    def refusal(command: Command) -> tuple[int, str] | None:
        """Why the command alone cannot be served; None if it can."""
        if command.requested_sop_class_uid != STORAGE_COMMITMENT_PUSH_MODEL:
            return NO_SUCH_SOP_CLASS, "Requested SOP Class UID is not Storage Commitment Push Model"
        if command.requested_sop_instance_uid != STORAGE_COMMITMENT_INSTANCE:
            return NO_SUCH_OBJECT_INSTANCE, "Requested SOP Instance UID is not the well-known one"
        if command.action_type_id != REQUEST_STORAGE_COMMITMENT:
            return NO_SUCH_ACTION, "Action Type ID is not 1"
        return None

    @property
    def has_work(self) -> bool:
        """Whether there is something to check, or to report once what was reported is acknowledged."""
        return bool(self._checking) and (bool(self._checking[0].unchecked) or not self._reported)

    def work(self) -> Transaction | None:
        """Check one reference; a transaction to report when that was its last."""
        first = self._checking[0]
        if first.unchecked:
            first.check_next(self._index)
        if first.unchecked or self._reported:  # one notification at a time: the window is 1 (PS3.7 D.3.3.3)
            return None
        return self._checking.popleft()

    def reported(self, message_id: int, transaction: Transaction) -> None:
        self._reported[message_id] = transaction

    def acknowledged(self, message_id: int, status: int | None) -> bool:
        """The requester has answered a report; whether there was such a report.

        A result that it could not take is offered once more, on an association of its own.
        """
        transaction = self._reported.pop(message_id, None)
        if transaction is None:
            return False
        if status == SUCCESS:
            self._allowance.give_back(transaction.charge)
        else:
            self._refused.append(transaction)
        return True

    def unfinished(self, still_wanted: Callable[[], bool]) -> Iterator[Transaction]:
        """After the association: every transaction whose result was not acknowledged, checked to its end.

        When nobody wants results any longer, they come as far as they got.
        """
        self._checking.extendleft((*self._refused, *self._reported.values()))
        self._refused.clear()
        self._reported.clear()
        while self._checking:
            transaction = self._checking.popleft()
            try:
                while transaction.unchecked and still_wanted():
                    transaction.check_next(self._index)
                yield transaction
            finally:
                self._allowance.give_back(transaction.charge)
