"""Keys of masking: one KMS HMAC key, a subkey per recipient and version, a random salt per patient and recipient."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Final, Protocol

from healthcare_runtime.masking.keyed_choice import KeyedChoice

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

SALT_BYTES: Final = 32
_CONTEXT: Final = "healthcare-platform/masking"


class SubkeySource(Protocol):
    """Where subkeys come from."""

    def subkey(self, recipient: str, purpose: str, version: str) -> bytes:
        """32 bytes, the same for the same arguments, unrelated for others."""
        ...


class KmsSubkeys:
    """Subkeys by ``GenerateMac``: the key never leaves KMS, and a process asks once per subkey.

    Rotation: another version. Shredding everything a recipient got: delete the KMS key of that time.
    """

    def __init__(self, kms: KMSClient, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id
        self._known: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def subkey(self, recipient: str, purpose: str, version: str) -> bytes:
        """Derive the subkey; errors of KMS pass through."""
        parts = (_CONTEXT, recipient, purpose, version)
        message = "|".join(f"{len(part)}:{part}" for part in parts)
        with self._lock:
            if message not in self._known:
                answer = self._kms.generate_mac(
                    KeyId=self._key_id, Message=message.encode(), MacAlgorithm="HMAC_SHA_256"
                )
                self._known[message] = answer["Mac"]
            return self._known[message]


class PatientSalts:
    """Random salts, one per patient and recipient, in a DynamoDB table whose partition key is ``documentId``.

    The salt is what makes a code one that is "not derived from information about the individual" (164.514(c)).
    Without the subkey it is of no use, nor is the subkey without it: deleting the item ends all links to a patient.
    """

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def salt(self, patient: str, recipient: str, subkey: bytes) -> bytes:
        """The patient's salt, drawn at the first call. Of two callers at once both get the same."""
        owner = KeyedChoice(subkey).digest("salt-owner", f"{len(recipient)}|{recipient}|{patient}").hex()
        key = {"documentId": {"S": f"salt#{owner}"}}
        found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        if "Item" in found:
            return bytes.fromhex(found["Item"]["salt"]["S"])
        drawn = secrets.token_bytes(SALT_BYTES)
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**key, "salt": {"S": drawn.hex()}},
                ConditionExpression="attribute_not_exists(documentId)",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
            return bytes.fromhex(found["Item"]["salt"]["S"])
        return drawn
