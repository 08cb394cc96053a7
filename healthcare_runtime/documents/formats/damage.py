"""What a reader raises when a document cannot be read. Carries a code, never a word of the document."""

from __future__ import annotations

from healthcare_runtime.documents.reasons import ReasonCode


class DocumentDamagedError(Exception):
    """The document is not what its beginning promises, or goes beyond a limit."""

    def __init__(self, reason: ReasonCode) -> None:
        super().__init__(reason)
        self.reason = reason
