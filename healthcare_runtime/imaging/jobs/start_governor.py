"""Keeps job starts below the quotas of HealthImaging: starts per second, and jobs at a time.

Both are kept in one item of the batch table, changed by one conditional write, so that any number of functions share
them. The rate is a token bucket in its virtual-scheduling form (ITU-T I.371, generic cell rate algorithm): one number,
the theoretical arrival time of the next start. The jobs in flight are a set of batch ids: taking a slot twice takes
one, and a slot whose batch has ended can be found and freed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BatchAttribute
from healthcare_runtime.dynamodb_item import number, read_number, text
from healthcare_runtime.imaging.faults import StartThrottled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from healthcare_runtime.dynamodb_item import MutableItem
    from healthcare_runtime.imaging.settings import StartQuota

GOVERNOR_ITEM: Final = "governor#start"
BURST: Final = 2  # AWS HealthImaging endpoints and quotas: StartDICOMImportJob, burst
_TRIES: Final = 4
_KEY: Final = {BatchAttribute.BATCH_ID.value: text(GOVERNOR_ITEM)}


class JobSlots:
    """The slots of running jobs; a batch gives its own back when its job has ended."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def release(self, batch_id: str) -> None:
        """Give back a batch's job slot, if it has one."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key=_KEY,
            UpdateExpression="DELETE running :batch",
            ExpressionAttributeValues={":batch": {"SS": [batch_id]}},
        )

    def taken(self) -> list[str]:
        """The batches that hold a slot."""
        item = self._dynamodb.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True).get("Item", {})
        return sorted(item["running"]["SS"]) if "running" in item else []


class StartGovernor:
    """Grants starts."""

    def __init__(
        self, dynamodb: DynamoDBClient, table: str, quota: StartQuota, clock: Callable[[], float] = time.time
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._quota = quota
        self._clock = clock

    def take(self, batch_id: str) -> None:
        """Take a start token and a job slot for a batch.

        Raises
        ------
        StartThrottled
            There is no token or no slot now, or too many others are asking.
        """
        interval = round(1000 / self._quota.rate)
        for _ in range(_TRIES):
            now = round(self._clock() * 1000)
            item = self._dynamodb.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True).get("Item", {})
            running = set(item["running"]["SS"]) if "running" in item else set()
            if batch_id not in running and len(running) >= self._quota.concurrent_jobs:
                raise StartThrottled("start governor: every job slot is taken")
            arrival = read_number(item, "arrival")
            if arrival - now > (BURST - 1) * interval:
                raise StartThrottled("start governor: no start token")
            if self._advance(batch_id, seen=arrival, arrival=max(arrival, now) + interval):
                return
        raise StartThrottled("start governor: contended")

    def _advance(self, batch_id: str, *, seen: int, arrival: int) -> bool:
        values: MutableItem = {
            ":batch": {"SS": [batch_id]},
            ":id": text(batch_id),
            ":slots": number(self._quota.concurrent_jobs),
            ":arrival": number(arrival),
        }
        unchanged = "attribute_not_exists(arrival)"
        if seen:
            unchanged = "arrival = :seen"
            values[":seen"] = number(seen)
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_KEY,
                UpdateExpression="SET arrival = :arrival ADD running :batch",
                ConditionExpression=(
                    f"{unchanged} AND "
                    "(attribute_not_exists(running) OR size(running) < :slots OR contains(running, :id))"
                ),
                ExpressionAttributeValues=values,
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True
