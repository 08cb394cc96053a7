"""Text inside of FHIR strings: XHTML of narratives, and attachments in base64."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from healthcare_runtime.documents.formats.codes import is_code
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.json_tree import JsonKind, JsonNode, decoded
from healthcare_runtime.documents.formats.limits import MAXIMUM_ATTACHMENT
from healthcare_runtime.documents.formats.unescaping import through
from healthcare_runtime.documents.formats.xml_scan import TokenKind, XmlToken, scan_xml
from healthcare_runtime.documents.passage import Escape, Jumps, Passage, PassageRole

_MARKUP_WORDS: Final = "xmlns class style colspan rowspan border width align valign"
_MARKUP_ATTRIBUTES: Final = frozenset(_MARKUP_WORDS.split())
_CHARSET: Final = re.compile(r"charset=\"?([a-z0-9_-]+)")
_NOT_CONTENT: Final = frozenset({TokenKind.COMMENT, TokenKind.INSTRUCTION})


def narrative(source: str, node: JsonNode, path: str) -> list[Passage] | None:
    """The texts of XHTML in a string; None: it cannot be read, and is dropped."""
    text, jumps = decoded(source, node)
    outer = jumps or ((0, node.start + 1),)
    try:
        tokens = list(scan_xml(text))
    except DocumentDamagedError:
        return None
    return [_in_string(token, outer, path) for token in tokens if _is_read(token)]


def attached_text(source: str, node: JsonNode, parent: JsonNode | None, path: str) -> Passage | None:
    """An attachment's data where its ``contentType`` is UTF-8 text; None: it is dropped."""
    said = parent.member("contentType") if parent is not None else None
    kind = "" if said is None else said.text(source).lower()
    charset = _CHARSET.search(kind)
    is_text = kind.split(";")[0].strip() == "text/plain" and (charset is None or charset[1] in ("utf-8", "us-ascii"))
    data = source[node.start + 1 : node.end - 1]
    if node.kind is not JsonKind.STRING or not is_text or len(data) > MAXIMUM_ATTACHMENT or "\\" in data:
        return None
    try:
        text = base64.b64decode(data, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Passage(
        text=text,
        start=node.start + 1,
        end=node.end - 1,
        role=PassageRole.FREE_TEXT,
        path=path,
        escape=Escape.BASE64,
    )


def _is_read(token: XmlToken) -> bool:
    if token.kind in _NOT_CONTENT:
        return True
    is_markup = token.kind is TokenKind.ATTRIBUTE and token.name in _MARKUP_ATTRIBUTES and is_code(token.text)
    return bool(token.text.strip()) and not is_markup


def _in_string(token: XmlToken, outer: Jumps, path: str) -> Passage:
    jumps = through(token.jumps, token.start, outer)
    dropped = token.kind in _NOT_CONTENT or token.name in ("src", "id")
    return Passage(
        text="" if dropped else token.text,
        start=jumps[0][1],
        end=through(None, token.end, outer)[0][1],
        role=PassageRole.DROP if dropped else PassageRole.FREE_TEXT,
        path=f"{path}/{token.path}",
        escape=Escape.XML_IN_JSON,
        jumps=None if dropped else jumps,
    )
