"""How much of a document is read. Beyond it is TOO_LARGE: an attack, or a batch that belongs in pieces."""

from __future__ import annotations

from typing import Final

MAXIMUM_PASSAGES: Final = 100_000
MAXIMUM_DEPTH: Final = 100
"""Of nested elements and values."""
MAXIMUM_NODES: Final = 200_000
MAXIMUM_ATTACHMENT: Final = 2_000_000
"""Characters of base64 that are decoded to be read as text."""
