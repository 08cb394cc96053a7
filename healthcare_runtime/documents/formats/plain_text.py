"""Plain text: one passage, all of it free text."""

from __future__ import annotations

from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Passage, PassageRole


def read_plain_text(text: str, format_: DocumentFormat = DocumentFormat.TEXT, *, images: int = 0) -> DocumentText:
    """The text as it is."""
    whole = Passage(text=text, start=0, end=len(text), role=PassageRole.FREE_TEXT, path="text")
    return DocumentText(format=format_, source=text, passages=(whole,), embedded_images=images)
