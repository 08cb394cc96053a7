"""PDF with a text layer: what leaves is the text. Nothing is executed, no attachment opened, no image decoded."""

from __future__ import annotations

import io
import logging
import time
from typing import Final

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.formats.plain_text import read_plain_text
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText
from healthcare_runtime.documents.reasons import ReasonCode

MAXIMUM_PAGES: Final = 1_000
MAXIMUM_CHARACTERS: Final = 5_000_000
MAXIMUM_SECONDS: Final = 60.0
"""Between pages; a single page is bounded by the work that pypdf allows it."""
MAXIMUM_STREAM: Final = 20_000_000
"""Bytes that a stream may decompress to."""
_LEAST_LETTERS: Final = 10
_PAGE_BREAK: Final = "\f\n"

# It names what it cannot read, and what it cannot read is PHI.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read_pdf(body: bytes) -> DocumentText:
    """The text of all pages.

    Raises
    ------
    DocumentDamagedError
        PDF_ENCRYPTED, also with an empty password; PDF_WITHOUT_TEXT; TOO_LARGE beyond a limit; PDF_DAMAGED.
    """
    try:
        with apply_configuration(
            zlib_maximum_output_length=MAXIMUM_STREAM,
            lzw_maximum_output_length=MAXIMUM_STREAM,
            run_length_maximum_output_length=MAXIMUM_STREAM,
            array_based_stream_maximum_output_length=MAXIMUM_STREAM,
            stream_decoding_work_maximum_length=2 * MAXIMUM_STREAM,
            stream_parsing_work_maximum_count=500_000,
            jbig2dec_binary=None,  # no other program is started
        ):
            text, images = _text_of(body)
    except FileNotDecryptedError:
        raise DocumentDamagedError(ReasonCode.PDF_ENCRYPTED) from None
    except LimitReachedError:
        raise DocumentDamagedError(ReasonCode.TOO_LARGE) from None
    except (PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError,
            RecursionError, TypeError, ValueError):  # fmt: skip  # what pypdf raises on damaged files is not closed
        raise DocumentDamagedError(ReasonCode.PDF_DAMAGED) from None
    if sum(character.isalnum() for character in text) < _LEAST_LETTERS:
        raise DocumentDamagedError(ReasonCode.PDF_WITHOUT_TEXT)
    return read_plain_text(text, DocumentFormat.PDF, images=images)


def _text_of(body: bytes) -> tuple[str, int]:
    """Text, and how many pages are only images."""
    reader = PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted:
        raise DocumentDamagedError(ReasonCode.PDF_ENCRYPTED)
    if len(reader.pages) > MAXIMUM_PAGES:
        raise DocumentDamagedError(ReasonCode.TOO_LARGE)
    deadline = time.monotonic() + MAXIMUM_SECONDS
    pages: list[str] = []
    length = images = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > MAXIMUM_CHARACTERS or time.monotonic() > deadline:
            raise DocumentDamagedError(ReasonCode.TOO_LARGE)
        if not text.strip() and _has_image(page):
            images += 1
        pages.append(text)
    # A surrogate half comes from a damaged character map; it could not be stored.
    return _PAGE_BREAK.join(pages).encode("utf-8", "replace").decode(), images


def _has_image(page: PageObject) -> bool:
    return len(page.images) > 0
