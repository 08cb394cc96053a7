"""Merkle tree hashes as in RFC 6962, 2.1: leaves and nodes hashed in domains of their own; one pass, little memory.

A leaf's data is the chain hash of an event (32 bytes), which itself commits to the event and all before it.
"""

from __future__ import annotations

import hashlib
from typing import Final

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class MerkleTree:
    """Grows by leaves; ``root`` may be asked at any time."""

    __slots__ = ("_complete", "size")

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []
        """Roots of the complete subtrees, the largest first: one for each bit that is set in ``size``."""

    def add(self, leaf: bytes) -> None:
        """Append a leaf."""
        node = hashlib.sha256(_LEAF + leaf).digest()
        size = self.size
        complete = self._complete
        while size & 1:
            node = hashlib.sha256(_NODE + complete.pop() + node).digest()
            size >>= 1
        complete.append(node)
        self.size += 1

    def root(self) -> bytes:
        """32 bytes; of no leaves the hash of nothing (RFC 6962, 2.1)."""
        if not self._complete:
            return hashlib.sha256(b"").digest()
        *larger, node = self._complete
        for left in reversed(larger):
            node = hashlib.sha256(_NODE + left + node).digest()
        return node
