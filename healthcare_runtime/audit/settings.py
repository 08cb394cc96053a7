"""The environment of whoever writes, signs or verifies the audit trail."""

from dataclasses import dataclass
from typing import Annotated, Final

from healthcare_runtime import aws_names
from healthcare_runtime.contracts.audit import AuditVariable as Variable
from healthcare_runtime.contracts.documents import DocumentVariable
from healthcare_runtime.environment import OptionalText, Settings, Whole

MAXIMUM_SHARDS: Final = 64
_DOCUMENTS: Final = aws_names.table(DocumentVariable.DOCUMENT_TABLE)


@dataclass(frozen=True, slots=True)
class AuditSettings(Settings):
    """The table, and over how many chains its events are spread: one chain takes one writer at a time."""

    table: Annotated[str, aws_names.table(Variable.AUDIT_TABLE)]
    shards: Annotated[int, Whole(Variable.AUDIT_SHARDS, 8, minimum=1, maximum=MAXIMUM_SHARDS)]


@dataclass(frozen=True, slots=True)
class CheckpointSettings(Settings):
    """What the checkpoint function needs besides the trail: the locked bucket and the signing key."""

    audit: AuditSettings
    bucket: Annotated[str, aws_names.bucket(Variable.AUDIT_BUCKET)]
    signing_key_id: Annotated[str, aws_names.key(Variable.AUDIT_SIGNING_KEY_ID, "the id or ARN of the KMS signing key")]


@dataclass(frozen=True, slots=True)
class VerificationSettings(Settings):
    """What a verification needs. Without a signing key the public key comes from a file or, weaker, the bucket."""

    audit: AuditSettings
    bucket: Annotated[str, aws_names.bucket(Variable.AUDIT_BUCKET)]
    signing_key_id: Annotated[
        str | None, OptionalText(Variable.AUDIT_SIGNING_KEY_ID, aws_names.KEY, "a KMS key, or unset")
    ]
    documents: Annotated[
        str | None, OptionalText(_DOCUMENTS.name, _DOCUMENTS.pattern, f"{_DOCUMENTS.rule}, or unset")
    ] = None
    """The table that remembers the last event of each document; without it a tail may be cut unseen."""
