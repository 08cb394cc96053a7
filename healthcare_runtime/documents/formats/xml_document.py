"""XML: C-CDA by the meaning of its elements (HL7 CDA R2), any other vocabulary as text between tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.documents.formats.cda_elements import Content, attribute_content, is_image, text_content
from healthcare_runtime.documents.formats.cda_patient import CdaPatient
from healthcare_runtime.documents.formats.codes import is_code
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.limits import MAXIMUM_PASSAGES
from healthcare_runtime.documents.formats.xml_scan import TokenKind, XmlToken, in_utf8, scan_xml
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Escape, Passage, PassageRole, Removal
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.phi_entity import PhiKind, PhiType

_TELECOM_SCHEME: Final = re.compile(r"(?:tel|fax|mailto|sms):", re.IGNORECASE)
_SCHEMA_ATTRIBUTES: Final = frozenset({"xmlns", "schemaLocation", "type", "space", "lang"})
_SCHEMA_WORD: Final = re.compile(r"(?:https?://|urn:)[!-~]{1,256}|[!-~]{1,128}\.xsd")


@dataclass(slots=True)
class _Element:
    """An open element: its name, and its attributes as far as they decide what others mean."""

    name: str
    attributes: dict[str, str]


def read_xml(text: str) -> DocumentText:
    """The passages of a document.

    Raises
    ------
    DocumentDamagedError
        XML_DAMAGED, XML_ENTITY, TOO_LARGE.
    """
    source = in_utf8(text)
    tokens = list(scan_xml(source))
    root = next((token.name for token in tokens if token.kind is TokenKind.OPEN), "")
    is_cda = root == "ClinicalDocument"
    reader = _Reader(is_cda=is_cda)
    passages = tuple(reader.passages(tokens))
    if len(passages) > MAXIMUM_PASSAGES:
        raise DocumentDamagedError(ReasonCode.TOO_LARGE)
    patient = reader.patient
    return DocumentText(
        format=DocumentFormat.CDA if is_cda else DocumentFormat.XML,
        source=source,
        passages=passages,
        patient=patient.reference,
        identifiers=patient.identifiers,
        known=patient.known(),
        language_hint=patient.language,
        facts=patient.facts() if is_cda else None,
        embedded_images=reader.images,
        patients=patient.count,
    )


class _Reader:
    """Follows the open elements and says what each text and attribute is."""

    def __init__(self, *, is_cda: bool) -> None:
        self._is_cda = is_cda
        self._open: list[_Element] = []
        self.patient = CdaPatient()
        self.images = 0

    def passages(self, tokens: list[XmlToken]) -> Iterator[Passage]:
        for number, token in enumerate(tokens):
            match token.kind:
                case TokenKind.OPEN:
                    self._begin(tokens, number)
                case TokenKind.CLOSE:
                    self._open.pop()
                case TokenKind.COMMENT | TokenKind.INSTRUCTION:  # nobody reads them, and they say anything
                    yield Passage(
                        text="", start=token.start, end=token.end, role=PassageRole.DROP, path=f"{token.path}/*"
                    )
                case TokenKind.ATTRIBUTE:
                    yield self._attribute(token)
                case TokenKind.TEXT | TokenKind.CDATA:
                    if token.text.strip():
                        yield self._text(token)

    def _begin(self, tokens: list[XmlToken], number: int) -> None:
        attributes: dict[str, str] = {}
        for following in tokens[number + 1 : number + 64]:
            if following.kind is not TokenKind.ATTRIBUTE:
                break
            attributes.setdefault(following.name, following.text)
        self._open.append(_Element(tokens[number].name, attributes))
        if self._is_cda:
            self.patient.begin([element.name for element in self._open], attributes)
            self.images += is_image(self._open[-1].name, attributes)

    def _attribute(self, token: XmlToken) -> Passage:
        element = self._open[-1]
        path = [one.name for one in self._open]
        content = attribute_content(path, token.name, element.attributes) if self._is_cda else _generic(token.name)
        start, jumps, text = token.start, token.jumps, token.text
        scheme = _TELECOM_SCHEME.match(text)
        if content.phi_type is PhiType.PHONE_OR_FAX:
            if scheme and jumps is None:
                start, text = start + scheme.end(), text[scheme.end() :]
            if scheme and scheme[0].lower() == "mailto:":
                content = Content(PassageRole.IDENTIFIER, PhiType.EMAIL)
            elif text.lower().startswith("http"):
                content = Content(PassageRole.IDENTIFIER, PhiType.URL)
        removal = None
        if content.phi_type is PhiType.DATE and "nullFlavor" not in element.attributes:
            removal = Removal(*token.whole, 'nullFlavor="MSK"')  # HL7 v3 NullFlavor: masked
        return _passage(token, content, text=text, start=start, removal=removal)

    def _text(self, token: XmlToken) -> Passage:
        path = [one.name for one in self._open]
        content = text_content(path, self._open[-1].attributes) if self._is_cda else FREE
        if self._is_cda:
            self.patient.text(path, token.text.strip())
        return _passage(token, content, text=token.text, start=token.start)


FREE: Final = Content(PassageRole.FREE_TEXT)


def _generic(attribute: str) -> Content:
    return Content(PassageRole.COPY) if attribute in _SCHEMA_ATTRIBUTES else FREE


def _passage(token: XmlToken, content: Content, *, text: str, start: int, removal: Removal | None = None) -> Passage:
    role = content.role
    if (
        role is PassageRole.COPY
        and token.kind is TokenKind.ATTRIBUTE
        and not is_code(text)
        and not (token.name in _SCHEMA_ATTRIBUTES and all(map(_SCHEMA_WORD.fullmatch, text.split())))
    ):
        role = PassageRole.FREE_TEXT
    elif role is PassageRole.IDENTIFIER and not text.strip():
        role = PassageRole.COPY
    lead = len(text) - len(text.lstrip()) if role is PassageRole.IDENTIFIER and token.jumps is None else 0
    tail = len(text.rstrip()) if role is PassageRole.IDENTIFIER and token.jumps is None else len(text)
    identifies = role is PassageRole.IDENTIFIER
    return Passage(
        text="" if role is PassageRole.DROP else text[lead:tail],
        start=start + lead,
        end=start + tail if token.jumps is None else token.end,
        role=role,
        path=token.path,
        phi_type=content.phi_type if identifies else None,
        kind=content.kind if identifies else PhiKind.UNKNOWN,
        escape=Escape.CDATA if token.kind is TokenKind.CDATA else Escape.XML,
        jumps=None if role is PassageRole.DROP else token.jumps,
        removal=removal if identifies else None,
    )
