"""Tables as the stacks make them, in the emulator: keys and indexes of the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.literals import KeyTypeType
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef, KeySchemaElementTypeDef

Key = Mapping[str, Literal["S", "N"]]
"""Attribute -> type: the partition key and, where there is one, the sort key."""


def create_table(
    dynamodb: DynamoDBClient,
    name: str,
    key: Key,
    *,
    indexes: Mapping[str, Key] | None = None,
    projection: Literal["ALL", "KEYS_ONLY"] = "KEYS_ONLY",
) -> None:
    """A table on demand. ``projection``: what its indexes hold."""
    keys = [key, *(indexes or {}).values()]
    table: CreateTableInputTypeDef = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind}
            for attribute, kind in {attribute: kind for each in keys for attribute, kind in each.items()}.items()
        ],
        "KeySchema": _schema(key),
    }
    if indexes:
        table["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": _schema(each), "Projection": {"ProjectionType": projection}}
            for index, each in indexes.items()
        ]
    dynamodb.create_table(**table)


def _schema(key: Key) -> list[KeySchemaElementTypeDef]:
    roles: tuple[KeyTypeType, ...] = ("HASH", "RANGE")
    return [{"AttributeName": attribute, "KeyType": role} for attribute, role in zip(key, roles, strict=False)]


def create_audit_table(dynamodb: DynamoDBClient, name: str) -> None:
    """The table of the audit trail."""
    create_table(dynamodb, name, {"shard": "S", "position": "N"})
