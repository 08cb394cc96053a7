"""The environment of whoever writes, signs or verifies the audit trail."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.environment import Environment

MAXIMUM_SHARDS: Final = 64

_TABLE: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_KEY: Final = re.compile(r"[A-Za-z0-9:/_-]{1,2048}")


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """The table, and over how many chains its events are spread: one chain takes one writer at a time."""

    table: str
    shards: int

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            environment.text(AuditVariable.AUDIT_TABLE, _TABLE, "a DynamoDB table name"),
            environment.integer(AuditVariable.AUDIT_SHARDS, 8, minimum=1, maximum=MAXIMUM_SHARDS),
        )

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        return cls.read(Environment(variables))


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """What the checkpoint function needs besides the trail: the locked bucket and the signing key."""

    audit: AuditSettings
    bucket: str
    signing_key_id: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            AuditSettings.read(environment),
            environment.text(AuditVariable.AUDIT_BUCKET, _BUCKET, "an S3 bucket name"),
            environment.text(AuditVariable.AUDIT_SIGNING_KEY_ID, _KEY, "the id or ARN of the KMS signing key"),
        )


@dataclass(frozen=True, slots=True)
class VerificationSettings:
    """What a verification needs. Without a signing key the public key comes from a file or, weaker, the bucket."""

    audit: AuditSettings
    bucket: str
    signing_key_id: str | None

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        key = variables.get(AuditVariable.AUDIT_SIGNING_KEY_ID)
        return cls(
            AuditSettings.read(environment),
            environment.text(AuditVariable.AUDIT_BUCKET, _BUCKET, "an S3 bucket name"),
            environment.text(AuditVariable.AUDIT_SIGNING_KEY_ID, _KEY, "a KMS key, or unset") if key else None,
        )
