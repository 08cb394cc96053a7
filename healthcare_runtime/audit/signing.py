"""Signs statements with a KMS key that never leaves KMS (ECC_NIST_P256), and says which key it was."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from functools import cached_property
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.statement import SignedStatement, message_digest

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_ALGORITHM: Final = "ECDSA_SHA_256"


def fingerprint(public_key_der: bytes) -> str:
    """SHA-256 of a public key (SubjectPublicKeyInfo): 64 hex digits."""
    return hashlib.sha256(public_key_der).hexdigest()


class CheckpointSigner:
    """One key of KMS."""

    def __init__(self, kms: KMSClient, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    @cached_property
    def public_key(self) -> bytes:
        """DER, SubjectPublicKeyInfo."""
        return self._kms.get_public_key(KeyId=self._key_id)["PublicKey"]

    @property
    def public_key_pem(self) -> bytes:
        lines = textwrap.wrap(base64.b64encode(self.public_key).decode(), 64)
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode()

    def sign(self, text: str) -> SignedStatement:
        answer = self._kms.sign(
            KeyId=self._key_id, Message=message_digest(text), MessageType="DIGEST", SigningAlgorithm=_ALGORITHM
        )
        return SignedStatement(text, answer["Signature"], fingerprint(self.public_key))

    def confirms(self, signed: SignedStatement) -> bool:
        """Whether this key made the signature."""
        try:
            answer = self._kms.verify(
                KeyId=self._key_id,
                Message=message_digest(signed.text),
                MessageType="DIGEST",
                Signature=signed.signature,
                SigningAlgorithm=_ALGORITHM,
            )
        except self._kms.exceptions.KMSInvalidSignatureException:
            return False
        return answer["SignatureValid"]
