"""API Gateway's Lambda proxy events, as typed requests and answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypedDict
from urllib.parse import unquote

from healthcare_runtime.consent.api.caller import Caller
from healthcare_runtime.consent.api.outcome import ApiFault
from healthcare_runtime.consent.strict_json import MAXIMUM_BYTES

FHIR_JSON: Final = "application/fhir+json"
_JSON_TYPES: Final = frozenset({FHIR_JSON, "application/json", "application/json+fhir"})
_ANY_TYPES: Final = _JSON_TYPES | {"*/*", "application/*"}
_DOMAIN: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_STAGE: Final = re.compile(r"(/[A-Za-z0-9_-]{1,128})*")
_CHARACTERS_OF_BODY: Final = MAXIMUM_BYTES * 4 // 3 + 4


class ProxyAnswer(TypedDict):
    """What API Gateway makes an HTTP response of."""

    statusCode: int
    headers: dict[str, str]
    body: str
    isBase64Encoded: bool


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request; header names are in lower case, ``query`` has one value a name."""

    caller: Caller
    method: str
    path: str
    base_url: str  # without a slash at its end; empty when the event does not tell
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Self:
        """Read a proxy event.

        Raises
        ------
        ApiFault
            Nobody is named as the caller, a parameter comes twice, or the body is too large or no base64.
        """
        caller = Caller.parse(event.get("requestContext"))
        path = unquote(_text(event, "path"))
        headers = {name.lower(): value for name, value in _texts(event, "headers").items()}
        return cls(
            caller=caller,
            method=_text(event, "httpMethod").upper(),
            path=path,
            base_url=_base_url(event, _text(event, "path")),
            headers=headers,
            query=_query(event),
            body=_body(event),
        )

    def require_json(self) -> None:
        """Refuse a body in another format than FHIR JSON in UTF-8.

        Raises
        ------
        ApiFault
            415.
        """
        kind, _, parameters = self.headers.get("content-type", "").lower().partition(";")
        charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2].partition(";")[0]
        if kind.strip() not in _JSON_TYPES or charset not in ("", "utf-8"):
            raise ApiFault(415, "not-supported", f"Content-Type must be {FHIR_JSON}")

    def require_json_accepted(self) -> None:
        """Refuse a client that takes no JSON.

        Raises
        ------
        ApiFault
            406.
        """
        accepted = self.headers.get("accept", "") or "*/*"
        kinds = {kind.partition(";")[0].strip().lower() for kind in accepted.split(",")}
        if not kinds & _ANY_TYPES:
            raise ApiFault(406, "not-supported", f"Accept must allow {FHIR_JSON}")


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """An answer with a FHIR resource, given as JSON text."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_proxy(self) -> ProxyAnswer:
        headers = {
            "Content-Type": f"{FHIR_JSON}; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **self.headers,
        }
        return {"statusCode": self.status, "headers": headers, "body": self.body, "isBase64Encoded": False}


def _query(event: Mapping[str, object]) -> dict[str, str]:
    found = _texts(event, "queryStringParameters")
    several = event.get("multiValueQueryStringParameters")
    if isinstance(several, Mapping):
        for name, values in several.items():
            if isinstance(values, list) and len(values) > 1:
                raise ApiFault(400, "value", "a search parameter must come once")
            if isinstance(name, str) and isinstance(values, list) and values and isinstance(values[0], str):
                found.setdefault(name, values[0])
    return found


def _body(event: Mapping[str, object]) -> bytes:
    text = _text(event, "body")
    encoded = event.get("isBase64Encoded") is True
    if len(text) > (_CHARACTERS_OF_BODY if encoded else MAXIMUM_BYTES):
        raise _too_large()
    try:
        body = base64.b64decode(text, validate=True) if encoded else text.encode("utf-8")
    except (binascii.Error, ValueError):
        raise ApiFault(400, "structure", "the body must be JSON in UTF-8") from None
    if len(body) > MAXIMUM_BYTES:
        raise _too_large()
    return body


def _too_large() -> ApiFault:
    return ApiFault(413, "too-long", f"the body must have at most {MAXIMUM_BYTES} bytes")


def _base_url(event: Mapping[str, object], path: str) -> str:
    """``https://{domain}/{stage}``, as the client sees it."""
    context = event.get("requestContext")
    if not isinstance(context, Mapping):
        return ""
    domain, whole = _text(context, "domainName"), _text(context, "path")
    stage = whole.removesuffix(path) if path and whole.endswith(path) else ""
    known = _DOMAIN.fullmatch(domain) is not None and _STAGE.fullmatch(stage) is not None
    return f"https://{domain}{stage}" if known else ""


def _text(mapping: Mapping[str, object], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


def _texts(event: Mapping[str, object], name: str) -> dict[str, str]:
    value = event.get(name)
    if not isinstance(value, Mapping):
        return {}
    return {key: text for key, text in value.items() if isinstance(key, str) and isinstance(text, str)}
