"""What a body is by its first bytes, where that alone forbids to read it as text."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.documents.reasons import ReasonCode

PDF_HEADER: Final = b"%PDF-"
PDF_HEADER_WITHIN: Final = 1024
"""Readers accept a header after other bytes (ISO 32000-1, Annex H, implementation note 13)."""

# The test file of the European Institute for Computer Antivirus Research, in halves: this file is none.
_EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"

_ARCHIVES: Final = (
    b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh",
    b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"MSCF", b"xar!",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)  # fmt: skip
_IMAGES: Final = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"II+\x00",
    b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"8BPS",
)  # fmt: skip
_PROGRAMS: Final = (
    b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\x00asm", b"#!", b"OggS",
    b"ID3", b"\xff\xfb", b"\x1aE\xdf\xa3", b"SQLite format 3\x00", b"%!PS", b"wOFF",
)  # fmt: skip
_MARKUP: Final = (b"{\\rtf", b"<!doctype html", b"<html", b"<script", b"<head", b"<body", b"<svg")
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"


def refusal(body: bytes) -> ReasonCode | None:
    """Why a body is not read at all, by its signature; None if it may be."""
    if _EICAR in body:
        return ReasonCode.MALWARE_SIGNATURE
    if body.startswith(_ARCHIVES) or body[257:262] == b"ustar":
        return ReasonCode.ARCHIVE
    if body.startswith(_IMAGES) or _is_image(body):
        return ReasonCode.IMAGE_WITHOUT_TEXT
    if body.startswith(_PROGRAMS) or body[4:8] == b"ftyp" or body.startswith(b"RIFF"):
        return ReasonCode.BINARY_CONTENT
    if body[:256].lstrip(_BLANK).lower().startswith(_MARKUP):
        return ReasonCode.MARKUP_UNSUPPORTED
    return None


def is_pdf(body: bytes) -> bool:
    return PDF_HEADER in body[:PDF_HEADER_WITHIN]


def _is_image(body: bytes) -> bool:
    riff = body.startswith(b"RIFF") and body[8:12] == b"WEBP"
    heif = body[4:8] == b"ftyp" and body[8:12] in (b"heic", b"heix", b"mif1", b"avif")
    bitmap = body.startswith(b"BM") and body[6:10] == b"\0\0\0\0"
    return riff or heif or bitmap or body[128:132] == b"DICM"
