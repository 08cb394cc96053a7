"""Documents that attack: what they carry must be held, and must hurt nothing on the way."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demo.documents.document import Kind, ReasonFamily
from demo.documents.pdf import pdf_of, pdf_of_a_scan
from healthcare_runtime.documents.reasons import ReasonCode

# The EICAR test file, in two pieces so that this file is not one itself.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MEBIBYTE: Final = 1 << 20
_OVERSIZE_BYTES: Final = 21 * _MEBIBYTE
_BOMB_BYTES: Final = 64 * _MEBIBYTE


@dataclass(frozen=True, slots=True)
class Held:
    """Something that must end in quarantine, or rejected where there is nothing to hold."""

    title: str
    name: str
    body: bytes
    kind: Kind
    family: ReasonFamily
    reasons: tuple[ReasonCode, ...]


def hostile(text: str) -> Iterator[Held]:
    """Sixteen attacks; ``text`` is a harmless note for those whose danger is elsewhere."""
    note = text.encode()
    hostile_family, unreadable = ReasonFamily.HOSTILE, ReasonFamily.UNREADABLE
    signature = (ReasonCode.MALWARE_SIGNATURE, ReasonCode.MALWARE_FOUND)
    yield Held("EICAR test file", "inbox/scan/eicar.txt", EICAR, Kind.TEXT, hostile_family, signature)
    inside = note + b"\n" + EICAR + b"\n"
    yield Held("EICAR inside a note", "inbox/notes/attached.txt", inside, Kind.TEXT, hostile_family, signature)
    archive = (ReasonCode.ARCHIVE,)
    yield Held("Archive bomb", "inbox/scan/results.zip", _bomb(), Kind.ARCHIVE, hostile_family, archive)
    yield Held("Office file", "inbox/letters/letter.docx", _office(note), Kind.ARCHIVE, unreadable, archive)
    locked = pdf_of(text, japanese=False, password="not-told")
    yield Held(
        "PDF under a password", "inbox/pdf/locked.pdf", locked, Kind.PDF, unreadable, (ReasonCode.PDF_ENCRYPTED,)
    )
    blank = (ReasonCode.PDF_WITHOUT_TEXT,)
    yield Held("Scanned page in a PDF", "inbox/pdf/scanned.pdf", pdf_of_a_scan(), Kind.PDF, unreadable, blank)
    image = (ReasonCode.IMAGE_WITHOUT_TEXT,)
    yield Held("Photograph", "inbox/scan/photograph.png", _image(), Kind.IMAGE, unreadable, image)
    unsafe = (ReasonCode.NAME_UNSAFE,)
    yield Held("Name that climbs out", "inbox/../../etc/passwd", note, Kind.TEXT, hostile_family, unsafe)
    yield Held("Control character in the name", "inbox/notes/a\x07b.txt", note, Kind.TEXT, hostile_family, unsafe)
    yield Held("Name that reads backwards", "inbox/notes/\u202etxt.exe", note, Kind.TEXT, hostile_family, unsafe)
    program = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 16
    yield Held("Program", "inbox/scan/viewer.bin", program, Kind.BINARY, unreadable, (ReasonCode.BINARY_CONTENT,))
    entity = (ReasonCode.XML_ENTITY,)
    yield Held("XML that reads files", "inbox/cda/external.xml", _EXTERNAL, Kind.MARKUP, hostile_family, entity)
    yield Held("XML that grows", "inbox/cda/laughs.xml", _growing(), Kind.MARKUP, hostile_family, entity)
    large = b"No acute distress. " * (_OVERSIZE_BYTES // 19 + 1)
    yield Held(
        "Larger than allowed", "inbox/notes/large.txt", large, Kind.TEXT, hostile_family, (ReasonCode.TOO_LARGE,)
    )
    page = b"<!doctype html><html><body><script>fetch('//collector.example')</script>" + note + b"</body></html>"
    markup = (ReasonCode.MARKUP_UNSUPPORTED,)
    yield Held("Web page with a script", "inbox/notes/page.html", page, Kind.MARKUP, hostile_family, markup)
    deep = b'{"resourceType":"Bundle","entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield Held("JSON without end", "inbox/fhir/deep.json", deep, Kind.FHIR, hostile_family, (ReasonCode.JSON_DAMAGED,))


_EXTERNAL: Final = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&f;</title></ClinicalDocument>'
)


def _growing() -> bytes:
    entities = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><d>&e9;</d>'.encode()


def _bomb() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            archive.writestr(_dated(f"{number}.csv"), bytes(_BOMB_BYTES // 2))
    return body.getvalue()


def _office(note: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_dated("[Content_Types].xml"), b'<?xml version="1.0"?><Types/>')
        archive.writestr(_dated("word/document.xml"), note)
    return body.getvalue()


def _dated(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))  # the same bytes for the same seed
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _image() -> bytes:
    """A grey PNG of 64 x 64 (PNG specification, 11.2)."""
    rows = b"".join(b"\x00" + bytes((x * y) % 256 for x in range(64)) for y in range(64))
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
