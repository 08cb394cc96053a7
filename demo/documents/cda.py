"""C-CDA documents: a header that names the patient, and sections of text."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final
from xml.sax.saxutils import escape

from demo.documents.notes import snippet
from demo.documents.patients import DemoPatient

_SECTIONS: Final = (
    ("10164-2", "History of present illness"),
    ("8648-8", "Hospital course"),
    ("18776-5", "Plan of care"),
)


def clinical_document(patient: DemoPatient, draw: random.Random) -> bytes:
    """A discharge summary as CDA R2."""
    day = date(2018, 5, 1) + timedelta(days=draw.randrange(2200))
    language = "en-US" if patient.jurisdiction == "US" else "ja-JP"
    sex = "F" if patient.woman else "M"
    oid = patient.system.removeprefix("urn:oid:")
    sections = "".join(
        f"""
      <component><section>
        <code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="{title}"/>
        <title>{title}</title>
        <text>{_paragraphs(snippet(patient, draw))}</text>
      </section></component>"""
        for code, title in _SECTIONS
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.8" extension="2015-08-01"/>
  <id root="2.16.840.1.113883.19.5.99999.9" extension="{draw.randrange(10**9)}"/>
  <code code="18842-5" codeSystem="2.16.840.1.113883.6.1" displayName="Discharge summary"/>
  <title>Discharge summary</title>
  <effectiveTime value="{day:%Y%m%d}1015+0000"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="{language}"/>
  <recordTarget><patientRole>
    <id root="{oid}" extension="{patient.number}"/>
    <telecom use="HP" value="tel:+1-555-01{draw.randrange(100):02}"/>
    <patient>
      <name use="L"><given>{escape(patient.given)}</given><family>{escape(patient.family)}</family></name>
      <administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="{patient.born:%Y%m%d}"/>
    </patient>
  </patientRole></recordTarget>
  <component><structuredBody>{sections}
  </structuredBody></component>
</ClinicalDocument>
""".encode()


def _paragraphs(text: str) -> str:
    return "".join(f"<paragraph>{escape(line)}</paragraph>" for line in text.splitlines() if line)
