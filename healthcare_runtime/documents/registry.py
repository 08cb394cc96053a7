"""The document table: one item per object version that arrived; the only place that says where a document is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from healthcare_runtime.batch_get import BATCH, BatchUnfinishedError, batch_get
from healthcare_runtime.contracts.documents import DOCUMENT_STATUS_INDEX, DocumentAttribute, DocumentStatus, StepVerdict
from healthcare_runtime.documents.document import ATTRIBUTES, Document, Fact, read_document, to_attribute
from healthcare_runtime.documents.faults import DocumentStepError, TransientDocumentError
from healthcare_runtime.documents.object_version import ObjectVersion
from healthcare_runtime.dynamodb_item import number, read_text, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from healthcare_runtime.dynamodb_item import Item, MutableItem

FINAL: Final = frozenset({DocumentStatus.PROCESSED, DocumentStatus.REJECTED})
"""Outcomes that nothing leaves; a quarantined document may still be released or rejected by a reviewer."""

LEAVES_QUARANTINE: Final = {
    DocumentStatus.PROCESSED: (StepVerdict.APPROVE, StepVerdict.MASK_MORE),
    DocumentStatus.REJECTED: (StepVerdict.REJECT,),
}
"""The decisions by which a quarantined document gets there."""


class DocumentTable:
    """Registers documents, keeps what steps found, and settles each in exactly one outcome."""

    def __init__(self, dynamodb: DynamoDBClient, table: str, clock: Callable[[], float] = time.time) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._clock = clock

    def register(self, version: ObjectVersion) -> bool:
        """Record that an object version arrived; False if it is recorded already."""
        now = self.now()
        item = _item(
            document_id=version.document_id,
            bucket=version.bucket,
            object_key=version.key.encode("utf-8", "replace").decode(),
            version_id=version.version_id,
            size=version.size,
            etag=version.etag,
            received_at=now,
            updated_at=now,
            status=DocumentStatus.RECEIVED,
        )
        try:
            self._dynamodb.put_item(
                TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(documentId)"
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def find(self, document_id: str) -> Document | None:
        answer = self._dynamodb.get_item(TableName=self._table, Key=_key(document_id), ConsistentRead=True)
        return read_document(answer["Item"]) if "Item" in answer else None

    def registered(self, document_ids: Sequence[str]) -> frozenset[str]:
        """Which of these ids have a document; TransientDocumentError where DynamoDB does not say it of all."""
        found = self._batch(document_ids, attributes=(DocumentAttribute.DOCUMENT_ID,))
        return frozenset(read_text(item, DocumentAttribute.DOCUMENT_ID) for item in found)

    def get(self, document_id: str) -> Document:
        """Read a document, strongly consistent.

        Raises
        ------
        DocumentStepError
            There is none: an execution was started by hand with an id that nothing registered.
        """
        document = self.find(document_id)
        if document is None:
            raise DocumentStepError("documentId: no document is registered under it")
        return document

    def note(self, document_id: str, **facts: Fact) -> None:
        """Keep what a step found. The same facts again change nothing."""
        self._update(document_id, facts)

    def place(self, document_id: str, **facts: Fact) -> bool:
        """Keep where something is about to be published; False if the document was held or settled meanwhile."""
        return self._update(
            document_id,
            facts,
            "#status = :received OR (#status = :held AND #decision IN (:approve, :more))",
            {"#status": "status", "#decision": ATTRIBUTES["decision"]},
            {
                ":received": text(DocumentStatus.RECEIVED),
                ":held": text(DocumentStatus.QUARANTINED),
                ":approve": text(StepVerdict.APPROVE),
                ":more": text(StepVerdict.MASK_MORE),
            },
        )

    def settle(self, document_id: str, status: DocumentStatus, **facts: Fact) -> bool:
        """Give the document an outcome; False if it has another one that it may not leave.

        PROCESSED and REJECTED are final; QUARANTINED is left only by a reviewer's decision that says so.
        """
        names = {"#status": "status"}
        values: MutableItem = {":received": text(DocumentStatus.RECEIVED), ":outcome": text(status)}
        condition = "#status IN (:received, :outcome)"
        if status in FINAL:
            names["#decision"] = ATTRIBUTES["decision"]
            leaves = LEAVES_QUARANTINE[status]
            values[":held"] = text(DocumentStatus.QUARANTINED)
            values |= {f":leave{at}": text(decision) for at, decision in enumerate(leaves)}
            decisions = ", ".join(f":leave{at}" for at in range(len(leaves)))
            condition += f" OR (#status = :held AND #decision IN ({decisions}))"
        return self._update(document_id, {**facts, "status": status}, condition, names, values)

    def next_attempt(self, document: Document) -> bool:
        """Count one more execution; False if the document moved, or somebody else counted, at the same time."""
        return self._update(
            document.document_id,
            {"attempt": document.attempt + 1},
            "#status = :status AND (attribute_not_exists(attempt) OR attempt = :before)",
            {"#status": "status"},
            {":before": number(document.attempt), ":status": text(document.status)},
        )

    def decide(self, document: Document, decision: str, reviewer: str, **facts: Fact) -> bool:
        """Keep a reviewer's decision; False if another one was taken, or the review that was seen is closed.

        The same decision again is the same decision: whoever could not deliver it may try again.
        """
        is_repeated = document.decision == decision
        return self._update(
            document.document_id,
            {**facts, "decision": decision, "reviewer": reviewer, "round": document.round + (not is_repeated)},
            "#status = :held AND #token = :token AND (attribute_not_exists(#decision) OR #decision IN (:none, :same))",
            {"#status": "status", "#token": ATTRIBUTES["task_token"], "#decision": ATTRIBUTES["decision"]},
            {
                ":held": text(DocumentStatus.QUARANTINED),
                ":token": text(document.task_token),
                ":none": text(""),
                ":same": text(decision),
            },
        )

    def close_review(self, document: Document) -> None:
        """Forget the token of a review that is decided, unless the document waits under another one by now."""
        self._update(
            document.document_id,
            {"task_token": ""},
            "#token = :token",
            {"#token": ATTRIBUTES["task_token"]},
            {":token": text(document.task_token)},
        )

    def with_status(self, status: DocumentStatus, *, since: float | None = None) -> Iterator[Document]:
        """Documents of one status, oldest change first; eventually consistent: it reads the index.

        Parameters
        ----------
        since
            Only those that changed last after this time, in epoch seconds.
        """
        condition = "#status = :status" + ("" if since is None else " AND updatedAt > :since")
        values: MutableItem = {":status": text(status)}
        if since is not None:
            values[":since"] = number(int(since * 1000))
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=DOCUMENT_STATUS_INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=values,
        )
        for page in pages:
            ids = [read_text(item, DocumentAttribute.DOCUMENT_ID) for item in page["Items"]]
            for start in range(0, len(ids), BATCH):
                some = ids[start : start + BATCH]
                found = {document.document_id: document for document in map(read_document, self._batch(some))}
                yield from (found[document_id] for document_id in some if document_id in found)

    def now(self) -> int:
        """Epoch milliseconds."""
        return int(self._clock() * 1000)

    def _batch(self, document_ids: Sequence[str], *, attributes: Sequence[str] = ()) -> list[Item]:
        keys = [_key(document_id) for document_id in dict.fromkeys(document_ids)]
        try:
            return list(batch_get(self._dynamodb, self._table, keys, attributes=attributes))
        except BatchUnfinishedError as error:
            raise TransientDocumentError(f"document table: {error}") from None

    def _update(
        self,
        document_id: str,
        facts: dict[str, Fact],
        condition: str | None = None,
        names: dict[str, str] | None = None,
        values: MutableItem | None = None,
    ) -> bool:
        """Set attributes; False if ``condition`` does not hold."""
        changed = {**facts, "updated_at": self.now()}
        names = {"#id": "documentId", **(names or {}), **{f"#set_{name}": ATTRIBUTES[name] for name in changed}}
        # Reserved words (STATUS, SIZE, ROUND) are the reason for names throughout.
        sets = ", ".join(f"#set_{name} = :set_{name}" for name in changed)
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(document_id),
                UpdateExpression=f"SET {sets}",
                ConditionExpression="attribute_exists(#id)" + (f" AND ({condition})" if condition else ""),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={
                    **(values or {}),
                    **{f":set_{name}": to_attribute(name, value) for name, value in changed.items()},
                },
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(document_id: str) -> MutableItem:
    return {"documentId": text(document_id)}


def _item(**facts: Fact) -> MutableItem:
    return {ATTRIBUTES[name]: to_attribute(name, value) for name, value in facts.items()}
