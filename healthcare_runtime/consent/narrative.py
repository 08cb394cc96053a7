"""``Consent.text``: XHTML without anything active (R4, Narrative: txt-1, txt-2)."""

import re
from typing import Final
from xml.etree.ElementTree import Element as XmlElement
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from healthcare_runtime.consent.reader import Element

_STATUSES: Final = ("generated", "extensions", "additional", "empty")
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_ELEMENTS: Final = frozenset(
    {
        "div", "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "span", "b", "i", "u", "em", "strong", "small",
        "big", "tt", "sub", "sup", "dfn", "code", "samp", "kbd", "var", "cite", "abbr", "acronym", "q", "blockquote",
        "pre", "address", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "colgroup", "col", "thead", "tbody",
        "tfoot", "tr", "th", "td", "bdo", "a", "img",
    }
)  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    {
        "class", "id", "title", "lang", "dir", "abbr", "align", "alt", "border", "cellpadding", "cellspacing",
        "colspan", "headers", "height", "href", "hreflang", "name", "rowspan", "scope", "span", "src", "start",
        "style", "summary", "type", "valign", "value", "width", "{http://www.w3.org/XML/1998/namespace}lang",
    }
)  # fmt: skip
_LINK: Final = re.compile(r"(https?://|#|mailto:)[^\s]*")
_ACTIVE_STYLE: Final = re.compile(r"url\s*\(|expression|import|[\\<]", re.IGNORECASE)


def check_narrative(element: Element) -> None:
    """Refuse a narrative that is no XHTML ``div``, or that has scripts, events, forms, frames or foreign links."""
    members = element.members("status", "div")
    members.required("status", lambda found: found.one_of(_STATUSES))
    members.required("div", _check_div)


def _check_div(element: Element) -> None:
    try:
        div = fromstring(element.string(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        element.refuse("must be well-formed XHTML without a document type")
    if div.tag != f"{_XHTML}div":
        element.refuse("must be a div of the XHTML namespace")
    if any(_is_foreign(found) for found in div.iter()):
        element.refuse("must have the elements and attributes of a FHIR narrative only, nothing active")


def _is_foreign(found: XmlElement) -> bool:
    if not isinstance(found.tag, str) or not found.tag.startswith(_XHTML):
        return True
    return found.tag.removeprefix(_XHTML) not in _ELEMENTS or any(
        name not in _ATTRIBUTES
        or (name in ("href", "src") and _LINK.fullmatch(value) is None)
        or (name == "style" and _ACTIVE_STYLE.search(value) is not None)
        for name, value in found.attrib.items()
    )
