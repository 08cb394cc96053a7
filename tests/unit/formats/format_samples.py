# ruff: noqa: E501  (documents as they arrive)
"""Documents of the format tests, as they arrive. All people are made up."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from healthcare_runtime.documents.formats import ContentHint, read, render
from healthcare_runtime.documents.passage import DocumentText, Passage, PassageRole
from healthcare_runtime.masking import Action, Masker, MaskingProfile, Replacement
from healthcare_runtime.phi_entity import PhiEntity, PhiType
from tests.unit.masking.masking_world import context

HL7 = "\r".join(
    (
        r"MSH|^~\&|LAB|MERCY GENERAL|LAKE|HUB|20240301120000+0900||ORU^R01^ORU_R01|MSG00001|P|2.5.1||||||ISO IR87",
        r"PID|1||4711-0815^^^MERCY&1.2.840.114350&ISO^MR~078-05-1120^^^SSA^SS||DAWSON^EMILY^R^^MS^^L||19580220|F|||"
        r"12 MAIN ST^^BOSTON^MA^02115^USA||(617)555-2671^PRN^PH^emily@mail.com|||||ACC4711|078-05-1120",
        r"PV1|1|I|4 WEST^402^A^MERCY GENERAL||||1234567^OBRIEN^ALAN^^^DR|||||||||||V0099|||||||||||||||||||||||||20240229",
        r"OBR|1|ORD77^HIS|FIL88^LIS|718-7^Hemoglobin^LN|||20240301|||||||||1234567^OBRIEN^ALAN",
        r"OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL|12-16|N|||F",
        r"OBX|2|TX|11506-3^Note^LN||Emily \T\ her son Bob\.br\called \F\ Dr. O'Brien ~ later||||||F",
        r"OBX|3|ED|PDF^Scan||^application^pdf^Base64^JVBERi0xLjQK||||||F",
        r"NTE|1||Spoke to Mrs. Dawson \X4142\ today",
        r"NTE|2||Plain note",
        r"ZPI|1|Lives with Emily Dawson^4711-0815|7",
    )
)

CDA = """<?xml version="1.0" encoding="Shift_JIS"?>
<?xml-stylesheet type="text/xsl" href="dawson.xsl"?>
<!-- for Emily Dawson -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <templateId root="2.16.840.1.113883.10.20.22.1.1"/>
  <id root="2.16.840.1.113883.19.5" extension="DOC-77"/>
  <title>Visit of Emily Dawson</title>
  <effectiveTime value="20240301120000-0500"/>
  <languageCode code="en-US"/>
  <recordTarget><patientRole>
    <id root="2.16.840.1.113883.19.5" extension="4711-0815"/>
    <addr use="HP"><streetAddressLine>12 Main &amp; 3rd St</streetAddressLine><city>Boston</city><state>MA</state>
      <postalCode>02115</postalCode></addr>
    <telecom value="tel:+1(617)555-2671"/><telecom value="mailto:emily@mail.com"/>
    <patient><name><prefix>Ms.</prefix><given>Emily</given><family>Dawson</family></name>
      <administrativeGenderCode code="F"/><birthTime value="19580220"/></patient>
    <providerOrganization><name>Mercy General Hospital</name></providerOrganization>
  </patientRole></recordTarget>
  <component><structuredBody><component><section>
    <title>History</title>
    <text>Seen with <content ID="c1">R&#38;D nurse &lt;Ann&gt;</content> <![CDATA[Emily <b>]]></text>
    <entry><observation classCode="OBS" moodCode="EVN"><code code="718-7" displayName="Hemoglobin"/>
      <effectiveTime><low value="20240229"/><high nullFlavor="UNK"/></effectiveTime>
      <value xsi:type="PQ" value="13.5" unit="g/dL"/>
      <value mediaType="image/png" representation="B64">iVBORw0KGgo=</value></observation></entry>
  </section></component></structuredBody></component>
