"""The environment of the document functions, read once at the cold start of each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from healthcare_runtime import aws_names
from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.contracts.documents import DocumentVariable as Variable
from healthcare_runtime.documents.metadata import PURPOSES
from healthcare_runtime.environment import Flag, Number, Settings, Text, Whole, Word
from healthcare_runtime.masking.profile import MaskingProfile

LARGEST_DOCUMENT: Final = 50 * 1024 * 1024

_WORD: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_PROFILE: Final = Word(Variable.MASKING_PROFILE, MaskingProfile)


class MalwareProtection(StrEnum):
    """Who scans what arrives."""

    GUARDDUTY = "guardduty"  # its tag is waited for; the content is searched all the same
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class StepSettings(Settings):
    """What every function of the workflow has: the document table and the audit trail."""

    document_table: Annotated[str, aws_names.table(Variable.DOCUMENT_TABLE)]
    audit: AuditSettings


@dataclass(frozen=True, slots=True)
class Launch(Settings):
    """Where documents arrive and what processes them."""

    raw_bucket: Annotated[str, aws_names.bucket(Variable.RAW_BUCKET)]
    state_machine_arn: Annotated[
        str, aws_names.state_machine(Variable.STATE_MACHINE_ARN, "the ARN of the document state machine")
    ]


@dataclass(frozen=True, slots=True)
class ValidationSettings(Settings):
    """Where to read from, how much at most, and whose verdict about malware counts."""

    raw_bucket: Annotated[str, aws_names.bucket(Variable.RAW_BUCKET)]
    maximum_bytes: Annotated[
        int, Whole(Variable.MAXIMUM_DOCUMENT_BYTES, 20 * 1024 * 1024, minimum=1, maximum=LARGEST_DOCUMENT)
    ]
    malware_protection: Annotated[MalwareProtection, Word(Variable.MALWARE_PROTECTION, MalwareProtection)]


@dataclass(frozen=True, slots=True)
class Disclosure(Settings):
    """To whom masked documents go, and for what where the sender did not say."""

    recipient: Annotated[str, Text(Variable.RECIPIENT, _WORD, "1 to 64 letters, digits and _.-")]
    purpose: Annotated[
        str,
        Text(Variable.PURPOSE_OF_USE, "|".join(sorted(PURPOSES)), "an HL7 v3 PurposeOfUse code, such as HRESCH"),
    ]


@dataclass(frozen=True, slots=True)
class MaskingSettings(Settings):
    """How masking is done and with which key."""

    profile: Annotated[MaskingProfile, _PROFILE]
    key_id: Annotated[str, aws_names.key(Variable.MASKING_KEY_ID, "the id or ARN of the KMS HMAC key")]
    key_version: Annotated[int, Whole(Variable.MASKING_KEY_VERSION, 1, minimum=1, maximum=9_999)]


@dataclass(frozen=True, slots=True)
class RetentionSettings(Settings):
    """How long records are kept; zero years where a stage keeps synthetic ones for days."""

    years: Annotated[int, Whole(Variable.RETENTION_YEARS, 0, minimum=0, maximum=100)]
    profile: Annotated[MaskingProfile, _PROFILE]


@dataclass(frozen=True, slots=True)
class FraudSettings(Settings):
    """The endpoint that scores, and the score from which a document is held."""

    endpoint: Annotated[str, Text(Variable.FRAUD_ENDPOINT_NAME, _WORD, "the name of a SageMaker endpoint")]
    threshold: Annotated[float, Number(Variable.FRAUD_THRESHOLD, 0.9, minimum=0, maximum=1)]


@dataclass(frozen=True, slots=True)
class AlertSettings(Settings):
    """The topics, by severity."""

    critical: Annotated[str, aws_names.topic(Variable.CRITICAL_TOPIC_ARN)]
    high: Annotated[str, aws_names.topic(Variable.HIGH_TOPIC_ARN)]
    medium: Annotated[str, aws_names.topic(Variable.MEDIUM_TOPIC_ARN)]


def bucket(name: Variable, variables: Mapping[str, str] = os.environ) -> str:
    return aws_names.bucket(name).read(variables)


def uses_comprehend_medical(variables: Mapping[str, str] = os.environ) -> bool:
    return Flag(Variable.COMPREHEND_MEDICAL).read(variables)


def sweep_minimum_age(variables: Mapping[str, str] = os.environ) -> int:
    """Seconds after which a document that is not settled is looked at again."""
    return Whole(Variable.SWEEP_MINIMUM_AGE_SECONDS, 900, minimum=0, maximum=7 * 86_400).read(variables)
