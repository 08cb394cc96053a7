"""The batch table: the open batch of every import prefix, and each batch's way to its end.

A batch's id is a digest of its prefix and generation, so whoever needs it computes it. All writes are conditional on
the state they start from: a step that runs twice, or late, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import BATCH_STATE_INDEX, BatchAttribute, BatchState
from healthcare_runtime.dynamodb_item import number, read_number, read_text, text
from healthcare_runtime.imaging.batches.batch import TERMINAL, Batch, batch_id_of, read_batch
from healthcare_runtime.imaging.batches.writes import (
    NAMES,
    batch_key,
    count_in_write,
    end_write,
    put_closed_write,
    split_write,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import MutableItem
    from healthcare_runtime.imaging.batches.job_plan import Part
    from healthcare_runtime.imaging.settings import BatchPolicy

JOBS_PER_BATCH: Final = 10
"""A batch that would take more jobs than this closes at once: it bounds what planning reads and writes."""

RESTART_AFTER: Final = 900
"""Seconds after which the sweeper looks whether a closed or submitted batch is still being worked on."""


class BatchTable:
    """The table of batches."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    # -- reading

    def get(self, batch_id: str) -> Batch | None:
        """Read a batch, strongly consistent."""
        item = self._dynamodb.get_item(TableName=self._table, Key=batch_key(batch_id), ConsistentRead=True).get("Item")
        return read_batch(item) if item else None

    def live(self, state: BatchState, *, due_before: int | None = None, limit: int) -> Iterator[str]:
        """Ids of batches in a state, the longest due first. Eventually consistent: read each before acting on it."""
        values: MutableItem = {":state": text(state)}
        condition = "#state = :state"
        if due_before is not None:
            condition += " AND #due < :due"
            values[":due"] = number(due_before)
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=BATCH_STATE_INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=NAMES if due_before is not None else {"#state": BatchAttribute.STATE},
            ExpressionAttributeValues=values,
            PaginationConfig={"MaxItems": limit},
        )
        for page in pages:
            for item in page["Items"]:
                yield read_text(item, BatchAttribute.BATCH_ID)

    # -- the open batch of a prefix

    def generation(self, prefix: str) -> int:
        """The number of the prefix's current batch; 1 before the first."""
        key = batch_key(_pointer(prefix))
        item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return read_number(item, "generation", 1) if item else 1

    def advance_generation(self, prefix: str, closed: int) -> None:
        """Make the generation after ``closed`` the prefix's current one, if nobody did yet."""
        self._update(
            _pointer(prefix),
            "SET generation = :next",
            "attribute_not_exists(generation) OR generation = :closed",
            {":next": number(closed + 1), ":closed": number(closed)},
        )

    def count_in(
        self, prefix: str, generation: int, *, files: int, size: int, now: int, due_at: int, policy: BatchPolicy
    ) -> TransactWriteItemTypeDef:
        """The write that counts new members into a batch, opening it; refused if it is closed or would be too big."""
        return count_in_write(
            self._table,
            batch_id_of(prefix, generation),
            prefix,
            files=files,
            size=size,
            now=now,
            due_at=due_at,
            room_files=JOBS_PER_BATCH * policy.maximum_files - files,
            room_bytes=JOBS_PER_BATCH * policy.maximum_bytes - size,
        )

    def note_close_announced(self, batch_id: str) -> None:
        """Remember that a message will come to close this batch."""
        self._update(batch_id, "SET closeAnnounced = :one", "attribute_exists(batchId)", {":one": number(1)})

    # -- from open to submitted

    def close(self, batch: Batch, *, now: int, unless_grown: bool = True) -> bool:
        """Freeze an open batch's membership; False if closed already or, by default, grown since it was read."""
        values: MutableItem = {
            ":closed": text(BatchState.CLOSED),
            ":open": text(BatchState.OPEN),
            ":due": number(now + RESTART_AFTER),
            ":at": number(now),
        }
        condition = "#state = :open"
        if unless_grown:
            condition += " AND files = :files"
            values[":files"] = number(batch.files)
        return self._update(batch.batch_id, "SET #state = :closed, #due = :due, closedAt = :at", condition, values)

    def split(self, batch: Batch, parts: tuple[Part, ...], *, now: int) -> bool:
        """Replace a closed batch by its parts, all at once; False if that was done already.

        Parts are recorded as spans of sort keys: membership stays as it is, and a repeated plan finds nothing to do.
        """
        children = [
            put_closed_write(
                self._table,
                batch_id_of(batch.batch_id, "part", index),
                batch,
                now=now,
                due_at=now + RESTART_AFTER,
                more={
                    "memberOf": text(batch.batch_id),
                    "firstObject": text(part.first),
                    "lastObject": text(part.last),
                    "files": number(part.files),
                    "batchBytes": number(part.size),
                    "attempt": number(batch.attempt),
                },
            )
            for index, part in enumerate(parts)
        ]
        parent = split_write(self._table, batch, parts=len(parts))
        try:
            self._dynamodb.transact_write_items(TransactItems=[parent, *children])
        except self._dynamodb.exceptions.TransactionCanceledException:
            current = self.get(batch.batch_id)
            if current is None or current.state is not BatchState.SPLIT:
                raise
            return False
        return True

    def part_ids(self, batch: Batch) -> list[str]:
        return [batch_id_of(batch.batch_id, "part", index) for index in range(batch.parts)]

    def prepared(self, batch: Batch, *, input_uri: str) -> None:
        """Record which S3 prefix a closed batch is imported from."""
        self._update(
            batch.batch_id,
            "SET inputUri = :uri",
            "#state = :closed",
            {":uri": text(input_uri), ":closed": text(BatchState.CLOSED)},
        )

    def submitted(self, batch: Batch, *, job_id: str, now: int) -> None:
        """Record the job of a closed batch; a repeated start, which has the same job, changes nothing."""
        self._update(
            batch.batch_id,
            "SET #state = :submitted, jobId = :job, #due = :due",
            "#state = :closed",
            {
                ":submitted": text(BatchState.SUBMITTED),
                ":closed": text(BatchState.CLOSED),
                ":job": text(job_id),
                ":due": number(now + RESTART_AFTER),
            },
        )

    # -- to the end

    def count_manifest_miss(self, batch: Batch) -> int:
        """Count one more look at a job that ended without its manifest; the number of looks so far."""
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key=batch_key(batch.batch_id),
            UpdateExpression="ADD manifestMisses :one",
            ConditionExpression="attribute_exists(batchId)",
            ExpressionAttributeValues={":one": number(1)},
            ReturnValues="UPDATED_NEW",
        )
        return read_number(answer["Attributes"], "manifestMisses")

    def finish(self, batch: Batch, state: BatchState, *, now: int, retry: Batch | None = None) -> bool:
        """End a batch and, in the same write, put the closed batch that retries what is left; False if ended before."""
        writes = [end_write(self._table, batch, state, now=now)]
        if retry is not None:
            counted: MutableItem = {
                "attempt": number(retry.attempt),
                "files": number(retry.files),
                "batchBytes": number(retry.size),
            }
            due_at = now + RESTART_AFTER
            writes.append(put_closed_write(self._table, retry.batch_id, batch, now=now, due_at=due_at, more=counted))
        try:
            self._dynamodb.transact_write_items(TransactItems=writes)
        except self._dynamodb.exceptions.TransactionCanceledException:
            current = self.get(batch.batch_id)
            if current is None or current.state not in TERMINAL:
                raise
            return False
        return True

    # -- what the sweeper and the governor note

    def postpone(self, batch: Batch, *, until: int) -> None:
        """Look at a live batch again later."""
        self._update(
            batch.batch_id, "SET #due = :due", "#state = :state", {":due": number(until), ":state": text(batch.state)}
        )

    def begin_execution(self, batch: Batch, *, until: int) -> bool:
        """Claim the right to start the next execution of a live batch; False if another sweeper did."""
        values = {":next": number(batch.executions + 1), ":state": text(batch.state), ":due": number(until)}
        unclaimed = "attribute_not_exists(executions)"
        if batch.executions:
            unclaimed = "executions = :seen"
            values[":seen"] = number(batch.executions)
        return self._update(
            batch.batch_id, "SET executions = :next, #due = :due", f"#state = :state AND {unclaimed}", values
        )

    def note_throttle(self, batch: Batch) -> None:
        """Remember that the execution now running was held back by the quota, not by a fault."""
        if batch.executions_at_throttle < batch.executions:
            self._update(
                batch.batch_id,
                "SET executionsAtThrottle = :executions",
                "attribute_exists(batchId)",
                {":executions": number(batch.executions)},
            )

    def _update(
        self, batch_id: str, expression: str, condition: str, values: Mapping[str, AttributeValueTypeDef]
    ) -> bool:
        used = {alias: name for alias, name in NAMES.items() if alias in expression + condition}
        try:
            if used:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=batch_key(batch_id),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=used,
                    ExpressionAttributeValues=values,
                )
            else:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=batch_key(batch_id),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _pointer(prefix: str) -> str:
    return f"prefix#{prefix}"
