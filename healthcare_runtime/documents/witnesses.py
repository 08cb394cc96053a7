"""What the document table remembers of the audit trail: the last event of every document that moved lately."""

from __future__ import annotations

from healthcare_runtime.audit.witness import Witness
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.registry import DocumentTable


def witnesses(documents: DocumentTable, *, since: float) -> tuple[Witness, ...]:
    """The last events of documents that changed after ``since`` (epoch seconds), as their items have them.

    Read before the trail: an item names an event only once the trail has kept it.
    """
    moved = (document for status in DocumentStatus for document in documents.with_status(status, since=since))
    return tuple(found for document in moved if (found := Witness.parse(document.last_event)) is not None)
