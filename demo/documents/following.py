"""Follows the documents of a run through the document table until each has its outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.document import Document, read_document

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

POLL_SECONDS: Final = 1.0
TELL_SECONDS: Final = 5.0
_BATCH: Final = 100  # DynamoDB API reference, BatchGetItem: items of one request


def follow(
    dynamodb: DynamoDBClient,
    table: str,
    document_ids: Sequence[str],
    *,
    timeout_seconds: float,
    tell: Callable[[str], None],
) -> dict[str, Document]:
    """Wait until every document has an outcome and every held one a reviewer's task, or until the time is over.

    Parameters
    ----------
    tell
        Gets a line every few seconds, if the numbers have changed, and at the end.

    Returns
    -------
    By id, every document that the table knows, in whatever state it was last seen.
    """
    deadline = time.monotonic() + timeout_seconds
    known: dict[str, Document] = {}
    said, silent_until = "", 0.0
    while True:
        # What rests does not change any more: no need to read it again.
        waiting = [each for each in document_ids if each not in known or not is_at_rest(known[each])]
        known |= {document.document_id: document for document in _read(dynamodb, table, waiting)}
        now = time.monotonic()
        ended = now > deadline or sum(map(is_at_rest, known.values())) == len(document_ids)
        line = _numbers(known, len(document_ids))
        if line != said and (ended or now > silent_until):
            tell(line)
            said, silent_until = line, now + TELL_SECONDS
        if ended:
            return known
        time.sleep(POLL_SECONDS)


def is_at_rest(document: Document) -> bool:
    """Whether nothing happens to a document by itself any more."""
    if document.status is DocumentStatus.QUARANTINED:
        return bool(document.task_token)
    return document.status is not DocumentStatus.RECEIVED


def _numbers(known: Mapping[str, Document], total: int) -> str:
    count = Counter(document.status for document in known.values())
    settled = sum(count.values()) - count[DocumentStatus.RECEIVED]
    shares = ", ".join(
        f"{count[status]} {status.lower()}" for status in DocumentStatus if status is not DocumentStatus.RECEIVED
    )
    return f"{settled} of {total} documents have an outcome: {shares}"


def _read(dynamodb: DynamoDBClient, table: str, document_ids: Sequence[str]) -> Iterator[Document]:
    for start in range(0, len(document_ids), _BATCH):
        keys = [{"documentId": {"S": each}} for each in document_ids[start : start + _BATCH]]
        # What a request leaves unprocessed, the next round asks for.
        answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
        yield from (read_document(item) for item in answer["Responses"].get(table, []))
