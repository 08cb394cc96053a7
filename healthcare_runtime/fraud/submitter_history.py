"""Counts what submitters send, in the document table, once a document, and forgets it after weeks.

Items (partition ``documentId``), all with ``expiresAt``; ``<digest>`` stands for the submitter:

    submitter#<digest>#<hour>             ``documents``, ``patients`` (buckets), of one hour since the epoch
    submitter#<digest>#day-<day>          ``documents``, ``patients``, and ``hour0`` to ``hour23`` by the site's clock
    submitter#<digest>#content-<digest>   ``documents`` of one content
    submitter#<digest>#document-<id>      says that this document is counted

No document id has ``#``: they are 32 hex digits. One transaction writes all four, so a step that runs again counts
nothing twice.
"""

from __future__ import annotations

import hashlib
import random
import time
from typing import TYPE_CHECKING, Final, TypedDict, cast

from healthcare_runtime.batch_get import BatchUnfinishedError, batch_get
from healthcare_runtime.contracts.documents import DocumentAttribute
from healthcare_runtime.dynamodb_item import number, read_number, read_text, text
from healthcare_runtime.fraud.activity import (
    DAYS_BACK,
    HOURS_BACK,
    DayCount,
    HourCount,
    SubmitterActivity,
    activity,
    patient_bucket,
)
from healthcare_runtime.fraud.faults import HistoryUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import Item, MutableItem
    from healthcare_runtime.fraud.features import Arrival

_DAY: Final = 86_400
_KEPT: Final = 2 * _DAY
_DAYS_KEPT: Final = (DAYS_BACK + 1) * _DAY
_TRIES: Final = 12


class _Reason(TypedDict, total=False):
    """DynamoDB API reference, CancellationReason."""

    Code: str


class SubmitterHistory:
    """Counters of one document table."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def record(self, arrival: Arrival) -> SubmitterActivity:
        """Count an arrival, unless it is counted already, and say what its submitter has sent until now.

        Raises
        ------
        HistoryUnavailableError
            The counters were contended for too long.
        botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
            The table cannot be used.
        """
        at = arrival.received_at.timestamp()
        prefix = _prefix(arrival.submitter)
        content = f"{prefix}content-{_digest(arrival.content_digest)}"
        bucket = patient_bucket(arrival.patient)
        self._count(
            [
                self._marker(f"{prefix}document-{arrival.document_id}", at),
                self._addition(f"{prefix}{int(at // 3600)}", at + _KEPT, bucket=bucket),
                self._addition(
                    f"{prefix}day-{int(at // _DAY)}", at + _DAYS_KEPT, bucket=bucket, hour=arrival.received_at.hour
                ),
                self._addition(content, at + _KEPT),
            ]
        )
        return self._activity(prefix, content, at, arrival.received_at.hour)

    def _count(self, writes: Sequence[TransactWriteItemTypeDef]) -> None:
        """Write all, once; arrivals of one submitter at the same moment get out of each other's way."""
        for attempt in range(_TRIES):
            try:
                self._dynamodb.transact_write_items(TransactItems=writes)
            except self._dynamodb.exceptions.TransactionCanceledException as error:
                reasons = cast("Sequence[_Reason]", error.response.get("CancellationReasons", []))
                codes = [reason.get("Code", "None") for reason in reasons]
                if codes[:1] == ["ConditionalCheckFailed"]:
                    return  # counted already
                if not set(codes) <= {
                    "None",
                    "TransactionConflict",
                    "ThrottlingError",
                    "ProvisionedThroughputExceeded",
                }:
                    raise
                time.sleep(random.uniform(0, min(1.0, 0.01 * 2**attempt)))  # noqa: S311 - jitter
            else:
                return
        raise HistoryUnavailableError("submitter history: contended for too long")

    def _activity(self, prefix: str, content: str, at: float, local_hour: int) -> SubmitterActivity:
        hour, day = int(at // 3600), int(at // _DAY)
        hour_keys = {f"{prefix}{each}": each for each in range(hour - HOURS_BACK + 1, hour + 1)}
        day_keys = {f"{prefix}day-{each}": each for each in range(day - DAYS_BACK, day)}
        items = self._read([*hour_keys, *day_keys, content])
        return activity(
            at,
            local_hour,
            {number_: _hour_count(items[key]) for key, number_ in hour_keys.items() if key in items},
            {number_: _day_count(items[key]) for key, number_ in day_keys.items() if key in items},
            repeats=max(0, read_number(items[content], "documents") - 1) if content in items else 0,
        )

    def _read(self, keys: Sequence[str]) -> dict[str, Item]:
        """Read items in one request; there are fewer than the hundred that it takes."""
        try:
            items = list(batch_get(self._dynamodb, self._table, [_key(key) for key in keys]))
        except BatchUnfinishedError as error:
            raise HistoryUnavailableError(f"submitter history: {error}") from None
        return {read_text(item, DocumentAttribute.DOCUMENT_ID): item for item in items}

    def _marker(self, key: str, at: float) -> TransactWriteItemTypeDef:
        return {
            "Put": {
                "TableName": self._table,
                "Item": {**_key(key), DocumentAttribute.EXPIRES_AT: number(int(at + _DAYS_KEPT))},
                "ConditionExpression": "attribute_not_exists(#id)",
                "ExpressionAttributeNames": {"#id": DocumentAttribute.DOCUMENT_ID},
            }
        }

    def _addition(
        self, key: str, expires: float, *, bucket: int | None = None, hour: int | None = None
    ) -> TransactWriteItemTypeDef:
        values: MutableItem = {":one": number(1), ":expires": number(int(expires))}
        additions = ["documents :one"]
        if bucket is not None:
            values[":bucket"] = {"NS": [str(bucket)]}
            additions.append("patients :bucket")
        if hour is not None:
            additions.append(f"hour{hour} :one")
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(key),
                "UpdateExpression": f"SET #expires = :expires ADD {', '.join(additions)}",
                "ExpressionAttributeNames": {"#expires": DocumentAttribute.EXPIRES_AT},
                "ExpressionAttributeValues": values,
            }
        }


def _prefix(submitter: str) -> str:
    return f"submitter#{_digest(submitter)}#"


def _digest(identifier: str) -> str:
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _key(document_id: str) -> MutableItem:
    return {DocumentAttribute.DOCUMENT_ID: text(document_id)}


def _hour_count(item: Item) -> HourCount:
    return HourCount(read_number(item, "documents"), _patients(item))


def _day_count(item: Item) -> DayCount:
    hours = {hour: read_number(item, f"hour{hour}") for hour in range(24) if f"hour{hour}" in item}
    return DayCount(read_number(item, "documents"), _patients(item), hours)


def _patients(item: Item) -> frozenset[int]:
    return frozenset(map(int, item.get("patients", {}).get("NS", [])))
