"""What API Gateway answers by itself, before or instead of the function: FHIR OperationOutcomes without hints.

A client of a FHIR API reads every fault in one way (R4, RESTful API, "Status Codes"), and whoever is not let in learns
nothing: one text for a wrong signature, an expired token and a path that is not there.
"""

import json
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_apigateway as apigateway

_FHIR_JSON: Final = "application/fhir+json"
_RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class GatewayFault:
    """One answer. ``code`` is of R4's required binding ``issue-type``; ``status`` None: whatever API Gateway says."""

    status: int | None
    code: str
    diagnostics: str
    again: bool = False

    @property
    def headers(self) -> dict[str, str]:
        fixed = {"Content-Type": _FHIR_JSON, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        retry = {"Retry-After": str(_RETRY_SECONDS)} if self.again else {}
        return {name: f"'{value}'" for name, value in {**fixed, **retry}.items()}

    @property
    def body(self) -> str:
        issue = {"severity": "error", "code": self.code, "diagnostics": self.diagnostics}
        return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]})


_NOT_ALLOWED: Final = GatewayFault(403, "forbidden", "not allowed")
_LATER: Final = GatewayFault(None, "transient", "an error on our side: try again", again=True)

# API Gateway developer guide, "Gateway response types"; a type that is not here falls to DEFAULT_4XX or DEFAULT_5XX.
FAULTS: Final = {
    "UNAUTHORIZED": GatewayFault(401, "login", "not signed"),
    "ACCESS_DENIED": _NOT_ALLOWED,
    "EXPIRED_TOKEN": _NOT_ALLOWED,
    "INVALID_SIGNATURE": _NOT_ALLOWED,
    "MISSING_AUTHENTICATION_TOKEN": _NOT_ALLOWED,  # also what a path or a method gets that the API does not have
    "WAF_FILTERED": _NOT_ALLOWED,
    "RESOURCE_NOT_FOUND": GatewayFault(404, "not-found", "no such path"),
    # The guide says that this one cannot be customised yet: until then a body above 10 MB gets the words of AWS.
    "REQUEST_TOO_LARGE": GatewayFault(413, "too-long", "the body is too large"),
    "UNSUPPORTED_MEDIA_TYPE": GatewayFault(415, "not-supported", f"Content-Type must be {_FHIR_JSON}"),
    "THROTTLED": GatewayFault(429, "throttled", "too many requests: try again", again=True),
    "QUOTA_EXCEEDED": GatewayFault(429, "throttled", "too many requests: try again", again=True),
    "INTEGRATION_FAILURE": _LATER,
    "INTEGRATION_TIMEOUT": _LATER,
    "DEFAULT_4XX": GatewayFault(None, "processing", "the request cannot be served"),
    "DEFAULT_5XX": _LATER,
}


def speak_fhir(api: apigateway.RestApi) -> None:
    """Give an API these answers."""
    for kind, fault in FAULTS.items():
        api.add_gateway_response(
            f"Fault{kind.title().replace('_', '')}",
            type=apigateway.ResponseType.of(kind),
            status_code=None if fault.status is None else str(fault.status),
            response_headers=fault.headers,
            # API Gateway picks by the Accept header, and application/json where none fits.
            templates={"application/json": fault.body, _FHIR_JSON: fault.body},
        )
