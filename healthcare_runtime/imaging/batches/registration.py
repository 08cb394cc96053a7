"""Registers announced objects, each in the open batch of its import prefix, exactly once.

An instance's item and the count of its batch are written in one transaction. Membership is therefore frozen by closing:
whoever comes later finds the batch closed, and opens the next one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchState
from healthcare_runtime.imaging.batches.batch import batch_id_of
from healthcare_runtime.imaging.faults import TransientImportError
from healthcare_runtime.imaging.instances.instance import FailureReason, Instance
from healthcare_runtime.imaging.settings import JOB_BYTE_LIMIT
from healthcare_runtime.object_key import InstanceKey, InvalidKeyError
from healthcare_runtime.structured_log import EventLog, digest

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.batches.closing import BatchCloser
    from healthcare_runtime.imaging.batches.dispatch import ImportQueue
    from healthcare_runtime.imaging.import_context import ImportContext
    from healthcare_runtime.imaging.instances.object_event import ObjectCreated
    from healthcare_runtime.imaging.settings import BatchPolicy

_MEMBERS_PER_TRANSACTION: Final = 99  # DynamoDB: 100 actions, one of which counts the members into the batch
_TRIES: Final = 12
_LONGEST_PAUSE: Final = 1.0

log = EventLog("healthcare.imaging.registration")


@dataclass(frozen=True, slots=True)
class Registered:
    """What a call changed: new instances, objects refused for good, executions started."""

    admitted: int = 0
    refused: int = 0
    started: int = 0

    def __add__(self, other: Registered) -> Registered:
        return Registered(self.admitted + other.admitted, self.refused + other.refused, self.started + other.started)


def as_instance(announced: ObjectCreated) -> Instance | None:
    """The DICOM instance that an object holds, by its key; None if the key is not one that this platform writes."""
    try:
        key = InstanceKey.parse(announced.key)
    except InvalidKeyError:
        return None
    if str(key) != announced.key:
        return None
    return Instance(key, announced.version, announced.size, announced.etag)


class Registration:
    """Writes announced objects into the registry and the batch table."""

    def __init__(
        self,
        context: ImportContext,
        queue: ImportQueue,
        closer: BatchCloser,
        policy: BatchPolicy,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._context = context
        self._dynamodb = context.clients.dynamodb
        self._batches = context.batches
        self._registry = context.registry
        self._queue = queue
        self._closer = closer
        self._policy = policy
        self._pause = pause

    def reject(self, announced: ObjectCreated) -> Registered:
        """List an object that is no instance, with the reason, where an operator finds it."""
        rejected = self._registry.reject(announced, self._context.now())
        if rejected:
            log.warning("object_rejected", reason=FailureReason.NOT_AN_INSTANCE_KEY, key_digest=digest(announced.key))
        return Registered(refused=int(rejected))

    def register(self, prefix: str, instances: Sequence[Instance]) -> Registered:
        """Register instances of one prefix; what is known already changes nothing.

        Raises
        ------
        TransientImportError
            The batch stayed contended: the events must be delivered again.
        """
        done = Registered()
        admissible: list[Instance] = []
        for instance in self._registry.unknown(instances):
            reason = _refusal(instance)
            if reason is None:
                admissible.append(instance)
            elif self._registry.refuse(instance, reason, self._context.now()):
                log.warning("instance_refused", reason=reason, bytes=instance.size)
                done += Registered(refused=1)
        for start in range(0, len(admissible), _MEMBERS_PER_TRANSACTION):
            done += self._admit(prefix, admissible[start : start + _MEMBERS_PER_TRANSACTION])
        self._announce_close(prefix)
        return done

    def _admit(self, prefix: str, instances: Sequence[Instance]) -> Registered:
        """Put up to 99 instances into the open batch, whichever that is when the transaction succeeds."""
        pending = list(instances)
        started = 0
        for attempt in range(_TRIES):
            generation = self._batches.generation(prefix)
            try:
                self._write(prefix, generation, pending)
            except self._dynamodb.exceptions.TransactionCanceledException as canceled:
                *members, count = canceled.response["CancellationReasons"]
                if not {_code(reason) for reason in (*members, count)} <= _EXPECTED:
                    raise
                pending = [each for each, why in zip(pending, members, strict=True) if _code(why) != _REFUSED]
                if _code(count) == _REFUSED:
                    started += self._closer.close_full(batch_id_of(prefix, generation))
                    self._batches.advance_generation(prefix, generation)
            except self._dynamodb.exceptions.TransactionInProgressException:
                pass
            else:
                return Registered(admitted=len(pending), started=started)
            if not pending:
                return Registered(started=started)
            # Many functions may count into one batch at a time: full jitter keeps them from meeting again.
            self._pause(random.uniform(0, min(_LONGEST_PAUSE, 0.02 * 2**attempt)))  # noqa: S311 - not a secret
        raise TransientImportError("registration: the open batch stayed contended")

    def _write(self, prefix: str, generation: int, instances: Sequence[Instance]) -> None:
        now = self._context.now()
        batch_id = batch_id_of(prefix, generation)
        existing = self._batches.get(batch_id)
        opened_at = existing.opened_at if existing else now
        self._dynamodb.transact_write_items(
            TransactItems=[
                *(self._registry.admission(each, batch_id=batch_id, now=now) for each in instances),
                self._batches.count_in(
                    prefix,
                    generation,
                    files=len(instances),
                    size=sum(each.size for each in instances),
                    now=now,
                    due_at=min(now + self._policy.quiet_period, opened_at + self._policy.maximum_age),
                    policy=self._policy,
                ),
            ]
        )

    def _announce_close(self, prefix: str) -> None:
        """Make sure that a message will come to close the open batch; a second one does no harm."""
        batch = self._open_batch(prefix)
        if batch is not None and not batch.close_announced:
            self._queue.close_batch(batch.batch_id, delay=max(0, batch.closes_at(self._policy) - self._context.now()))
            self._batches.note_close_announced(batch.batch_id)

    def _open_batch(self, prefix: str) -> Batch | None:
        batch = self._batches.get(batch_id_of(prefix, self._batches.generation(prefix)))
        return batch if batch is not None and batch.state is BatchState.OPEN else None


_REFUSED: Final = "ConditionalCheckFailed"
_EXPECTED: Final = frozenset(
    {"None", _REFUSED, "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)


def _code(reason: Mapping[str, object]) -> str:
    return str(reason.get("Code", "None"))


def _refusal(instance: Instance) -> FailureReason | None:
    if instance.size == 0:
        return FailureReason.EMPTY_OBJECT
    if instance.size > JOB_BYTE_LIMIT:
        return FailureReason.OBJECT_TOO_LARGE
    return None
