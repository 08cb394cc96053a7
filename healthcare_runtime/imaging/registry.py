"""The instance registry: one item per object version, from its announcement to its outcome.

Partition ``prefix``, sort ``object``; reads by prefix are strongly consistent, so a batch's members are exactly those
that were counted into it. An object whose key is no instance's is listed below ``rejected/``, with its reason.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts import REJECTED_PREFIX, SOP_INSTANCE_INDEX, ImportOutcome, InstanceAttribute
from healthcare_runtime.dynamodb_item import number, read_number, read_optional_text, read_text, text
from healthcare_runtime.imaging.faults import TransientImportError
from healthcare_runtime.object_key import InstanceKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    from healthcare_runtime.dynamodb_item import Item, MutableItem
    from healthcare_runtime.imaging.object_event import ObjectCreated

_BATCH_GET_LIMIT: Final = 100  # DynamoDB API reference, BatchGetItem
_UNPROCESSED_ROUNDS: Final = 8
# Several of the attributes are reserved words of DynamoDB (OBJECT, SIZE): every expression names them by "#".
_NAMES: Final = {f"#{name}": str(name) for name in InstanceAttribute}


class FailureReason(StrEnum):
    """Reasons that this platform finds itself; others come from the manifest of the import job."""

    NOT_AN_INSTANCE_KEY = "NotAnInstanceKey"
    EMPTY_OBJECT = "EmptyObject"
    OBJECT_TOO_LARGE = "ObjectTooLarge"
    OBJECT_DELETED = "ObjectDeleted"
    OBJECT_SUPERSEDED = "ObjectSuperseded"
    JOB_FAILED = "JobFailed"
    NOT_SCANNED = "NotScanned"
    MANIFEST_MISSING = "ManifestMissing"
    WORKFLOW_FAILED = "WorkflowFailed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an instance. ``detail`` may quote the data set: it stays in the registry."""

    result: ImportOutcome
    reason: str | None = None
    detail: str | None = None
    image_set_id: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One object version that holds a DICOM instance. ``size`` in bytes."""

    key: InstanceKey
    version: str
    size: int
    etag: str
    batch_id: str = ""
    outcome: Outcome | None = None

    @property
    def sort_key(self) -> str:
        return f"{self.key.series_instance_uid}/{self.key.sop_instance_uid}.dcm#{self.version}"

    @property
    def version_id(self) -> str | None:
        """The version to ask S3 for; None in a bucket without versions."""
        return None if self.version.startswith("etag-") else self.version


@dataclass(frozen=True, slots=True)
class Membership:
    """Which instances a batch holds: those of its prefix that carry ``batch_id``, within ``span`` if it is a part."""

    prefix: str
    batch_id: str
    span: tuple[str, str] | None = None


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
        by_identity = {(REJECTED_PREFIX, _rejection_sort_key(each)): each for each in objects}
        return {by_identity[identity] for identity in self._known(list(by_identity))}

    def admission(self, instance: Instance, *, batch_id: str, now: int) -> TransactWriteItemTypeDef:
        """The write that registers ``instance`` as a member of a batch, refused if it is registered already."""
        item = _identity(instance) | _description(instance, now)
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
        item = _identity(instance) | _description(instance, now)
        return self._put_once(item | _settled(Outcome(ImportOutcome.FAILED, reason), now))

    def reject(self, announced: ObjectCreated, now: int) -> bool:
        """List an object whose key is not an instance's; False if it is listed already."""
        item: MutableItem = {
            InstanceAttribute.PREFIX: text(REJECTED_PREFIX),
            InstanceAttribute.OBJECT: text(_rejection_sort_key(announced)),
            InstanceAttribute.DETAIL: text(announced.key.encode("utf-8", "replace").decode()),
            InstanceAttribute.SIZE: number(announced.size),
            InstanceAttribute.ETAG: text(announced.etag),
            InstanceAttribute.REGISTERED_AT: number(now),
        }
        outcome = Outcome(ImportOutcome.FAILED, FailureReason.NOT_AN_INSTANCE_KEY)
        return self._put_once(item | _settled(outcome, now))

    def members(self, membership: Membership) -> Iterator[Instance]:
        """Read a batch's instances in the order of their keys, strongly consistent."""
        values: MutableItem = {":prefix": text(membership.prefix), ":batch": text(membership.batch_id)}
        condition = "#prefix = :prefix"
        if membership.span is not None:
            condition += " AND #object BETWEEN :first AND :last"
            values |= {":first": text(membership.span[0]), ":last": text(membership.span[1])}
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            FilterExpression="#batchId = :batch",
            ExpressionAttributeNames=_only("prefix", "object", "batchId")
            if membership.span is not None
            else _only("prefix", "batchId"),
            ExpressionAttributeValues=values,
        )
        for page in pages:
            for item in page["Items"]:
                yield _instance(item)

    def settle(self, instance: Instance, outcome: Outcome, now: int) -> bool:
        """Record an outcome, once: False if the instance has one or has moved to another batch."""
        settled = _settled(outcome, now)
        return self._update(
            instance,
            "SET " + ", ".join(f"#{name} = :{name}" for name in settled),
            names=_only(*settled, "batchId", "outcome"),
            values={f":{name}": value for name, value in settled.items()},
        )

    def move(self, instance: Instance, *, to_batch: str) -> bool:
        """Make an instance without outcome a member of another batch; False if it is not in this one any more."""
        return self._update(
            instance, "SET #batchId = :to", names=_only("batchId", "outcome"), values={":to": text(to_batch)}
        )

    def by_prefix(self, prefix: str) -> Iterator[Instance]:
        """Every instance below an import prefix."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="#prefix = :prefix",
            ExpressionAttributeNames=_only("prefix"),
            ExpressionAttributeValues={":prefix": text(prefix)},
        )
        for page in pages:
            for item in page["Items"]:
                yield _instance(item)

    def by_sop_instance(self, uid: str) -> Iterator[Instance]:
        """Every object version of one SOP instance. Eventually consistent: it reads the index."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=SOP_INSTANCE_INDEX,
            KeyConditionExpression="#sopInstanceUID = :uid",
            ExpressionAttributeNames=_only("sopInstanceUID"),
            ExpressionAttributeValues={":uid": text(uid)},
        )
        for page in pages:
            for item in page["Items"]:
                yield _instance(item)

    def _known(self, identities: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        known: set[tuple[str, str]] = set()
        for start in range(0, len(identities), _BATCH_GET_LIMIT):
            pending: list[Item] = [
                {InstanceAttribute.PREFIX: text(prefix), InstanceAttribute.OBJECT: text(sort_key)}
                for prefix, sort_key in identities[start : start + _BATCH_GET_LIMIT]
            ]
            for attempt in range(_UNPROCESSED_ROUNDS):
                answer = self._dynamodb.batch_get_item(
                    RequestItems={
                        self._table: {
                            "Keys": pending,
                            "ConsistentRead": True,
                            "ProjectionExpression": "#prefix, #object",
                            "ExpressionAttributeNames": _only("prefix", "object"),
                        }
                    }
                )
                for item in answer["Responses"].get(self._table, []):
                    known.add((read_text(item, InstanceAttribute.PREFIX), read_text(item, InstanceAttribute.OBJECT)))
                left = answer["UnprocessedKeys"].get(self._table)
                pending = list(left["Keys"]) if left else []
                if not pending:
                    break
                time.sleep(0.05 * 2**attempt)
            else:
                raise TransientImportError("instance registry: BatchGetItem left keys unprocessed")
        return known

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

    def _update(self, instance: Instance, expression: str, *, names: dict[str, str], values: MutableItem) -> bool:
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key={
                    InstanceAttribute.PREFIX: text(instance.key.prefix),
                    InstanceAttribute.OBJECT: text(instance.sort_key),
                },
                UpdateExpression=expression,
                ConditionExpression="#batchId = :from AND attribute_not_exists(#outcome)",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values | {":from": text(instance.batch_id)},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _identity(instance: Instance) -> MutableItem:
    return {
        InstanceAttribute.PREFIX: text(instance.key.prefix),
        InstanceAttribute.OBJECT: text(instance.sort_key),
        InstanceAttribute.SOP_INSTANCE_UID: text(instance.key.sop_instance_uid),
    }


def _description(instance: Instance, now: int) -> MutableItem:
    return {
        InstanceAttribute.SIZE: number(instance.size),
        InstanceAttribute.ETAG: text(instance.etag),
        InstanceAttribute.REGISTERED_AT: number(now),
    }


def _settled(outcome: Outcome, now: int) -> dict[str, AttributeValueTypeDef]:
    known = {
        InstanceAttribute.REASON: outcome.reason,
        InstanceAttribute.DETAIL: outcome.detail,
        InstanceAttribute.IMAGE_SET_ID: outcome.image_set_id,
        InstanceAttribute.JOB_ID: outcome.job_id,
    }
    item: MutableItem = {str(name): text(value) for name, value in known.items() if value}
    item[InstanceAttribute.OUTCOME] = text(outcome.result)
    item[InstanceAttribute.SETTLED_AT] = number(now)
    return {str(name): value for name, value in item.items()}


def _instance(item: Item) -> Instance:
    sort_key = read_text(item, InstanceAttribute.OBJECT)
    path, _, version = sort_key.partition("#")
    result = read_optional_text(item, InstanceAttribute.OUTCOME)
    return Instance(
        key=InstanceKey.parse(read_text(item, InstanceAttribute.PREFIX) + path),
        version=version,
        size=read_number(item, InstanceAttribute.SIZE),
        etag=read_text(item, InstanceAttribute.ETAG),
        batch_id=read_optional_text(item, InstanceAttribute.BATCH_ID) or "",
        outcome=None
        if result is None
        else Outcome(
            ImportOutcome(result),
            read_optional_text(item, InstanceAttribute.REASON),
            read_optional_text(item, InstanceAttribute.DETAIL),
            read_optional_text(item, InstanceAttribute.IMAGE_SET_ID),
            read_optional_text(item, InstanceAttribute.JOB_ID),
        ),
    )


def _rejection_sort_key(announced: ObjectCreated) -> str:
    # A key may be as long as a sort key may: its digest stands for it, and its text is an attribute.
    digest = hashlib.sha256(announced.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest}#{announced.version}"


def _only(*names: str) -> dict[str, str]:
    """The expression names in use: DynamoDB refuses names that no expression mentions."""
    return {f"#{name}": _NAMES[f"#{name}"] for name in names}


def by_prefix(instances: Iterable[Instance]) -> dict[str, list[Instance]]:
    """Group instances by import prefix."""
    groups: dict[str, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(instance.key.prefix, []).append(instance)
    return groups
