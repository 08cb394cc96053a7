"""How long what a bucket holds stays, and how long nobody can shorten the audit trail."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from healthcare_infra.config import AuditConfig, DocumentsConfig, RetentionConfig
from healthcare_runtime.contracts.imaging import STAGING_PREFIX


def dicom_lifecycle(retention: RetentionConfig) -> tuple[s3.LifecycleRule, ...]:
    """Copies made for one import job expire; received instances move to a cheaper class and stay."""
    rules = [
        s3.LifecycleRule(id="staged-copies", prefix=STAGING_PREFIX, expiration=Duration.days(retention.staging_days))
    ]
    if retention.dicom_infrequent_access_days is not None:
        rules.append(
            s3.LifecycleRule(
                id="received-instances",
                transitions=[
                    s3.Transition(
                        storage_class=s3.StorageClass.INFREQUENT_ACCESS,
                        transition_after=Duration.days(retention.dicom_infrequent_access_days),
                    )
                ],
            )
        )
    return tuple(rules)


def results_lifecycle(retention: RetentionConfig) -> tuple[s3.LifecycleRule, ...]:
    """Import results are evidence of what was stored: kept unless the stage says how long."""
    if retention.results_days is None:
        return ()
    return (s3.LifecycleRule(id="results", expiration=Duration.days(retention.results_days)),)


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
