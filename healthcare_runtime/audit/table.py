"""The audit table's items. Events, heads and markers share it, under partitions that cannot collide.

| partition ``shard`` | sort ``position`` | what |
|---|---|---|
| four digits: ``0003`` | 1, 2, 3 ... | an event: ``record`` (canonical JSON), ``hash`` (64 hex digits) |
| ``head#0003`` | 0 | where the chain ends: ``last``, ``hash`` |
| ``event#`` + SHA-256 of the event id | 0 | where the event of this id is: ``eventShard``, ``eventPosition`` |

No event's partition holds ``#``, heads and markers differ in their first letter, and an event id enters its marker's
partition only as a digest. Heads and markers steer writers; what they say is never evidence: verification reads events.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.chain import EMPTY, Link
from healthcare_runtime.contracts.audit import AuditAttribute
from healthcare_runtime.dynamodb_item import number, read_number, read_text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import Item, MutableItem

NEW: Final = "attribute_not_exists(#shard)"
_SHARD_NAME: Final[dict[str, str]] = {"#shard": AuditAttribute.SHARD}


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it lies in the table, untrusted. ``position`` is text: DynamoDB's numbers may have fractions."""

    position: str
    record: str
    hash: str
    attributes: int
    """How many attributes the item has: an event has four."""


def head_key(shard: str) -> MutableItem:
    return _key(f"head#{shard}", 0)


def marker_key(event_id: str) -> MutableItem:
    return _key(f"event#{hashlib.sha256(event_id.encode('ascii')).hexdigest()}", 0)


def event_key(shard: str, position: int) -> MutableItem:
    return _key(shard, position)


def append_writes(
    table: str, *, shard: str, event_id: str, record: str, before: Link, after: Link
) -> list[TransactWriteItemTypeDef]:
    """Build the writes of one append, in this order: event, marker, head. All happen or none.

    A cancelled transaction returns the marker and the head that were in its way.
    """
    event: MutableItem = {**event_key(shard, after.position), "record": text(record), "hash": text(after.hash.hex())}
    marker: MutableItem = {
        **marker_key(event_id),
        "eventShard": text(shard),
        "eventPosition": number(after.position),
    }
    head: MutableItem = {**head_key(shard), "last": number(after.position), "hash": text(after.hash.hex())}
    move: TransactWriteItemTypeDef = {
        "Put": {
            "TableName": table,
            "Item": head,
            "ConditionExpression": NEW if before.position == 0 else "#last = :last AND #hash = :hash",
            "ExpressionAttributeNames": _SHARD_NAME if before.position == 0 else {"#last": "last", "#hash": "hash"},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
    if before.position:
        move["Put"]["ExpressionAttributeValues"] = {":last": number(before.position), ":hash": text(before.hash.hex())}
    return [_put_new(table, event), _put_new(table, marker), move]


def read_head(item: Item | None) -> Link:
    """The end of a chain by its head item; no item: an empty chain."""
    return Link(int(item["last"]["N"]), bytes.fromhex(read_text(item, "hash"))) if item else EMPTY


def read_marker(item: Item) -> tuple[str, int]:
    """Shard and position of the event that a marker stands for."""
    return read_text(item, "eventShard"), read_number(item, "eventPosition")


def read_row(item: Item) -> Row:
    """Whatever an event's item holds, as text; what is missing is empty."""
    return Row(
        item.get("position", {}).get("N", ""),
        item.get("record", {}).get("S", ""),
        item.get("hash", {}).get("S", ""),
        len(item),
    )


def rows(
    dynamodb: DynamoDBClient, table: str, shard: str, *, after: int = 0, limit: int | None = None
) -> Iterator[Row]:
    """Read the events of a shard behind position ``after``, in order, strongly consistent.

    ``after=-1`` reads everything in the partition, also what has no business there.
    """
    values: MutableItem = {":shard": text(shard)}
    condition = "#shard = :shard"
    names = dict(_SHARD_NAME)
    if after >= 0:
        condition += " AND #position > :after"
        names["#position"] = AuditAttribute.POSITION
        values[":after"] = number(after)
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression=condition,
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )
    for page in pages:
        for item in page["Items"]:
            yield read_row(item)


def _put_new(table: str, item: MutableItem) -> TransactWriteItemTypeDef:
    return {
        "Put": {
            "TableName": table,
            "Item": item,
            "ConditionExpression": NEW,
            "ExpressionAttributeNames": _SHARD_NAME,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _key(partition: str, position: int) -> MutableItem:
    return {AuditAttribute.SHARD: text(partition), AuditAttribute.POSITION: number(position)}
