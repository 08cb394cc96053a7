"""Stages that depart from the usual ones in ways that do not touch each other: one synthesis serves several tests."""

from dataclasses import replace
from typing import Final

from healthcare_infra.config import (
    ConsentConfig,
    DatabaseConfig,
    DocumentAlertAddresses,
    DocumentsConfig,
    RetentionConfig,
    load_stage,
)

DEV: Final = replace(
    load_stage("dev"),
    alert_addresses=("on-call@example.org",),
    document_alert_addresses=DocumentAlertAddresses(
        critical=("critical@example.org",), high=("high@example.org",), medium=("medium@example.org",)
    ),
    consent=ConsentConfig(
        requests_per_second=7,
        burst=9,
        requests_per_address=77,
        managed_rules="count",
        care_roles=("WardTeam", "ClinicTeam"),
        emergency_roles=("EmergencyTeam",),
    ),
    database=DatabaseConfig(minimum_capacity=0),
    documents=replace(load_stage("dev").documents, comprehend_medical=False),
)
STAGING: Final = replace(
    load_stage("staging"),
    database=DatabaseConfig(minimum_capacity=0.5),
    documents=DocumentsConfig(review_timeout_days=3),
    retention=RetentionConfig(
        noncurrent_version_days=11,
        incomplete_upload_days=2,
        access_log_days=400,
        dicom_infrequent_access_days=None,
        results_days=99,
    ),
)
PRODUCTION: Final = replace(
    load_stage("production"), documents=DocumentsConfig(work_days=12), retention=RetentionConfig(staging_days=3)
)
