"""Appends audit events: event, marker of its id and head of its chain in one conditional transaction.

The caller's order is append first, then act: an event that cannot be kept stops the act (164.312(b)).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict, cast

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from healthcare_runtime.audit.chain import Link, chained, content_of, record_of, shard_of
from healthcare_runtime.audit.faults import AuditUnavailable, EventContradictedError
from healthcare_runtime.audit.table import append_writes, event_key, head_key, read_head, read_marker, read_row
from healthcare_runtime.shield import error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from healthcare_runtime.audit.event import AuditEvent
    from healthcare_runtime.dynamodb_item import Item

_PATIENCE: Final = 20.0
"""Seconds after which a contended append gives up."""
_LONGEST_PAUSE: Final = 0.25
_CONDITION: Final = "ConditionalCheckFailed"
# DynamoDB API reference, TransactWriteItems: reasons that pass.
_PASSING: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_PASSING_ERRORS: Final = frozenset({"TransactionInProgressException", "TransactionConflictException"})


class _Reason(TypedDict, total=False):
    """DynamoDB API reference, CancellationReason."""

    Code: str
    Item: Item


@dataclass(frozen=True, slots=True)
class AuditPosition:
    """Where an event is kept. ``hash``: 64 hex digits, binds the event and everything before it in its shard."""

    shard: str
    position: int
    hash: str


class AuditTrail:
    """Appends to the chains of one table. Threads may share it.

    Parameters
    ----------
    shards
        Over how many chains entities are spread. More may be added later: an entity then goes on in another chain.
    clock
        Seconds that never go back; for the bound on waiting.
    """

    def __init__(
        self, dynamodb: DynamoDBClient, table: str, shards: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._shards = shards
        self._clock = clock
        self._heads: dict[str, Link] = {}
        """Where each chain ended when last seen. A guess: every write is conditional on it."""

    def append(self, event: AuditEvent, *, shard: str | None = None) -> AuditPosition:
        """Keep ``event``, once: under an id that is kept already, with the same content, the first one's position.

        Parameters
        ----------
        shard
            Only for events about a shard itself; others go where their entity belongs.

        Raises
        ------
        AuditUnavailable
            It is not kept, or not known to be. The caller must stop; to repeat is safe.
        EventContradictedError
            The id is kept with another content (the time does not count).
        """
        try:
            return self._append(event, shard or shard_of(event.entity, self._shards))
        except ClientError as error:
            raise AuditUnavailable(f"audit trail: {error.operation_name} answered {error_code(error)}") from None
        except (BotoCoreError, HTTPClientError) as error:
            raise AuditUnavailable(f"audit trail: {type(error).__name__}") from None
        except (KeyError, ValueError) as error:
            raise AuditUnavailable(
                f"audit trail: head or marker is damaged ({type(error).__name__}): run the verification"
            ) from None

    def _append(self, event: AuditEvent, shard: str) -> AuditPosition:
        deadline = self._clock() + _PATIENCE
        before = self._heads.get(shard) or self._read_head(shard)
        attempt = 0
        while True:
            record = record_of(event, shard, before.position + 1)
            after = Link(before.position + 1, chained(before.hash, record))
            reasons = self._write(shard, event.event_id, record, before, after)
            if reasons is None:
                self._heads[shard] = after
                return AuditPosition(shard, after.position, after.hash.hex())
            if reasons:
                kept, marker, head = reasons
                if marker.get("Code") == _CONDITION:
                    return self._first(event, marker["Item"])
                if head.get("Code") == _CONDITION:
                    before = read_head(head.get("Item"))
                elif kept.get("Code") == _CONDITION:
                    # Head and condition agree, yet the next place is taken: somebody moved the head back.
                    raise AuditUnavailable(f"audit trail: the head of shard {shard} is behind: run the verification")
            attempt += 1
            if self._clock() > deadline:
                raise AuditUnavailable(f"audit trail: shard {shard} was contended for {_PATIENCE:.0f} s")
            self._heads.pop(shard, None)
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.002 * 2 ** min(attempt, 8))))  # noqa: S311 - jitter

    def _write(self, shard: str, event_id: str, record: str, before: Link, after: Link) -> Sequence[_Reason] | None:
        """Try once. None: written. Empty: try again. Otherwise why not, for event, marker and head."""
        writes = append_writes(self._table, shard=shard, event_id=event_id, record=record, before=before, after=after)
        try:
            self._dynamodb.transact_write_items(TransactItems=writes)
        except self._dynamodb.exceptions.TransactionCanceledException as error:
            reasons = cast("Sequence[_Reason]", error.response.get("CancellationReasons", []))
            codes = {reason.get("Code", "None") for reason in reasons} - {"None"}
            if len(reasons) == len(writes) and _CONDITION in codes and codes <= {_CONDITION, *_PASSING}:
                return reasons
            if codes and codes <= _PASSING:
                return []
            raise
        except ClientError as error:
            if error_code(error) in _PASSING_ERRORS:
                return []
            raise
        return None

    def _first(self, event: AuditEvent, marker: Item) -> AuditPosition:
        """The position of the event that is kept under the same id.

        The event itself is read: a marker that was planted to suppress an event finds nothing behind it.
        """
        shard, position = read_marker(marker)
        row = self._read(event_key(shard, position))
        if row is None:
            raise AuditUnavailable("audit trail: a marker without its event: run the verification")
        found = read_row(row)
        content = content_of(found.record)
        if content.get("event_id") != event.event_id:
            raise AuditUnavailable("audit trail: a marker of another event: run the verification")
        if content != event.content():
            raise EventContradictedError(
                f"event id of {event.action}: already kept in shard {shard}, with other content"
            )
        return AuditPosition(shard, position, found.hash)

    def _read_head(self, shard: str) -> Link:
        return read_head(self._read(head_key(shard)))

    def _read(self, key: Item) -> Item | None:
        return self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
