"""The audit trail."""

from enum import StrEnum


class AuditVariable(StrEnum):
    """Environment of everything that writes or signs the audit trail."""

    AUDIT_TABLE = "AUDIT_TABLE"
    AUDIT_BUCKET = "AUDIT_BUCKET"
    AUDIT_SHARDS = "AUDIT_SHARDS"
    AUDIT_SIGNING_KEY_ID = "AUDIT_SIGNING_KEY_ID"  # KMS, ECC_NIST_P256, SIGN_VERIFY


class AuditAttribute(StrEnum):
    """Keys of the audit table: partition ``shard`` (text), sort ``position`` (number)."""

    SHARD = "shard"
    POSITION = "position"
