"""The public keys by which checkpoints are believed. For operators' machines: needs the package ``cryptography``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from healthcare_runtime.audit.signing import fingerprint
from healthcare_runtime.audit.statement import SignedStatement, message_digest

_ALGORITHM: Final = ec.ECDSA(utils.Prehashed(hashes.SHA256()))


class KeyDamagedError(ValueError):
    """Not a public key on P-256 in PEM or DER."""


class TrustedKeys:
    """Elliptic curve keys by fingerprint.

    Parameters
    ----------
    keys
        PEM or DER (SubjectPublicKeyInfo).

    Raises
    ------
    KeyDamagedError
        One of them is no such key.
    """

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys: dict[str, ec.EllipticCurvePublicKey] = {}
        for content in keys:
            key = _load(content)
            der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
            self._keys[fingerprint(der)] = key

    def doubt(self, signed: SignedStatement) -> str | None:
        """Why a statement is not believed; None if it is."""
        key = self._keys.get(signed.key)
        if key is None:
            return "signed by a key that is not trusted"
        try:
            key.verify(signed.signature, message_digest(signed.text), _ALGORITHM)
        except InvalidSignature:
            return "its signature does not fit"
        return None


def _load(content: bytes) -> ec.EllipticCurvePublicKey:
    try:
        loaded = (
            serialization.load_pem_public_key(content)
            if content.lstrip().startswith(b"-----BEGIN")
            else serialization.load_der_public_key(content)
        )
    except ValueError:
        raise KeyDamagedError("public key: must be PEM or DER") from None
    if not isinstance(loaded, ec.EllipticCurvePublicKey) or not isinstance(loaded.curve, ec.SECP256R1):
        raise KeyDamagedError("public key: must be on the curve P-256")
    return loaded
