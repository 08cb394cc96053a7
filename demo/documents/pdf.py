"""PDF documents: notes with a text layer, a page without one, one under a password."""

from __future__ import annotations

import io
import unicodedata
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_MARGIN: Final = 48
_LEADING: Final = 12
_MINCHO: Final = "HeiseiMin-W3"  # a CID font: the reader's own, nothing is embedded
_LETTERS: Final = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "đ": "d", "𠮷": "吉"})


def pdf_of(text: str, *, japanese: bool, password: str = "") -> bytes:
    """A PDF whose text layer is the text, page by page; under a password it cannot be read."""
    pdfmetrics.registerFont(UnicodeCIDFont(_MINCHO))
    body = io.BytesIO()
    encrypt = StandardEncryption(password, strength=40) if password else None
    canvas = Canvas(body, pagesize=A4, invariant=1, encrypt=encrypt)
    font = _MINCHO if japanese else "Courier"
    lines = [piece for line in text.splitlines() for piece in _pieces(line, 54 if japanese else 96)]
    per_page = int((A4[1] - 2 * _MARGIN) / _LEADING)
    for first in range(0, len(lines) or 1, per_page):
        page = canvas.beginText(_MARGIN, A4[1] - _MARGIN)
        page.setFont(font, 9 if japanese else 8, _LEADING)
        for line in lines[first : first + per_page]:
            page.textLine(line if japanese else _latin(line))
        canvas.drawText(page)
        canvas.showPage()
    canvas.save()
    return body.getvalue()


def pdf_of_a_scan() -> bytes:
    """A page of grey lines, as a scanner without text recognition leaves it."""
    body = io.BytesIO()
    canvas = Canvas(body, pagesize=A4, invariant=1)
    for line in range(40):
        canvas.setFillGray(0.35 + 0.01 * (line % 7))
        canvas.rect(_MARGIN, _MARGIN + 17 * line, 300 + 37 * line % 190, 5, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return body.getvalue()


def _pieces(line: str, width: int) -> list[str]:
    return [line[start : start + width] for start in range(0, len(line), width)] or [""]


def _latin(text: str) -> str:
    """What the standard fonts have: Latin-1; other letters lose their marks, as they do in many a hospital system."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in unicodedata.normalize("NFC", _kept(text, plain)) if ord(c) < 256)


def _kept(text: str, plain: str) -> str:
    return text if all(ord(c) < 256 for c in text) else "".join(c for c in plain if not unicodedata.combining(c))
