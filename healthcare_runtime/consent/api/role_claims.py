"""Which IAM roles may say that they treat the patient, or break the glass.

``$decide`` believes its caller about patient, purpose and data: a caller that lies about these gets an answer that
does not fit what it does. Two claims are another matter, for they turn a no into a yes: ``actorRole`` treating-team
(treatment needs no consent, 164.506(c)) and purpose BTG (emergency access, 164.312(a)(2)(ii)). They count only from an
IAM role that the stage's configuration names; from everybody else the question is refused, not answered as if it had
been another.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from healthcare_runtime.consent.api.caller import Caller
from healthcare_runtime.consent.codes import ActorRole, PurposeOfUse
from healthcare_runtime.consent.request import ConsentRequest
from healthcare_runtime.contracts.consent import ConsentVariable
from healthcare_runtime.environment import Settings, TextSet

_ROLE: Final = r"[A-Za-z0-9_+=.@-]{1,64}"
_RULE: Final = "names of IAM roles, separated by commas, or empty"
_CARE: Final = TextSet(ConsentVariable.CONSENT_CARE_ROLES, _ROLE, _RULE)
_EMERGENCY: Final = TextSet(ConsentVariable.CONSENT_EMERGENCY_ROLES, _ROLE, _RULE)


@dataclass(frozen=True, slots=True)
class RoleClaims(Settings):
    """Names of IAM roles of this account; an empty set: nobody."""

    care: Annotated[frozenset[str], _CARE] = frozenset()
    emergency: Annotated[frozenset[str], _EMERGENCY] = frozenset()

    def allow(self, caller: Caller, question: ConsentRequest) -> bool:
        """Whether the caller may claim what the question claims."""
        treats = question.actor_role is ActorRole.TREATING_TEAM
        breaks = question.purpose is PurposeOfUse.BTG or question.break_glass is not None
        return (not treats or caller.role in self.care) and (not breaks or caller.role in self.emergency)
