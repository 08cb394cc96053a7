"""What the Consent API needs besides its database; read once, at its cold start."""

from dataclasses import dataclass
from typing import Annotated

from healthcare_runtime import aws_names
from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.consent.api.role_claims import RoleClaims
from healthcare_runtime.contracts.documents import DocumentVariable
from healthcare_runtime.environment import Settings


@dataclass(frozen=True, slots=True)
class ApiSettings(Settings):
    """Where events are kept, who hears of a broken glass, and whose word counts for what."""

    audit: AuditSettings
    critical_topic: Annotated[str, aws_names.topic(DocumentVariable.CRITICAL_TOPIC_ARN)]
    claims: RoleClaims
