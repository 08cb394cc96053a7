"""What is not read, and why: each cause has its code, no content raises, and nothing grows with what a body claims."""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader

from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.formats.charset import decode
from healthcare_runtime.documents.formats.damage import DocumentDamagedError
from healthcare_runtime.documents.passage import DocumentText
from healthcare_runtime.documents.reasons import ReasonCode
from tests.unit.formats.format_samples import CDA, CSV, HL7, fhir_text, masked, pdf, unchanged

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NOTE = "The patient was seen in clinic today and is doing well.\n" * 3


def archive() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        file.writestr("word/document.xml", "x" * 1000)
    return body.getvalue()


def picture(format_: str = "PNG") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, format_)
    return body.getvalue()


def scan() -> bytes:
    return pdf(lambda page: page.drawImage(ImageReader(io.BytesIO(picture())), 0, 0))


def refused(body: bytes, name: str = "", maximum_bytes: int = 20_000_000) -> ReasonCode:
    answer = read(body, declared=ContentHint(name), maximum_bytes=maximum_bytes)
    assert isinstance(answer, Unreadable), answer
    return answer.reason


REFUSED = {
    "nothing": (b"", ReasonCode.EMPTY),
    "blanks": (b" \r\n\t\n", ReasonCode.EMPTY),
    "a mark alone": (b"\xef\xbb\xbf", ReasonCode.EMPTY),
    "eicar": (EICAR, ReasonCode.MALWARE_SIGNATURE),
    "eicar in a note": (NOTE.encode() + EICAR, ReasonCode.MALWARE_SIGNATURE),
    "zip": (archive(), ReasonCode.ARCHIVE),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ReasonCode.ARCHIVE),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), ReasonCode.ARCHIVE),
    "png": (picture(), ReasonCode.IMAGE_WITHOUT_TEXT),
    "jpeg": (picture("JPEG"), ReasonCode.IMAGE_WITHOUT_TEXT),
    "tiff": (picture("TIFF"), ReasonCode.IMAGE_WITHOUT_TEXT),
    "dicom": (bytes(128) + b"DICM" + bytes(40), ReasonCode.IMAGE_WITHOUT_TEXT),
    "program": (b"\x7fELF" + bytes(60), ReasonCode.BINARY_CONTENT),
    "zeros": (b"abc\0\0\0def" * 5, ReasonCode.BINARY_CONTENT),
    "control characters": (b"\x01\x02\x03\x04abc" * 5, ReasonCode.BINARY_CONTENT),
    "noise": (bytes(range(128, 256)) * 9, ReasonCode.CHARSET_UNKNOWN),
    "html": (b"\n<!DOCTYPE html><html><script>alert(1)</script></html>", ReasonCode.MARKUP_UNSUPPORTED),
    "rtf": (b"{\\rtf1 Emily}", ReasonCode.MARKUP_UNSUPPORTED),
    "locked pdf": (pdf(lambda page: page.drawString(9, 9, "Emily Dawson"), password="x"), ReasonCode.PDF_ENCRYPTED),
    "pdf of images": (scan(), ReasonCode.PDF_WITHOUT_TEXT),
    "cut pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type", ReasonCode.PDF_DAMAGED),
    "cut hl7": (HL7[:40].encode(), ReasonCode.HL7_DAMAGED),
    "hl7 without header": (HL7.split("\r", 1)[1].encode(), ReasonCode.HL7_DAMAGED),
    "hl7 with a broken line": (HL7.replace("OBX|2", "x OBX|2").encode(), ReasonCode.HL7_DAMAGED),
    "hl7 with one separator twice": (b"MSH|^^\\&|A|B|C|D|2024||ORU^R01|1|P|2.5\r", ReasonCode.HL7_DAMAGED),
    "cut xml": (CDA[:400].encode(), ReasonCode.XML_DAMAGED),
    "deep xml": (b"<a>" * 5000 + b"</a>" * 5000, ReasonCode.XML_DAMAGED),
    "xml bomb": (
        b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><z>&b;</z>',
        ReasonCode.XML_ENTITY,
    ),
    "xml that fetches": (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', ReasonCode.XML_ENTITY),
    "cut json": (fhir_text()[:300].encode(), ReasonCode.JSON_DAMAGED),
    "a key twice": (b'{"resourceType":"Patient","id":"a","id":"b"}', ReasonCode.JSON_DAMAGED),
    "deep json": (b'{"resourceType":"Patient","x":' + b"[" * 5000 + b"]" * 5000 + b"}", ReasonCode.JSON_DAMAGED),
    "no fhir": (b'{"a": 1}', ReasonCode.FHIR_UNKNOWN_TYPE),
    "unknown type": (b'{"resourceType": "Spaceship"}', ReasonCode.FHIR_UNKNOWN_TYPE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_given_a_body_that_is_not_read_when_read_then_its_reason_is_told(name: str) -> None:
    body, reason = REFUSED[name]
    assert refused(body) is reason


def test_given_a_body_over_the_limit_when_read_then_it_is_too_large() -> None:
    assert refused(b"a" * 101, maximum_bytes=100) is ReasonCode.TOO_LARGE


def test_given_a_table_with_an_open_quote_when_declared_one_then_it_is_damaged() -> None:
    assert refused(b'mrn,name\n1,"Emily\n2,Bob\n', "a.csv") is ReasonCode.CSV_DAMAGED


@pytest.mark.parametrize("name", ["a.png", "a.exe", "", "a.pdf"])
def test_given_a_lying_name_when_read_then_content_decides(name: str) -> None:
    assert isinstance(read(NOTE.encode(), declared=ContentHint(name)), DocumentText)
    assert refused(picture(), "note.txt") is ReasonCode.IMAGE_WITHOUT_TEXT


JAPANESE = "患者は山田花子、六十八歳の女性。令和６年四月一日に入院した。経過は良好です。\n"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp"]
)
def test_given_japanese_in_any_character_set_when_decoded_then_it_is_the_same_text(charset: str) -> None:
    text = JAPANESE + "Hb 13.5 g/dL\n"
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "latin-1", "utf-16"])
def test_given_western_text_in_any_character_set_when_decoded_then_it_is_the_same_text(charset: str) -> None:
    text = "José Núñez was seen by Dr. Müller for café-au-lait spots.\n"
    assert decode(text.encode(charset)) == text


