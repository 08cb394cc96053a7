"""Consent records and their API."""

from enum import StrEnum
from typing import Final


class ConsentVariable(StrEnum):
    """Environment of everything that reads or writes consent records."""

    CONSENT_DB_HOST = "CONSENT_DB_HOST"
    CONSENT_DB_PORT = "CONSENT_DB_PORT"
    CONSENT_DB_NAME = "CONSENT_DB_NAME"
    CONSENT_DB_USER = "CONSENT_DB_USER"
    CONSENT_DB_AUTHENTICATION = "CONSENT_DB_AUTHENTICATION"  # "iam": token and TLS verify-full; "trust": local only
    CONSENT_DB_CA_FILE = "CONSENT_DB_CA_FILE"  # PEM bundle of the RDS authorities; unset: where the image has it
    CONSENT_DB_ADMIN_SECRET = "CONSENT_DB_ADMIN_SECRET"  # ARN; migrations only  # noqa: S105
    CONSENT_CARE_ROLES = "CONSENT_CARE_ROLES"  # IAM role names (CSV) that may say that they treat; empty: nobody
    CONSENT_EMERGENCY_ROLES = "CONSENT_EMERGENCY_ROLES"  # IAM role names (CSV) that may break the glass; empty: nobody


CONSENT_NAMESPACE: Final = "HealthcarePlatform/Consent"


class ConsentMetric(StrEnum):
    """CloudWatch metrics of the Consent API; a metric filter counts its log lines (dimension: none)."""

    GLASS_ALERTS_FAILED = "GlassAlertsFailed"
