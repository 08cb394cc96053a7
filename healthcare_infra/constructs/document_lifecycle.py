"""How long documents on their way stay, and how long nobody can shorten the audit trail."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from healthcare_infra.config import AuditConfig, DocumentsConfig


def work_lifecycle(documents: DocumentsConfig) -> tuple[s3.LifecycleRule, ...]:
    """Extractions hold PHI and serve one execution: they expire, with every version."""
    return (
        s3.LifecycleRule(
            id="extractions",
            expiration=Duration.days(documents.work_days),
            noncurrent_version_expiration=Duration.days(1),
        ),
    )


def audit_lock(audit: AuditConfig) -> s3.ObjectLockRetention:
    """164.316(b)(2)(i) asks for six years; seed 004 for seven, immutable."""
    duration = Duration.days(audit.lock_days)
    if audit.lock_mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(duration)
    return s3.ObjectLockRetention.governance(duration)
