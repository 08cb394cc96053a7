"""Choices that look random and repeat: HMAC-SHA256 of a value, under a key of one patient and one recipient."""

from __future__ import annotations

import hmac
import unicodedata
from typing import Final

KEY_BYTES: Final = 32
CODE_LENGTH: Final = 16
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: none is mistaken for another
_SCHEME: Final = "v1"


class KeyedChoice:
    """Maps values to digests, numbers and codes. What it maps cannot be found again without the key."""

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"masking key: must be at least {KEY_BYTES} bytes")
        self._key = key

    def digest(self, domain: str, value: str) -> bytes:
        """32 bytes; ``domain`` separates uses, so that an MRN and a telephone number of the same digits differ."""
        # Lengths in front: no pair of domain and value reads as another pair.
        message = f"{_SCHEME}|{len(domain)}|{domain}|{value}"
        return hmac.digest(self._key, message.encode("utf-8", "surrogatepass"), "sha256")

    def number(self, domain: str, value: str, below: int) -> int:
        """A number in ``range(below)``; the bias of the remainder is below ``below / 2**128``."""
        return int.from_bytes(self.digest(domain, value)[:16]) % below

    def code(self, domain: str, value: str) -> str:
        """16 characters of base 32: 80 bits. 1.8e8 codes collide with a probability of 1e-8."""
        number = int.from_bytes(self.digest(domain, value)[:10])
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))

    def digits(self, domain: str, value: str, length: int) -> str:
        """That many decimal digits, at most 30."""
        return f"{self.number(domain, value, 10**length):0{length}d}"


def canonical(value: str) -> str:
    """The form in which equal values are equal: NFKC, case-folded, without invisible characters, single spaces."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return " ".join("".join(c for c in folded if unicodedata.category(c) != "Cf").split())


def canonical_number(value: str) -> str:
    """The same without what people write between the characters of a number: ``123-45 6789`` is ``123456789``."""
    kept = "".join(c for c in canonical(value) if c.isalnum())
    return kept or canonical(value)
