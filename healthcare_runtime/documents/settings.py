"""The environment of the document functions, read once at the cold start of each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.contracts.documents import DocumentVariable
from healthcare_runtime.documents.metadata import PURPOSES
from healthcare_runtime.environment import Environment
from healthcare_runtime.masking.profile import MaskingProfile

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_TABLE: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_STATE_MACHINE: Final = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}")
_TOPIC: Final = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
_KEY: Final = re.compile(r"[A-Za-z0-9:/_-]{1,2048}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FLAG: Final = re.compile("true|false")
_PROFILE: Final = re.compile("|".join(MaskingProfile))
_PURPOSE: Final = re.compile("|".join(sorted(PURPOSES)))

LARGEST_DOCUMENT: Final = 50 * 1024 * 1024


class MalwareProtection(StrEnum):
    """Who scans what arrives."""

    GUARDDUTY = "guardduty"  # its tag is waited for; the content is searched all the same
    CONTENT = "content"


_MALWARE: Final = re.compile("|".join(MalwareProtection))


@dataclass(frozen=True, slots=True)
class StepSettings:
    """What every function of the workflow has: the document table and the audit trail."""

    document_table: str
    audit: AuditSettings

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            environment.text(DocumentVariable.DOCUMENT_TABLE, _TABLE, "a DynamoDB table name"),
            AuditSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class Launch:
    """Where documents arrive and what processes them."""

    raw_bucket: str
    state_machine_arn: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        return cls(
            bucket(DocumentVariable.RAW_BUCKET, variables),
            Environment(variables).text(
                DocumentVariable.STATE_MACHINE_ARN, _STATE_MACHINE, "the ARN of the document state machine"
            ),
        )


@dataclass(frozen=True, slots=True)
class ValidationSettings:
    """Where to read from, how much at most, and whose verdict about malware counts."""

    raw_bucket: str
    maximum_bytes: int
    malware_protection: MalwareProtection

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            bucket(DocumentVariable.RAW_BUCKET, variables),
            environment.integer(
                DocumentVariable.MAXIMUM_DOCUMENT_BYTES, 20 * 1024 * 1024, minimum=1, maximum=LARGEST_DOCUMENT
            ),
            MalwareProtection(
                environment.text(DocumentVariable.MALWARE_PROTECTION, _MALWARE, "one of guardduty, content")
            ),
        )


@dataclass(frozen=True, slots=True)
class Disclosure:
    """To whom masked documents go, and for what where the sender did not say."""

    recipient: str
    purpose: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            environment.text(DocumentVariable.RECIPIENT, _WORD, "1 to 64 letters, digits and _.-"),
            environment.text(DocumentVariable.PURPOSE_OF_USE, _PURPOSE, "an HL7 v3 PurposeOfUse code, such as HRESCH"),
        )


@dataclass(frozen=True, slots=True)
class MaskingSettings:
    """How masking is done and with which key."""

    profile: MaskingProfile
    key_id: str
    key_version: int

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            profile(variables),
            environment.text(DocumentVariable.MASKING_KEY_ID, _KEY, "the id or ARN of the KMS HMAC key"),
            environment.integer(DocumentVariable.MASKING_KEY_VERSION, 1, minimum=1, maximum=9_999),
        )


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long records are kept; zero years where a stage keeps synthetic ones for days."""

    years: int
    profile: MaskingProfile

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        years = Environment(variables).integer(DocumentVariable.RETENTION_YEARS, 0, minimum=0, maximum=100)
        return cls(years, profile(variables))


@dataclass(frozen=True, slots=True)
class FraudSettings:
    """The endpoint that scores, and the score from which a document is held."""

    endpoint: str
    threshold: float

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            environment.text(DocumentVariable.FRAUD_ENDPOINT_NAME, _WORD, "the name of a SageMaker endpoint"),
            environment.number(DocumentVariable.FRAUD_THRESHOLD, 0.9, minimum=0, maximum=1),
        )


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The topics, by severity."""

    critical: str
    high: str
    medium: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        critical, high, medium = (
            environment.text(name, _TOPIC, "the ARN of an SNS topic")
            for name in (
                DocumentVariable.CRITICAL_TOPIC_ARN,
                DocumentVariable.HIGH_TOPIC_ARN,
                DocumentVariable.MEDIUM_TOPIC_ARN,
            )
        )
        return cls(critical, high, medium)


def bucket(name: DocumentVariable, variables: Mapping[str, str] = os.environ) -> str:
    return Environment(variables).text(name, _BUCKET, "an S3 bucket name")


def uses_comprehend_medical(variables: Mapping[str, str] = os.environ) -> bool:
    flag = Environment(variables).text(DocumentVariable.COMPREHEND_MEDICAL, _FLAG, "true or false")
    return flag == "true"


def sweep_minimum_age(variables: Mapping[str, str] = os.environ) -> int:
    """Seconds after which a document that is not settled is looked at again."""
    name = DocumentVariable.SWEEP_MINIMUM_AGE_SECONDS
    return Environment(variables).integer(name, 900, minimum=0, maximum=7 * 86_400)


def profile(variables: Mapping[str, str] = os.environ) -> MaskingProfile:
    rule = f"one of {', '.join(MaskingProfile)}"
    return MaskingProfile(Environment(variables).text(DocumentVariable.MASKING_PROFILE, _PROFILE, rule))
