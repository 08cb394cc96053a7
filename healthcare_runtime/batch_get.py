"""Reads many DynamoDB items in as few requests as it takes, and comes back for those that DynamoDB left out."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef

    from healthcare_runtime.dynamodb_item import Item

BATCH: Final = 100  # DynamoDB API reference, BatchGetItem
ROUNDS: Final = 8
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 2.0


class BatchUnfinishedError(Exception):
    """DynamoDB kept leaving keys out: it passes. The text names the table."""


def batch_get(
    dynamodb: DynamoDBClient, table: str, keys: Sequence[Item], *, attributes: Sequence[str] = ()
) -> Iterator[Item]:
    """Read the items that are there, strongly consistent, in no particular order.

    Parameters
    ----------
    keys
        None twice: DynamoDB refuses the whole request.
    attributes
        What to read of each item; empty: everything.

    Raises
    ------
    BatchUnfinishedError
        Keys were left out in every round, though the pauses grew.
    """
    for start in range(0, len(keys), BATCH):
        pending = list(keys[start : start + BATCH])
        for attempt in range(ROUNDS):
            answer = dynamodb.batch_get_item(RequestItems={table: _request(pending, attributes)})
            yield from answer["Responses"].get(table, [])
            left = answer["UnprocessedKeys"].get(table)
            pending = list(left["Keys"]) if left else []
            if not pending:
                break
            time.sleep(random.uniform(0.5, 1) * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt))  # noqa: S311 - jitter
        else:
            raise BatchUnfinishedError(f"{table}: BatchGetItem left keys out in {ROUNDS} rounds")


def _request(keys: list[Item], attributes: Sequence[str]) -> KeysAndAttributesTypeDef:
    request: KeysAndAttributesTypeDef = {"Keys": keys, "ConsistentRead": True}
    if attributes:
        names = {f"#{number}": name for number, name in enumerate(attributes)}
        request["ProjectionExpression"] = ", ".join(names)
        request["ExpressionAttributeNames"] = names
    return request
