"""The formats of documents behind one abstraction: ``read`` decides by content what a document is and finds its
passages, ``render`` puts replacements back with the format's own escapes.
"""

from healthcare_runtime.documents.formats.reading import ContentHint, Unreadable, read
from healthcare_runtime.documents.formats.rendering import EXTENSIONS, render

__all__ = ["EXTENSIONS", "ContentHint", "Unreadable", "read", "render"]
