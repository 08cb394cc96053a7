"""The instance registry: one item per object version, from its announcement to its outcome.

Partition ``prefix``, sort ``object``; reads by prefix are strongly consistent, so a batch's members are exactly those
that were counted into it. An object whose key is no instance's is listed below ``rejected/``, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from healthcare_runtime.batch_get import BatchUnfinishedError, batch_get
from healthcare_runtime.contracts.imaging import REJECTED_PREFIX, SOP_INSTANCE_INDEX, ImportOutcome, InstanceAttribute
from healthcare_runtime.dynamodb_item import number, read_text, text
from healthcare_runtime.imaging.faults import TransientImportError
from healthcare_runtime.imaging.instances.instance import (
    FailureReason,
    Instance,
    Membership,
    Outcome,
    description_item,
    identity_item,
    outcome_item,
    read_instance,
    rejection_sort_key,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputPaginateTypeDef, TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import Item, MutableItem
    from healthcare_runtime.imaging.instances.object_event import ObjectCreated

# Several of the attributes are reserved words of DynamoDB (OBJECT, SIZE): every expression names them by "#".
_NAMES: Final = {f"#{name}": str(name) for name in InstanceAttribute}


class InstanceRegistry:
    """The table of instances."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def unknown(self, instances: Sequence[Instance]) -> list[Instance]:
        """Keep what the registry has not seen, each once, in the order given."""
        distinct = {(each.key.prefix, each.sort_key): each for each in instances}
        known = self._known(list(distinct))
        return [each for identity, each in distinct.items() if identity not in known]

    def known_rejections(self, objects: Sequence[ObjectCreated]) -> set[ObjectCreated]:
        """Those of ``objects`` that are already listed as rejected."""
        by_identity = {(REJECTED_PREFIX, rejection_sort_key(each)): each for each in objects}
        return {by_identity[identity] for identity in self._known(list(by_identity))}

    def admission(self, instance: Instance, *, batch_id: str, now: int) -> TransactWriteItemTypeDef:
        """The write that registers ``instance`` as a member of a batch, refused if it is registered already."""
        item = identity_item(instance) | description_item(instance, now)
        item[InstanceAttribute.BATCH_ID] = text(batch_id)
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(#object)",
                "ExpressionAttributeNames": {"#object": InstanceAttribute.OBJECT},
            }
        }

    def refuse(self, instance: Instance, reason: FailureReason, now: int) -> bool:
        """Register an instance that can never be imported as FAILED; False if it is registered already."""
        item = identity_item(instance) | description_item(instance, now)
        return self._put_once(item | outcome_item(Outcome(ImportOutcome.FAILED, reason), now))

    def reject(self, announced: ObjectCreated, now: int) -> bool:
        """List an object whose key is not an instance's; False if it is listed already."""
        item: MutableItem = {
            InstanceAttribute.PREFIX: text(REJECTED_PREFIX),
            InstanceAttribute.OBJECT: text(rejection_sort_key(announced)),
            InstanceAttribute.DETAIL: text(announced.key.encode("utf-8", "replace").decode()),
            InstanceAttribute.SIZE: number(announced.size),
            InstanceAttribute.ETAG: text(announced.etag),
            InstanceAttribute.REGISTERED_AT: number(now),
        }
        outcome = Outcome(ImportOutcome.FAILED, FailureReason.NOT_AN_INSTANCE_KEY)
        return self._put_once(item | outcome_item(outcome, now))

    def members(self, membership: Membership) -> Iterator[Instance]:
        """Read a batch's instances in the order of their keys, strongly consistent."""
        values: MutableItem = {":prefix": text(membership.prefix), ":batch": text(membership.batch_id)}
        condition = "#prefix = :prefix"
        if membership.span is not None:
            condition += " AND #object BETWEEN :first AND :last"
            values |= {":first": text(membership.span[0]), ":last": text(membership.span[1])}
        return self._query(condition, values, matching="#batchId = :batch")

    def settle(self, instance: Instance, outcome: Outcome, now: int) -> bool:
        """Record an outcome, once: False if the instance has one or has moved to another batch."""
        settled = outcome_item(outcome, now)
        return self._update(
            instance,
            "SET " + ", ".join(f"#{name} = :{name}" for name in settled),
            {f":{name}": value for name, value in settled.items()},
        )

    def move(self, instance: Instance, *, to_batch: str) -> bool:
        """Make an instance without outcome a member of another batch; False if it is not in this one any more."""
        return self._update(instance, "SET #batchId = :to", {":to": text(to_batch)})

    def by_prefix(self, prefix: str) -> Iterator[Instance]:
        """Every instance below an import prefix, strongly consistent."""
        return self._query("#prefix = :prefix", {":prefix": text(prefix)})

    def by_sop_instance(self, uid: str) -> Iterator[Instance]:
        """Every object version of one SOP instance. Eventually consistent: it reads the index."""
        return self._query("#sopInstanceUID = :uid", {":uid": text(uid)}, index=SOP_INSTANCE_INDEX)

    def _query(
        self, condition: str, values: MutableItem, *, matching: str | None = None, index: str | None = None
    ) -> Iterator[Instance]:
        query: QueryInputPaginateTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ConsistentRead": index is None,
            "ExpressionAttributeNames": _names_in(condition, matching or ""),
            "ExpressionAttributeValues": values,
        }
        if matching is not None:
            query["FilterExpression"] = matching
        if index is not None:
            query["IndexName"] = index
        for page in self._dynamodb.get_paginator("query").paginate(**query):
            for item in page["Items"]:
                yield read_instance(item)

    def _known(self, identities: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        keys: list[Item] = [
            {InstanceAttribute.PREFIX: text(prefix), InstanceAttribute.OBJECT: text(sort_key)}
            for prefix, sort_key in identities
        ]
        attributes = (InstanceAttribute.PREFIX, InstanceAttribute.OBJECT)
        try:
            found = list(batch_get(self._dynamodb, self._table, keys, attributes=attributes))
        except BatchUnfinishedError:
            raise TransientImportError("instance registry: BatchGetItem left keys unprocessed") from None
        return {
            (read_text(item, InstanceAttribute.PREFIX), read_text(item, InstanceAttribute.OBJECT)) for item in found
        }

    def _put_once(self, item: MutableItem) -> bool:
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(#object)",
                ExpressionAttributeNames={"#object": InstanceAttribute.OBJECT},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _update(self, instance: Instance, expression: str, values: MutableItem) -> bool:
        condition = "#batchId = :from AND attribute_not_exists(#outcome)"
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key={
                    InstanceAttribute.PREFIX: text(instance.key.prefix),
                    InstanceAttribute.OBJECT: text(instance.sort_key),
                },
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=_names_in(expression, condition),
                ExpressionAttributeValues=values | {":from": text(instance.batch_id)},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _names_in(*expressions: str) -> dict[str, str]:
    """The names that expressions mention: DynamoDB refuses any other."""
    return {name: _NAMES[name] for expression in expressions for name in re.findall(r"#\w+", expression)}
