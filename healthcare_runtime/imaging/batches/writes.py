"""The writes of the batch table that stand in transactions, each conditional on the state that it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchAttribute, BatchState
from healthcare_runtime.dynamodb_item import number, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import Item
    from healthcare_runtime.imaging.batches.batch import Batch

NAMES: Final = {"#state": BatchAttribute.STATE, "#due": BatchAttribute.DUE_AT}


def batch_key(batch_id: str) -> dict[str, AttributeValueTypeDef]:
    return {BatchAttribute.BATCH_ID: text(batch_id)}


def count_in_write(
    table: str,
    batch_id: str,
    prefix: str,
    *,
    files: int,
    size: int,
    now: int,
    due_at: int,
    room_files: int,
    room_bytes: int,
) -> TransactWriteItemTypeDef:
    """Count new members into a batch, opening it; refused if it is closed or holds more than there is room beside."""
    return {
        "Update": {
            "TableName": table,
            "Key": batch_key(batch_id),
            "UpdateExpression": (
                "SET prefix = :prefix, #state = :open, #due = :due, attempt = :one, lastAddedAt = :now, "
                "openedAt = if_not_exists(openedAt, :now) ADD files :files, batchBytes :size"
            ),
            "ConditionExpression": (
                "attribute_not_exists(#state) OR "
                "(#state = :open AND files <= :room_files AND batchBytes <= :room_bytes)"
            ),
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {
                ":prefix": text(prefix),
                ":open": text(BatchState.OPEN),
                ":due": number(due_at),
                ":one": number(1),
                ":now": number(now),
                ":files": number(files),
                ":size": number(size),
                ":room_files": number(room_files),
                ":room_bytes": number(room_bytes),
            },
        }
    }


def split_write(table: str, batch: Batch, *, parts: int) -> TransactWriteItemTypeDef:
    """Replace a closed batch by its parts."""
    return {
        "Update": {
            "TableName": table,
            "Key": batch_key(batch.batch_id),
            "UpdateExpression": "SET #state = :split, parts = :parts REMOVE #due",
            "ConditionExpression": "#state = :closed",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {
                ":split": text(BatchState.SPLIT),
                ":closed": text(BatchState.CLOSED),
                ":parts": number(parts),
            },
        }
    }


def end_write(table: str, batch: Batch, state: BatchState, *, now: int) -> TransactWriteItemTypeDef:
    """End a closed or submitted batch."""
    return {
        "Update": {
            "TableName": table,
            "Key": batch_key(batch.batch_id),
            "UpdateExpression": "SET #state = :end, endedAt = :at REMOVE #due",
            "ConditionExpression": "#state IN (:closed, :submitted)",
            "ExpressionAttributeNames": NAMES,
            "ExpressionAttributeValues": {
                ":end": text(state),
                ":at": number(now),
                ":closed": text(BatchState.CLOSED),
                ":submitted": text(BatchState.SUBMITTED),
            },
        }
    }


def put_closed_write(
    table: str, batch_id: str, origin: Batch, *, now: int, due_at: int, more: Item
) -> TransactWriteItemTypeDef:
    """Put a batch that comes out of another one, closed from the beginning."""
    return {
        "Put": {
            "TableName": table,
            "Item": {
                BatchAttribute.BATCH_ID: text(batch_id),
                BatchAttribute.STATE: text(BatchState.CLOSED),
                BatchAttribute.DUE_AT: number(due_at),
                "prefix": text(origin.prefix),
                "openedAt": number(origin.opened_at),
                "lastAddedAt": number(origin.last_added_at),
                "closedAt": number(now),
                **more,
            },
            "ConditionExpression": "attribute_not_exists(batchId)",
        }
    }
