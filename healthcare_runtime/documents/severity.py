"""How urgently a held document is announced: the worst of its reasons decides."""

from enum import IntEnum
from typing import Final

from healthcare_runtime.documents.reasons import ReasonCode


class Severity(IntEnum):
    """Severities of alerts, each with a topic of its own."""

    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


_CRITICAL: Final = frozenset(
    {
        ReasonCode.MALWARE_FOUND,
        ReasonCode.MALWARE_SIGNATURE,
        ReasonCode.FRAUD_RISK,
        ReasonCode.RESIDUAL_PHI,
        ReasonCode.AUDIT_FAILED,
    }
)
_HIGH: Final = frozenset(
    {
        ReasonCode.ARCHIVE,
        ReasonCode.COMPLIANCE_RULE,
        ReasonCode.CONSENT_DENIED,
        ReasonCode.CONSENT_UNAVAILABLE,
        ReasonCode.MALWARE_UNKNOWN,
        ReasonCode.NAME_UNSAFE,
        ReasonCode.NAME_WITH_PHI,
        ReasonCode.PATIENT_CONTRADICTED,
        ReasonCode.PATIENT_SEVERAL,
        ReasonCode.REVIEW_EXPIRED,
        ReasonCode.STEP_FAILED,
        ReasonCode.XML_ENTITY,
    }
)


def severity_of(reasons: tuple[str, ...]) -> Severity:
    """The severity of a document's reasons; without any it is MEDIUM."""
    found = {ReasonCode(reason) for reason in reasons}
    if found & _CRITICAL:
        return Severity.CRITICAL
    return Severity.HIGH if found & _HIGH else Severity.MEDIUM
