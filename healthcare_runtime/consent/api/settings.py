"""What the Consent API needs besides its database; read once, at its cold start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.consent.api.role_claims import RoleClaims
from healthcare_runtime.contracts.consent import ConsentVariable
from healthcare_runtime.contracts.documents import DocumentVariable
from healthcare_runtime.environment import Environment

_TOPIC: Final = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
_ROLE: Final = r"[A-Za-z0-9_+=.@-]{1,64}"
_ROLES: Final = re.compile(rf"({_ROLE}(,{_ROLE})*)?")


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where events are kept, who hears of a broken glass, and whose word counts for what."""

    audit: AuditSettings
    critical_topic: str
    claims: RoleClaims

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Read the variables of the function.

        Raises
        ------
        EnvironmentFaultError
            One is missing or cannot work; the text is one line.
        """
        environment = Environment(variables)
        return cls(
            audit=AuditSettings.read(environment),
            critical_topic=environment.text(DocumentVariable.CRITICAL_TOPIC_ARN, _TOPIC, "the ARN of an SNS topic"),
            claims=RoleClaims(
                care=_roles(environment, ConsentVariable.CONSENT_CARE_ROLES),
                emergency=_roles(environment, ConsentVariable.CONSENT_EMERGENCY_ROLES),
            ),
        )


def _roles(environment: Environment, name: ConsentVariable) -> frozenset[str]:
    text = environment.text(name, _ROLES, "names of IAM roles, separated by commas, or empty")
    return frozenset(text.split(",")) - {""}