def test_given_a_truncated_multibyte_text_when_decoded_then_it_is_refused() -> None:
    with pytest.raises(DocumentDamagedError) as damage:
        decode(JAPANESE.encode("utf-16")[:-1])
    assert damage.value.reason is ReasonCode.CHARSET_UNKNOWN


def test_given_a_pdf_that_inflates_when_read_then_it_stops_at_the_limit() -> None:
    bomb = zlib.compress(b"BT (a) Tj ET\n" * 12_000_000, 9)
    body = _pdf_with_stream(bomb)
    assert len(body) < 1_000_000
    start = time.monotonic()
    assert refused(body) in (ReasonCode.TOO_LARGE, ReasonCode.PDF_DAMAGED, ReasonCode.PDF_WITHOUT_TEXT)
    assert time.monotonic() - start < 20


def test_given_huge_counts_when_read_then_time_and_memory_stay_small() -> None:
    start = time.monotonic()
    many = b'{"resourceType":"Patient","name":[' + b",".join([b"{}"] * 210_000) + b"]}"
    assert refused(many) is ReasonCode.TOO_LARGE
    assert refused(b"<a>" + b"<b/>" * 210_000 + b"</a>") is ReasonCode.TOO_LARGE
    assert refused(HL7.encode() + b"\rNTE|1||" + b"~" * 110_000) is ReasonCode.TOO_LARGE
    assert isinstance(read(b'"' * 200_000 + b","), DocumentText)
    assert isinstance(read(b"\\" * 200_000), DocumentText)
    assert time.monotonic() - start < 20


def _pdf_with_stream(stream: bytes) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream",
    )
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    )


def totally_read(body: bytes, name: str = "") -> None:
    """Reads, or says why not; what is read comes back and can be masked."""
    answer = read(body, declared=ContentHint(name))
    if isinstance(answer, DocumentText):
        assert unchanged(answer) == answer.source
        masked(answer)
        assert DocumentText.from_json(answer.to_json()) == answer


BODIES = [HL7.encode(), CDA.encode(), fhir_text().encode(), CSV.encode(), fhir_text(ascii_=False).encode()]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
@example(b"MSH|^~\\&|")
@example(b"%PDF-1.4")
def test_given_any_bytes_when_read_then_nothing_raises(body: bytes) -> None:
    totally_read(body)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(BODIES),
    st.integers(0, 4000),
    st.integers(0, 12),
    st.binary(max_size=12) | st.sampled_from([b'"', b"\\", b"<", b"&", b"|", b"\r", b"^", b"]]>", b"\\u", b"{", b","]),
)
def test_given_a_damaged_document_when_read_then_nothing_raises(body: bytes, at: int, length: int, new: bytes) -> None:
    at %= len(body)
    totally_read(body[:at] + new + body[at + length :], "a.csv" if body.startswith(b"patient") else "")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2500), st.binary(min_size=1, max_size=8))
def test_given_a_damaged_pdf_when_read_then_nothing_raises(at: int, new: bytes) -> None:
    at %= len(PDF)
    totally_read(PDF[:at] + new + PDF[at + len(new) :])


PDF = pdf(lambda page: page.drawString(72, 700, "Emily Dawson, seen today and well"))

scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "name", "text", "telecom", "birthDate", "contained", "photo", "extension", "gender", "zz"]
        ),
        trees,
    ),
    st.booleans(),
)
def test_given_any_patient_when_masked_then_it_is_json_and_nothing_unlisted_is_in_it(
    members: dict[str, object], ascii_: bool
) -> None:
    body = json.dumps({"resourceType": "Patient", **members}, ensure_ascii=ascii_)
    answer = read(body.encode("utf-8", "surrogatepass"))
    if isinstance(answer, DocumentText):
        left = json.loads(masked(answer))
        assert left["resourceType"] == "Patient"
        assert not {"photo", "extension", "zz"} & set(left)
