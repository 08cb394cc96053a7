"""Who calls: the IAM principal that API Gateway has authenticated, and the role that it acts in."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from healthcare_runtime.consent.api.outcome import ApiFault

# What an audit event takes as its agent: the alphabet of ARNs of roles and users, without the odder paths of users.
_PRINCIPAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+=,-]{0,255}")
# IAM user guide, "IAM identifiers": the ARN of a session has no path, so that the name is unique within its account.
_SESSION: Final = re.compile(
    r"arn:aws[a-z-]*:sts::(?P<account>[0-9]{12}):assumed-role/(?P<role>[A-Za-z0-9_+=,.@-]{1,64})/[A-Za-z0-9_+=,.@-]+"
)
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_=/+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind one request.

    Attributes
    ----------
    principal
        ARN of the principal; its unique id where the ARN has other characters than an audit event takes.
    role
        Name of the IAM role of this account that the principal acts in; empty: a user, or another account's role.
    call
        Our own name of this request. The caller has no part in it: an audit event under an id that a caller can choose
        could be suppressed by choosing one that is there already.
    request_id
        API Gateway's extended id, which the access log has too and no caller can set; empty where there is none.
    """

    principal: str
    role: str
    call: str
    request_id: str

    @classmethod
    def parse(cls, context: object) -> Self:
        """Read ``requestContext`` of a proxy event.

        Raises
        ------
        ApiFault
            403: nobody is named. With IAM on every method that does not happen; without a name nothing is answered.
        """
        values = context if isinstance(context, Mapping) else {}
        identity = values.get("identity")
        named = identity if isinstance(identity, Mapping) else {}
        arn = _matching(_PRINCIPAL, named.get("userArn"))
        principal = arn or _matching(_PRINCIPAL, named.get("caller"))
        if not principal:
            raise ApiFault(403, "forbidden", "not allowed")
        session = _SESSION.fullmatch(arn)
        own = session is not None and session["account"] == values.get("accountId")
        return cls(
            principal=principal,
            role=session["role"] if session is not None and own else "",
            call=str(uuid.uuid4()),
            request_id=_matching(_REQUEST_ID, values.get("extendedRequestId")),
        )


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
