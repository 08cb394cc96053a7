"""JSON from outside, read strictly: what two parsers could read differently is refused."""

import json
import re
from typing import Final, NoReturn

from healthcare_runtime.consent.faults import ConsentFaultError

MAXIMUM_BYTES: Final = 256 * 1024
MAXIMUM_DEPTH: Final = 48

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # R4 string; PostgreSQL takes no NUL


def read_object(content: bytes) -> tuple[str, dict[str, Json]]:
    """Decode UTF-8 JSON whose top is an object; returns its text and its value.

    Raises
    ------
    ConsentFaultError
        Not UTF-8 or JSON, too large or too deep, a name twice, NaN, an infinite or endless number, a control character.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ConsentFaultError("", f"must have at most {MAXIMUM_BYTES} bytes")
    _refuse_depth(content)
    try:
        text = content.decode("utf-8")
        value: Json = _DECODER.decode(text)
    except ConsentFaultError:
        raise
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise ConsentFaultError("", "must be JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise ConsentFaultError("", "must be a JSON object")
    _refuse_characters(value)
    return text, value


def _refuse_depth(content: bytes) -> None:
    depth = 0
    for found in _BRACKETS.finditer(content):
        if found[0] in b"[{":
            depth += 1
            if depth > MAXIMUM_DEPTH:
                raise ConsentFaultError("", f"must be nested at most {MAXIMUM_DEPTH} deep")
        elif found[0] in b"]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ConsentFaultError("", "must not have the same name twice in one object")
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ConsentFaultError("", "must not have NaN or infinite numbers")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _no_constant(text)
    return value


def _whole(text: str) -> int:
    if len(text) > 19:
        raise ConsentFaultError("", "must not have whole numbers of more than 18 digits")
    return int(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole
)


def _refuse_characters(value: Json) -> None:
    waiting: list[Json] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and _FORBIDDEN.search(item):
            raise ConsentFaultError("", "must not have control characters or half surrogate pairs")
        if isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
