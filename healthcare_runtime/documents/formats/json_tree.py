"""JSON with positions: RFC 8259 to the letter, without recursion, refusing what parsers read differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.limits import MAXIMUM_DEPTH, MAXIMUM_NODES
from healthcare_runtime.documents.formats.unescaping import unescape
from healthcare_runtime.documents.passage import Jumps
from healthcare_runtime.documents.reasons import ReasonCode

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_SCALAR: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_ESCAPE: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SIMPLE: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class JsonKind(Enum):
    """What a value is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    SCALAR = "scalar"


@dataclass(slots=True)
class JsonNode:
    """A value and where it stands: quotes and brackets included."""

    kind: JsonKind
    start: int
    end: int = 0
    key: str = ""
    """Of an object's member."""
    key_start: int = -1
    children: list[JsonNode] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Where the member begins, or the value where it is none."""
        return self.start if self.key_start < 0 else self.key_start

    def member(self, key: str) -> JsonNode | None:
        return next((child for child in self.children if child.key == key), None)

    def text(self, source: str) -> str:
        """The decoded string, empty for other values."""
        return decoded(source, self)[0] if self.kind is JsonKind.STRING else ""


def parse_json(source: str) -> list[JsonNode]:
    """The values of a JSON text; more than one where each has a line (NDJSON).

    Raises
    ------
    DocumentDamagedError
        JSON_DAMAGED: no JSON, too deep, or a key twice in one object. TOO_LARGE: too many values.
    """
    values: list[JsonNode] = []
    at = _blank(source, 0)
    while at < len(source):
        root = _value(source, at)
        values.append(root)
        at = _blank(source, root.end)
    if not values:
        raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
    return values


def decoded(source: str, node: JsonNode) -> tuple[str, Jumps | None]:
    """A string's text, and the way back."""
    return unescape(source, node.start + 1, node.end - 1, _ESCAPE, _character)


def _value(source: str, start: int) -> JsonNode:
    """One value; containers wait on a stack for their end."""
    open_: list[JsonNode] = []
    keys: list[set[str]] = []
    count = 0
    at = start
    while True:
        count += 1
        if count > MAXIMUM_NODES:
            raise DocumentDamagedError(ReasonCode.TOO_LARGE)
        node, at = _begin(source, at, open_[-1] if open_ else None, keys)
        if open_:
            open_[-1].children.append(node)
        if node.kind in (JsonKind.OBJECT, JsonKind.ARRAY):
            if len(open_) >= MAXIMUM_DEPTH:
                raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
            at = _blank(source, at)
            if source[at : at + 1] != _closing(node):
                open_.append(node)
                keys.append(set())
                continue
            at += 1
            node.end = at
        while open_:
            at = _blank(source, at)
            mark = source[at : at + 1]
            if mark == ",":
                at = _blank(source, at + 1)
                break
            if mark != _closing(open_[-1]):
                raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
            at += 1
            node = open_.pop()
            keys.pop()
            node.end = at
        else:
            return node


def _begin(source: str, at: int, parent: JsonNode | None, keys: list[set[str]]) -> tuple[JsonNode, int]:
    """A value's node, finished unless it is a container, and where reading goes on."""
    key, key_start = "", -1
    if parent is not None and parent.kind is JsonKind.OBJECT:
        key_node = _string(source, at)
        key, key_start = key_node.text(source), at
        if key in keys[-1]:
            raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
        keys[-1].add(key)
        at = _blank(source, key_node.end)
        if source[at : at + 1] != ":":
            raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
        at = _blank(source, at + 1)
    mark = source[at : at + 1]
    if mark in ("{", "["):
        kind = JsonKind.OBJECT if mark == "{" else JsonKind.ARRAY
        return JsonNode(kind, at, key=key, key_start=key_start), at + 1
    if mark == '"':
        node = _string(source, at)
        node.key, node.key_start = key, key_start
        return node, node.end
    match = _SCALAR.match(source, at)
    if match is None:
        raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
    return JsonNode(JsonKind.SCALAR, at, match.end(), key, key_start), match.end()


def _string(source: str, at: int) -> JsonNode:
    match = _STRING.match(source, at)
    if match is None:
        raise DocumentDamagedError(ReasonCode.JSON_DAMAGED)
    return JsonNode(JsonKind.STRING, at, match.end())


def _character(match: re.Match[str]) -> str:
    escape = match[0]
    if escape[1] != "u":
        return _SIMPLE.get(escape[1], escape[1])
    code = int(escape[2:6], 16)
    if len(escape) > 6:
        return chr(0x10000 + ((code - 0xD800) << 10) + int(escape[8:12], 16) - 0xDC00)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _blank(source: str, at: int) -> int:
    match = _BLANK.match(source, at)
    return match.end() if match else at


def _closing(node: JsonNode) -> str:
    return "}" if node.kind is JsonKind.OBJECT else "]"


def walk(root: JsonNode) -> Iterator[JsonNode]:
    """Every value below, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))
