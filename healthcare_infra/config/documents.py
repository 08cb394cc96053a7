"""The document pipeline of a stage: what is accepted, how it is masked and scored, how long a reviewer may take."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from healthcare_infra.config.checks import require, require_between

MaskingProfile = Literal["safe-harbor", "limited"]
MalwareProtection = Literal["guardduty", "content"]
FraudServing = Literal["serverless", "instances"]

_LABEL: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PURPOSE: Final = re.compile(r"[A-Z][A-Z0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsConfig:
    """The pipeline from a raw document to its masked copy (seed 004, processing flow).

    ``recipient`` and ``masking_key_version`` decide the pseudonyms: another value gives every patient another one.
    """

    maximum_document_bytes: int = 20_000_000
    purpose_of_use: str = "HRESCH"
    """Of documents that name none (HL7 v3 PurposeOfUse)."""
    recipient: str = "analytics"
    masking_profile: MaskingProfile = "safe-harbor"
    masking_key_version: int = 1
    retention_years: int = 7
    """How long the stage keeps documents, which the compliance rules compare with the law (seed 004, step 4)."""
    malware_protection: MalwareProtection = "guardduty"
    """``guardduty``: a document waits for its scan. ``content``: only what the validation itself recognises."""
    comprehend_medical: bool = True
    """Whether English text goes to Comprehend Medical too; its findings are united with our own."""
    fraud_threshold: float = 0.8
    fraud_serving: FraudServing = "serverless"
    fraud_instance_type: str = "ml.m5.large"
    fraud_instances: int = 1
    review_timeout_days: int = 14
    """A reviewer who does not decide by then is escalated; the document stays in quarantine."""
    sweep_interval_minutes: int = 5
    sweep_minimum_age_seconds: int = 1_800
    """Above the half hour that a document may wait for its malware scan."""
    work_days: int = 30
    """How long extractions, which hold PHI, are kept between the steps."""

    def __post_init__(self) -> None:
        # The body is read into memory of the smallest function, and Comprehend Medical is paid by the character.
        require_between("documents.maximum_document_bytes", self.maximum_document_bytes, 1, 50_000_000)
        require(
            _PURPOSE.fullmatch(self.purpose_of_use) is not None,
            "documents.purpose_of_use",
            self.purpose_of_use,
            "a code of HL7 v3 PurposeOfUse, such as HRESCH",
        )
        mend = "1 to 40 lower-case letters, digits and hyphens, such as analytics"
        require(_LABEL.fullmatch(self.recipient) is not None, "documents.recipient", self.recipient, mend)
        require_between("documents.masking_key_version", self.masking_key_version, 1, 9_999)
        for name, choices in (
            ("masking_profile", get_args(MaskingProfile)),
            ("malware_protection", get_args(MalwareProtection)),
            ("fraud_serving", get_args(FraudServing)),
        ):
            value = getattr(self, name)
            require(value in choices, f"documents.{name}", value, " or ".join(choices))
        require_between("documents.retention_years", self.retention_years, 1, 100)
        require(0 < self.fraud_threshold < 1, "documents.fraud_threshold", self.fraud_threshold, "between 0 and 1")
        require_between("documents.fraud_instances", self.fraud_instances, 1, 20)
        require_between("documents.review_timeout_days", self.review_timeout_days, 1, 90)
        require_between("documents.sweep_interval_minutes", self.sweep_interval_minutes, 1, 60)
        require_between("documents.sweep_minimum_age_seconds", self.sweep_minimum_age_seconds, 1, 86_400)
        require_between("documents.work_days", self.work_days, 1, 90)
