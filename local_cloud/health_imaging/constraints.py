"""Checks of request values against the constraints that botocore models but leaves to the service.

botocore's own client checks types, required members and minimum lengths; patterns, enumerations and maxima are the
service's work, and so is everything for callers that are not boto3.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from local_cloud.health_imaging.errors import validation
from local_cloud.health_imaging.json_types import JsonValue

_SHOWN_FINDINGS = 3


def check(shape: Shape, value: JsonValue) -> None:
    """Refuse a request that breaks the model.

    Raises
    ------
    ServiceError
        ValidationException, worded as AWS does, with the path of each fault and never a value.
    """
    findings = list(_findings(shape, value, ""))
    if findings:
        count = f"{len(findings)} validation error{'s' if len(findings) > 1 else ''} detected"
        raise validation(f"{count}: {'; '.join(findings[:_SHOWN_FINDINGS])}")


def _findings(shape: Shape, value: JsonValue, path: str) -> Iterator[str]:
    where = f"Value at '{path or 'request'}' failed to satisfy constraint: Member must"
    if not _has_type(shape, value):
        yield f"{where} be of type {shape.type_name}"
        return
    yield from (f"{where} {breach}" for breach in _range_breaches(shape, value))
    if isinstance(shape, StringShape) and isinstance(value, str):
        if shape.enum and value not in shape.enum:
            yield f"{where} satisfy enum value set: [{', '.join(shape.enum)}]"
        pattern = shape.metadata.get("pattern")
        if pattern and not _compiled(pattern).fullmatch(value):
            yield f"{where} satisfy regular expression pattern: {pattern}"
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _structure(shape, value, path, where)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _findings(shape.member, item, f"{path}.{index + 1}.member")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, item in value.items():
            yield from _findings(shape.key, key, f"{path}.key")
            yield from _findings(shape.value, item, f"{path}.value")


def _range_breaches(shape: Shape, value: JsonValue) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(value, str | list | dict):
        size: int | float = len(value)
        measure = "length"
    elif isinstance(value, int | float):
        size, measure = value, "value"
    else:
        return
    if low is not None and size < low:
        yield f"have {measure} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"have {measure} less than or equal to {high}"


def _structure(shape: StructureShape, value: dict[str, JsonValue], path: str, where: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_below(path, name)}' failed to satisfy constraint: Member must not be null"
    present = [name for name in shape.members if value.get(name) is not None]
    if shape.is_tagged_union and len(present) != 1:
        yield f"{where} have exactly one of its members set"
    for name in present:
        yield from _findings(shape.members[name], value[name], _below(path, name))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _has_type(shape: Shape, value: JsonValue) -> bool:
    match shape.type_name:
        case "string" | "blob":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "timestamp" | "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "list":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]"))