</ClinicalDocument>
"""

FHIR: dict[str, object] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "https://fhir.mercy.org/r4/Patient/p-1",
            "resource": {
                "resourceType": "Patient",
                "id": "p-1",
                "meta": {"lastUpdated": "2024-03-01T10:00:00Z", "versionId": "3"},
                "extension": [{"url": "http://mercy.org/vip", "valueString": "Emily Dawson"}],
                "identifier": [{"system": "urn:oid:1.2.36", "value": "4711-0815"}],
                "name": [{"family": "Dawson", "given": ["Emily", "R"], "text": "Emily \u201cEm\u201d Dawson"}],
                "telecom": [{"system": "phone", "value": "617-555-2671"}, {"system": "email", "value": "e@mail.com"}],
                "gender": "female",
                "birthDate": "1931-02-20",
                "_birthDate": {"id": "x"},
                "address": [{"line": ["12 Main St"], "city": "Boston", "state": "MA", "postalCode": "02115"}],
                "photo": [{"contentType": "image/png", "data": "iVBORw0KGgo="}],
                "favouriteColour": "green",
            },
        },
        {
            "resource": {
                "resourceType": "Observation",
                "id": "o-1",
                "status": "final",
                "text": {
                    "status": "generated",
                    "div": '<div xmlns="http://www.w3.org/1999/xhtml"><!-- Bob --><p class="x">Emily &amp; Bob \u00e9</p></div>',
                },
                "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]},
                "subject": {"reference": "Patient/p-1", "display": "Emily Dawson"},
                "effectiveDateTime": "2024-03-01T10:22:00+09:00",
                "issued": "2024-03-01T10:25:00.000+09:00",
                "valueQuantity": {"value": 13.50, "unit": "g/dL"},
                "note": [{"text": "line one\nsaid \"Emily\" \U0001f600 Dawson"}],
            },
        },
        {
            "resource": {
                "resourceType": "DocumentReference",
                "status": "current",
                "content": [
                    {"attachment": {"contentType": "text/plain", "data": "RW1pbHkgRGF3c29u", "url": "http://x/1", "size": 12}},
                    {"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjQK"}},
                ],
            },
        },
        {"resource": {"resourceType": "Basic", "id": "secret-1"}},
    ],
}  # fmt: skip

CSV = (
    "patient_id,Patient Name,DOB,CPT code,ICD-10,amount,notes\r\n"
    '4711,"Dawson, Emily ""Em""",1958-02-20,99213,E11.9,120.50,"called, then left"\r\n'
    "4711,Emily Dawson,1958-02-20,99214,I10,$95,walks well\r\n"
)


def fhir_text(*, ascii_: bool = True) -> str:
    return json.dumps(FHIR, ensure_ascii=ascii_, indent=1)


def pdf(*pages: Callable[[canvas.Canvas], object], password: str = "") -> bytes:
    body = io.BytesIO()
    drawing = canvas.Canvas(body, pagesize=A4)
    for page in pages:
        page(drawing)
        drawing.showPage()
    drawing.save()
    if not password:
        return body.getvalue()
    writer = PdfWriter(io.BytesIO(body.getvalue()))
    writer.encrypt(user_password="", owner_password=password, algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def japanese_line(text: str) -> Callable[[canvas.Canvas], object]:
    def draw(drawing: canvas.Canvas) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
        drawing.setFont("HeiseiMin-W3", 12)
        drawing.drawString(72, 700, text)

    return draw


def understood(body: bytes | str, name: str = "") -> DocumentText:
    text = read(body.encode() if isinstance(body, str) else body, declared=ContentHint(name))
    assert isinstance(text, DocumentText), text
    return text


def unchanged(text: DocumentText, *, drop: bool = False) -> str:
    return render(text, [()] * len(text.passages), drop=drop)


def masked(text: DocumentText, profile: MaskingProfile = MaskingProfile.LIMITED) -> str:
    """The document with its typed fields masked; free text is the detector's part."""
    masker = Masker(context(profile, facts=text.facts))
    return render(text, [masker.replacements(passage.text, typed(passage)) for passage in text.passages])


def typed(passage: Passage) -> tuple[PhiEntity, ...]:
    if passage.role is not PassageRole.IDENTIFIER or passage.phi_type is None or not passage.text:
        return ()
    return (PhiEntity(0, len(passage.text), passage.phi_type, 1.0, passage.kind),)


def replaced(text: DocumentText, value: str, new: str) -> str:
    """The document with every occurrence of a value in its free text replaced."""
    found = []
    for passage in text.passages:
        spans: list[Replacement] = []
        at = passage.text.find(value) if passage.role is PassageRole.FREE_TEXT else -1
        while at >= 0:
            spans.append(Replacement(at, at + len(value), new, PhiType.NAME, Action.SURROGATE))
            at = passage.text.find(value, at + len(value))
        found.append(tuple(spans))
    return render(text, found)


def by_path(text: DocumentText, path: str) -> Passage:
    (found,) = [passage for passage in text.passages if passage.path == path]
    return found
