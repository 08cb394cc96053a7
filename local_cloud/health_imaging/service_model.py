"""Requests and answers in the shapes of botocore's own ``medical-imaging`` model (protocol rest-json).

Routing, where each parameter travels (path, query, header, body), the constraints and the error codes all come from the
model that boto3 uses, so that the two cannot disagree.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from local_cloud.health_imaging import constraints
from local_cloud.health_imaging.errors import ServiceError, not_found, validation
from local_cloud.health_imaging.json_types import JsonObject, JsonValue

_SERVICE = "medical-imaging"
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Blob:
    """An answer whose payload is bytes, with its headers (content type, content encoding)."""

    body: bytes
    content_type: str
    content_encoding: str | None = None


@dataclass(frozen=True)
class Call:
    """One request, parsed and checked: the operation's name and its parameters."""

    operation: str
    parameters: JsonObject


@lru_cache(maxsize=1)
def model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model(_SERVICE, "service-2"), _SERVICE)


def parse(method: str, path: str, query: str, body: bytes) -> Call:
    """Read a request as the operation that the model has at this method and path.

    Raises
    ------
    ServiceError
        ResourceNotFoundException for an unknown route, ValidationException for a value that breaks the model.
    """
    for route in _routes():
        found = route.pattern.fullmatch(path) if route.method == method else None
        if found is not None:
            uri = {name: unquote(value) for name, value in found.groupdict().items()}
            parameters = _parameters(route.operation, uri, query, body)
            shape = route.operation.input_shape
            if shape is not None:
                constraints.check(shape, parameters)
            return Call(route.operation.name, parameters)
    raise not_found("The operation")


def answer(operation: str, result: JsonObject | Blob) -> Answer:
    """Write what an operation returned."""
    if isinstance(result, Blob):
        headers = {"Content-Type": result.content_type}
        if result.content_encoding:
            headers["Content-Encoding"] = result.content_encoding
        return Answer(200, headers, result.body)
    status = int(model().operation_model(operation).http.get("responseCode", 200))
    kept = {name: value for name, value in result.items() if value is not None}
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(kept).encode())


def fault(error: ServiceError) -> Answer:
    """Write an error with the status that the model gives its shape."""
    shape = model().shape_for(error.code)
    status = int(shape.metadata.get("error", {}).get("httpStatusCode", 500))
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error.code}
    return Answer(status, headers, json.dumps({"message": error.message}).encode())


def is_error(code: str) -> bool:
    return code in model().shape_names and bool(model().shape_for(code).metadata.get("exception"))


@dataclass(frozen=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    operation: OperationModel


@lru_cache(maxsize=1)
def _routes() -> tuple[_Route, ...]:
    routes = []
    for name in model().operation_names:
        operation = model().operation_model(name)
        template = operation.http["requestUri"]
        # An ARN holds slashes; a proxy on the way may have decoded them.
        segment = ".+" if template.startswith("/tags/") else "[^/]+"
        parts = _PARAMETER.split(template)
        pattern = "".join(
            re.escape(part) if position % 2 == 0 else f"(?P<{part}>{segment})" for position, part in enumerate(parts)
        )
        routes.append(_Route(operation.http["method"], re.compile(pattern), operation))
    return tuple(routes)


def _parameters(operation: OperationModel, uri: Mapping[str, str], query: str, body: bytes) -> JsonObject:
    shape = operation.input_shape
    if shape is None:
        return {}
    document = _document(body)
    values = parse_qs(query, keep_blank_values=True, max_num_fields=300)
    payload = shape.serialization.get("payload")
    parameters: JsonObject = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri":
                parameters[name] = uri[wire]
            case "querystring":
                if wire in values:
                    parameters[name] = _from_query(member, values[wire])
            case None if name == payload:
                if document is not None:
                    parameters[name] = _from_body(member, document)
            case None if payload is None:
                if isinstance(document, dict) and document.get(wire) is not None:
                    parameters[name] = _from_body(member, document[wire])
            case _:
                pass
    return parameters


def _document(body: bytes) -> JsonValue:
    if not body:
        return None
    try:
        document: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        raise validation("The request body is not JSON") from None
    return document


def _from_query(shape: Shape, values: list[str]) -> JsonValue:
    if isinstance(shape, ListShape):
        return list(values)
    text = values[0]
    if shape.type_name == "boolean" and text in {"true", "false"}:
        return text == "true"
    if shape.type_name == "integer" and re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    return text


def _from_body(shape: Shape, value: JsonValue) -> JsonValue:
    """Bring a body value to one form: blobs as text, timestamps as epoch seconds."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _from_body(member, value[wire])
            for name, member in shape.members.items()
            if value.get(wire := member.serialization.get("name", name)) is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_from_body(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _from_body(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise validation(f"{shape.name}: not base64 of UTF-8 text") from None
    if shape.type_name == "timestamp" and isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            raise validation(f"{shape.name}: not a date-time") from None
    return value
