"""RegisterInstances: object events and batch messages from the queue, to batches and executions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric
from healthcare_runtime.imaging.batches.closing import BatchCloser
from healthcare_runtime.imaging.batches.dispatch import ImportExecutions, ImportQueue
from healthcare_runtime.imaging.batches.registration import Registered, Registration, as_instance
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.instances.instance import Instance
from healthcare_runtime.imaging.instances.object_event import (
    BatchMessage,
    Ignored,
    Message,
    ObjectCreated,
    UnreadableMessageError,
    parse_message,
)
from healthcare_runtime.imaging.settings import RegisterSettings
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

STEP = "RegisterInstances"
log = EventLog("healthcare.imaging.register_instances")


class QueueRecord(TypedDict):
    messageId: str
    body: str


class QueueEvent(TypedDict):
    Records: list[QueueRecord]


class FailedItem(TypedDict):
    itemIdentifier: str


class QueueAnswer(TypedDict):
    batchItemFailures: list[FailedItem]


@dataclass(slots=True)
class Delivery:
    """One call's messages, sorted by what they ask for; each keeps the ids of the messages that asked."""

    instances: dict[str, list[tuple[str, Instance]]] = field(default_factory=dict)
    strangers: list[tuple[str, ObjectCreated]] = field(default_factory=list)
    batches: dict[str, list[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def sort_in(self, message_id: str, message: Message) -> None:
        match message:
            case ObjectCreated():
                instance = as_instance(message)
                if instance is None:
                    self.strangers.append((message_id, message))
                else:
                    self.instances.setdefault(instance.key.prefix, []).append((message_id, instance))
            case BatchMessage():
                self.batches.setdefault(message.batch_id, []).append(message_id)
            case Ignored():
                log.debug("message_ignored", reason=message.reason)

    @contextmanager
    def blaming(self, message_ids: Iterable[str]) -> Iterator[None]:
        """Let one group of messages fail without the others: whatever it was, it is delivered again."""
        try:
            yield
        except Exception as error:
            shielded.translate(error, STEP)
            self.failed.extend(message_ids)


class RegisterInstances:
    """Serves one delivery of the queue; everything it does may be delivered again."""

    def __init__(self, registration: Registration, closer: BatchCloser, bucket: str) -> None:
        self._registration = registration
        self._closer = closer
        self._bucket = bucket

    def serve(self, records: list[QueueRecord]) -> QueueAnswer:
        delivery = self._sort(records)
        done = Registered()
        for prefix, announced in delivery.instances.items():
            with delivery.blaming(message_id for message_id, _ in announced):
                done += self._registration.register(prefix, [instance for _, instance in announced])
        for message_id, stranger in delivery.strangers:
            with delivery.blaming([message_id]):
                done += self._registration.reject(stranger)
        for batch_id, message_ids in delivery.batches.items():
            with delivery.blaming(message_ids):
                done += Registered(started=self._closer.advance(batch_id))
        counts = {ImagingMetric.INSTANCES_REJECTED: done.refused, ImagingMetric.BATCHES_STARTED: done.started}
        emit(IMAGING_NAMESPACE, {name: count for name, count in counts.items() if count})
        log.info("delivery_served", count=len(records), files=done.admitted)
        return {"batchItemFailures": [{"itemIdentifier": each} for each in delivery.failed]}

    def _sort(self, records: list[QueueRecord]) -> Delivery:
        delivery = Delivery()
        for record in records:
            try:
                message = parse_message(record["body"], bucket=self._bucket)
            except UnreadableMessageError as error:
                # It will fail every time, alone, and end in the dead-letter queue, where the evidence is kept.
                log.error("message_unreadable", reason=str(error))
                delivery.failed.append(record["messageId"])
            else:
                delivery.sort_in(record["messageId"], message)
        return delivery


def compose(
    settings: RegisterSettings, clients: AwsClients, clock: Callable[[], float] = time.time
) -> RegisterInstances:
    """Wire the function's parts."""
    context = ImportContext.compose(settings.ledger, clients, clock)
    queue = ImportQueue(clients.sqs, settings.dispatch.queue_url)
    executions = ImportExecutions(clients.stepfunctions, settings.dispatch.state_machine_arn)
    closer = BatchCloser(context, queue, executions, settings.policy)
    registration = Registration(context, queue, closer, settings.policy)
    return RegisterInstances(registration, closer, settings.ledger.bucket)
