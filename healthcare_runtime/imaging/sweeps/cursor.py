"""Where the walk through the whole bucket goes on: one item of the batch table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchAttribute
from healthcare_runtime.dynamodb_item import read_optional_text, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CURSOR_ITEM: Final = "cursor#sweep"
_KEY: Final = {BatchAttribute.BATCH_ID.value: text(CURSOR_ITEM)}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a listing of versions goes on; empty: at the beginning."""

    key: str = ""
    version_id: str = ""


class SweepCursor:
    """Remembers the position from run to run."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def read(self) -> Position:
        item = self._dynamodb.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True).get("Item", {})
        return Position(read_optional_text(item, "keyMarker") or "", read_optional_text(item, "versionMarker") or "")

    def write(self, position: Position) -> None:
        self._dynamodb.put_item(
            TableName=self._table,
            Item={**_KEY, "keyMarker": text(position.key), "versionMarker": text(position.version_id)},
        )
