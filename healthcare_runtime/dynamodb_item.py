"""Reads and writes the values of DynamoDB items: text and whole numbers are all that this platform stores in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Item: TypeAlias = Mapping[str, AttributeValueTypeDef]
    MutableItem: TypeAlias = dict[str, AttributeValueTypeDef]


def text(value: str) -> AttributeValueTypeDef:
    return {"S": value}


def number(value: int) -> AttributeValueTypeDef:
    return {"N": str(value)}


def read_text(item: Item, name: str) -> str:
    """Read a text that must be there; KeyError names the attribute."""
    return item[name]["S"]


def read_optional_text(item: Item, name: str) -> str | None:
    return item[name].get("S") if name in item else None


def read_number(item: Item, name: str, default: int = 0) -> int:
    return int(item[name]["N"]) if name in item else default
