"""XML with positions: expat says whether it is well-formed and declares nothing, then its tokens are found again.

A document type would declare entities, which hide text and multiply (CWE-776), or fetch it (CWE-611): none is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final
from xml.sax import SAXParseException  # the interface; the parser is defusedxml's
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.limits import MAXIMUM_DEPTH, MAXIMUM_NODES
from healthcare_runtime.documents.formats.unescaping import unescape
from healthcare_runtime.documents.passage import Jumps
from healthcare_runtime.documents.reasons import ReasonCode

_DECLARATION: Final = re.compile(r"<\?xml\s[^>]*?\?>")
_ENCODING: Final = re.compile(r"""encoding\s*=\s*(["'])([A-Za-z0-9._-]+)\1""")
_MARKUP: Final = re.compile(
    r"<!--(?P<comment>.*?)-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?(?P<instruction>.*?)\?>|</(?P<close>[^\s>]+)\s*>"
    r"|<(?P<open>[^\s/>]+)(?P<attributes>(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"""([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')""")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class TokenKind(Enum):
    """What a token is. Elements are told by OPEN and CLOSE, attributes follow their OPEN."""

    OPEN = "open"
    CLOSE = "close"
    ATTRIBUTE = "attribute"
    TEXT = "text"
    CDATA = "cdata"
    COMMENT = "comment"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class XmlToken:
    """A piece of the document: of TEXT, CDATA and ATTRIBUTE the content, of others the whole markup."""

    kind: TokenKind
    name: str
    """Local name of the element or attribute."""
    start: int
    end: int
    text: str
    jumps: Jumps | None
    path: str
    """Local names of the open elements."""
    whole: tuple[int, int] = (0, 0)
    """Of an attribute: name and value."""


class _Checker(ContentHandler):
    """Counts elements and their depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self._depth += 1
        self._count += 1 + len(attrs)
        if self._depth > MAXIMUM_DEPTH:
            raise DocumentDamagedError(ReasonCode.XML_DAMAGED)
        if self._count > MAXIMUM_NODES:
            raise DocumentDamagedError(ReasonCode.TOO_LARGE)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._depth -= 1


def in_utf8(text: str) -> str:
    """The text with a declaration that says how it leaves."""
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    said = _ENCODING.search(declaration[0])
    if said is None:
        return text
    return text[: said.start(2)] + "UTF-8" + text[said.end(2) :]


def scan_xml(source: str) -> Iterator[XmlToken]:
    """The tokens of a document, in order.

    Raises
    ------
    DocumentDamagedError
        XML_DAMAGED: not well-formed or too deep. XML_ENTITY: it has a document type. TOO_LARGE: too many elements.
    """
    _check(source)
    open_: list[str] = []
    at = 0
    for match in _MARKUP.finditer(source):
        if match.start() > at:
            yield _text(source, at, match.start(), open_)
        at = match.end()
        path = "/".join(open_)
        start, end = match.span()
        if match["open"] is not None:
            name = _local(match["open"])
            open_.append(name)
            path = "/".join(open_)
            yield XmlToken(TokenKind.OPEN, name, start, end, "", None, path)
            yield from _attributes(source, match, path)
            if match["attributes"].rstrip().endswith("/") or match["open"].endswith("/"):
                open_.pop()
                yield XmlToken(TokenKind.CLOSE, name, end, end, "", None, path)
        elif match["close"] is not None:
            yield XmlToken(TokenKind.CLOSE, open_.pop(), start, end, "", None, path)
        elif match["cdata"] is not None:
            first, last = match.span("cdata")
            yield XmlToken(TokenKind.CDATA, open_[-1] if open_ else "", first, last, match["cdata"], None, path)
        elif match["comment"] is not None:
            yield XmlToken(TokenKind.COMMENT, "", start, end, "", None, path)
        elif not match["instruction"].startswith("xml ") and not match["instruction"].startswith("xml\t"):
            yield XmlToken(TokenKind.INSTRUCTION, "", start, end, "", None, path)


def _check(source: str) -> None:
    body = in_utf8(source).encode("utf-8", "replace")
    try:
        parseString(body, _Checker(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise DocumentDamagedError(ReasonCode.XML_ENTITY) from None
    except DocumentDamagedError:
        raise
    except (SAXParseException, ValueError, LookupError):
        raise DocumentDamagedError(ReasonCode.XML_DAMAGED) from None


def _attributes(source: str, match: re.Match[str], path: str) -> Iterator[XmlToken]:
    for one in _ATTRIBUTE.finditer(source, *match.span("attributes")):
        start, end = one.span(3) if one[3] is not None else one.span(4)
        text, jumps = unescape(source, start, end, _REFERENCE, _character)
        name = _local(one[1])
        yield XmlToken(
            TokenKind.ATTRIBUTE,
            "xmlns" if one[1].startswith("xmlns") else name,
            start,
            end,
            text,
            jumps,
            f"{path}/@{name}",
            one.span(),
        )


def _text(source: str, start: int, end: int, open_: list[str]) -> XmlToken:
    text, jumps = unescape(source, start, end, _REFERENCE, _character)
    return XmlToken(TokenKind.TEXT, open_[-1] if open_ else "", start, end, text, jumps, "/".join(open_))


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    # Zeros in front do not count, but a number of thousands of digits is refused by int().
    return chr(int(match[1], 16) if match[1] else int(match[2].lstrip("0")))


def _local(name: str) -> str:
    return name.rpartition(":")[2]
