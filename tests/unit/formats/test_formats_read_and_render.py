"""Every format: read, way back to the source, masked and still of its format."""

from __future__ import annotations

import base64
import json
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, Escape, PassageRole
from healthcare_runtime.masking import MaskingProfile, Sex
from healthcare_runtime.phi_entity import PhiKind, PhiType
from tests.unit.formats.format_samples import (
    CDA,
    CSV,
    HL7,
    by_path,
    fhir_text,
    japanese_line,
    masked,
    pdf,
    replaced,
    unchanged,
    understood,
)

V3 = "{urn:hl7-org:v3}"
SAMPLES = {
    "text": ("Emily Dawson, seen today.\r\n", DocumentFormat.TEXT),
    "hl7": (HL7, DocumentFormat.HL7V2),
    "hl7 in MLLP": (f"\x0b{HL7}\r\x1c\r", DocumentFormat.HL7V2),
    "hl7 with line feeds": (HL7.replace("\r", "\n"), DocumentFormat.HL7V2),
    "cda": (CDA.replace("Shift_JIS", "UTF-8"), DocumentFormat.CDA),
    "xml": ("<a b='x &amp; y'><c>Emily</c><d/></a>", DocumentFormat.XML),
    "fhir escaped": (fhir_text(), DocumentFormat.FHIR),
    "fhir": (fhir_text(ascii_=False), DocumentFormat.FHIR),
    "csv": (CSV, DocumentFormat.CSV),
    "csv with tabs": ("mrn\tname\tnotes\n4711-0815\tEmily Dawson\tcalled, left\n", DocumentFormat.CSV),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_given_a_document_when_nothing_is_replaced_then_it_comes_back_as_it_is(name: str) -> None:
    body, format_ = SAMPLES[name]
    text = understood(body)
    assert text.format is format_
    assert unchanged(text) == text.source
    if "hl7" not in name:  # MSH-18 says how it leaves
        assert text.source == body
    assert text.passages


@pytest.mark.parametrize("name", SAMPLES)
def test_given_a_document_when_written_as_json_and_read_then_it_is_the_same(name: str) -> None:
    text = understood(SAMPLES[name][0])
    assert DocumentText.from_json(text.to_json()) == text
    assert "Dawson" not in repr(text)


@pytest.mark.parametrize("name", SAMPLES)
def test_given_passages_when_their_places_are_read_then_every_plain_character_stands_there(name: str) -> None:
    text = understood(SAMPLES[name][0])
    for passage in text.passages:
        if passage.escape is Escape.BASE64:
            continue
        for at, character in enumerate(passage.text):
            source = text.source[passage.source_position(at) : passage.source_end(at + 1)]
            assert source == character or source[0] in "\\&\"'", passage.path


@pytest.mark.parametrize("profile", MaskingProfile)
@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("text", "xml")])
def test_given_typed_fields_when_masked_then_no_identifier_is_left_in_them(name: str, profile: MaskingProfile) -> None:
    text = understood(SAMPLES[name][0])
    out = masked(text, profile)
    again = understood(out)
    assert again.format is text.format
    fields = "\n".join(passage.text for passage in again.passages if passage.role is not PassageRole.FREE_TEXT)
    for value in (
        "DAWSON",
        "Dawson",
        "EMILY",
        "4711-0815",
        "078-05-1120",
        "OBRIEN",
        "12 MAIN",
        "12 Main",
        "1958",
        "19580220",
        "555-2671",
    ):
        if value == "1958" and profile is MaskingProfile.SAFE_HARBOR:
            continue  # a year may stay
        assert value not in fields, value


# HL7 v2


def test_given_hl7_when_read_then_fields_are_typed_by_position() -> None:
    text = understood(HL7)
    assert by_path(text, "PID[2]-5.1").phi_type is PhiType.NAME
    assert by_path(text, "PID[2]-7.1").kind is PhiKind.BIRTH_DATE
    assert by_path(text, "PID[2]-11.5").kind is PhiKind.POSTAL_CODE
    assert by_path(text, "PID[2]-13.4").phi_type is PhiType.EMAIL
    assert by_path(text, "PV1[3]-7.2").text == "OBRIEN"
    assert by_path(text, "OBX[5]-5.1").role is PassageRole.COPY
    assert by_path(text, "OBX[6]-5(1)").text == "Emily & her son Bob\ncalled | Dr. O'Brien "
    assert by_path(text, "OBX[7]-5").role is PassageRole.DROP
    assert by_path(text, "ZPI[10]-2").role is PassageRole.FREE_TEXT
    assert text.patient == "urn:oid:1.2.840.114350|4711-0815"
    assert text.patients == 1
    assert text.embedded_images == 1
    assert text.facts is not None
    assert text.facts.birth_date == date(1958, 2, 20)
    assert text.facts.sex is Sex.FEMALE
    assert text.facts.known_names == ("DAWSON, EMILY R",)
    assert {"4711-0815", "DAWSON", "EMILY"} <= {one.value for one in text.known}
    assert "UNICODE UTF-8" in text.source
    assert "IR87" not in text.source


def test_given_hl7_when_masked_then_its_structure_stays_and_data_and_hidden_text_are_gone() -> None:
    out = masked(understood(HL7))
    lines, before = out.split("\r"), HL7.split("\r")
    assert [line.split("|")[0] for line in lines] == [line.split("|")[0] for line in before]
    assert [line.count("|") for line in lines] == [line.count("|") for line in before]
    assert lines[1].split("|")[3].count("^") == before[1].split("|")[3].count("^")
    assert "JVBER" not in out
    assert "4142" not in out  # written in hexadecimal: the detector could not have read it
    assert re.fullmatch(r"\d{8}", lines[1].split("|")[7])
    assert lines[4] == before[4]  # a result in numbers is untouched
    assert lines[8] == before[8]


def test_given_a_replacement_with_separators_when_put_into_hl7_then_it_is_escaped() -> None:
    text = understood(HL7)
    out = replaced(text, "son Bob\ncalled", "A|B^C&D~E\\F\n")
    line = out.split("\r")[5]
    assert r"her A\F\B\S\C\T\D\R\E\E\F  \F\ Dr." in line
    assert line.count("|") == HL7.split("\r")[5].count("|")
    again = by_path(understood(out), "OBX[6]-5(1)")
    assert "A|B^C&D~E\\F" in again.text


def test_given_messages_of_two_patients_when_read_then_it_says_so_and_names_none() -> None:
    text = understood(HL7 + "\r" + HL7.replace("4711-0815", "4711-9999"))
    assert (text.patients, text.patient, text.facts) == (2, None, None)


# XML


def test_given_a_cda_document_when_read_then_elements_say_what_texts_are() -> None:
    text = understood(CDA)
    contents = {(one.path.rsplit("/", 1)[-1], one.text): one for one in text.passages}
    assert contents["given", "Emily"].phi_type is PhiType.NAME
    assert contents["streetAddressLine", "12 Main & 3rd St"].kind is PhiKind.STREET
    assert contents["name", "Mercy General Hospital"].kind is PhiKind.FACILITY
    assert contents["@value", "+1(617)555-2671"].phi_type is PhiType.PHONE_OR_FAX
    assert contents["@value", "emily@mail.com"].phi_type is PhiType.EMAIL
    assert contents["@value", "13.5"].role is PassageRole.COPY
    assert contents["@value", "20240229"].phi_type is PhiType.DATE
    assert contents["content", "R&D nurse <Ann>"].role is PassageRole.FREE_TEXT
    assert text.patient == "urn:oid:2.16.840.1.113883.19.5|4711-0815"
    assert text.language_hint == "en-US"
    assert text.embedded_images == 1
    assert text.facts is not None
    assert text.facts.known_names == ("Dawson, Emily",)
    assert text.source.startswith('<?xml version="1.0" encoding="UTF-8"?>')


@pytest.mark.parametrize("profile", MaskingProfile)
def test_given_a_cda_document_when_masked_then_it_is_well_formed_and_comments_are_gone(profile: MaskingProfile) -> None:
    out = masked(understood(CDA), profile)
    root: ET.Element = fromstring(out.encode())
    assert "for Emily" not in out
    assert "dawson.xsl" not in out
    assert "iVBOR" not in out
    birth = root.find(f".//{V3}birthTime")
    assert birth is not None
    assert birth.get("value") != "19580220"
    number = root.find(f".//{V3}patientRole/{V3}id")
    assert number is not None
    assert number.get("root") == "2.16.840.1.113883.19.5"
    assert (number.get("extension") or "").startswith("ID-v1-")


def test_given_a_birth_of_a_very_old_patient_when_masked_then_cda_says_that_it_was_masked() -> None:
    out = masked(understood(CDA.replace("19580220", "19300220")), MaskingProfile.SAFE_HARBOR)
    birth = fromstring(out.encode()).find(f".//{V3}birthTime")
    assert birth is not None
    assert birth.attrib == {"nullFlavor": "MSK"}


def test_given_replacements_with_markup_when_put_into_xml_then_they_are_escaped() -> None:
    text = understood(CDA)
    out = replaced(text, "nurse <Ann>", 'a<b>&"c"')
    content = fromstring(out.encode()).find(f".//{V3}content")
    assert content is not None
    assert content.text == 'R&D a<b>&"c"'
    out = replaced(text, "Emily <b>", "x]]>y")
    assert fromstring(out.encode()) is not None


# FHIR


@pytest.mark.parametrize("ascii_", [True, False])
@pytest.mark.parametrize("profile", MaskingProfile)
def test_given_fhir_when_masked_then_it_is_json_with_only_listed_elements(
    profile: MaskingProfile, ascii_: bool
) -> None:
    text = understood(fhir_text(ascii_=ascii_))
    bundle = json.loads(masked(text, profile))
    patient, observation, document = (entry["resource"] for entry in bundle["entry"])
    assert len(bundle["entry"]) == 3  # a type that no allow-list describes is dropped
    assert set(patient) == {"resourceType", "id", "identifier", "name", "telecom", "gender", "_birthDate", "address"}
    assert patient["_birthDate"]["extension"][0]["valueCode"] == "masked"  # above 89
    assert observation["subject"]["reference"] == f"Patient/{patient['id']}"
    assert bundle["entry"][0]["fullUrl"].endswith(f"/Patient/{patient['id']}")
    assert "mercy" not in bundle["entry"][0]["fullUrl"]
    assert "issued" not in observation
    assert observation["valueQuantity"] == {"value": 13.5, "unit": "g/dL"}
    assert "Bob -->" not in observation["text"]["div"]
    assert document["content"] == [
        {"attachment": {"contentType": "text/plain", "data": "RW1pbHkgRGF3c29u"}},
        {"attachment": {"contentType": "application/pdf"}},
    ]
    expected = "2024" if profile is MaskingProfile.SAFE_HARBOR else r"202[34]-\d\d-\d\dT10:22:00\+09:00"
    assert re.fullmatch(expected, observation["effectiveDateTime"])
    assert text.embedded_images == 1
    assert text.patient == "urn:oid:1.2.36|4711-0815"
    assert '"value": 13.5,' in masked(text, profile)


def test_given_free_text_in_fhir_when_replaced_then_strings_xhtml_and_attachments_are_well_formed() -> None:
    out = replaced(understood(fhir_text()), "Emily", 'K"<&\\')
    _, observation, document = (entry["resource"] for entry in json.loads(out)["entry"])
    assert observation["note"][0]["text"] == 'line one\nsaid "K"<&\\" \U0001f600 Dawson'
    assert fromstring(observation["text"]["div"])[0].text == 'K"<&\\ & Bob é'
    data = document["content"][0]["attachment"]["data"]
    assert base64.b64decode(data).decode() == 'K"<&\\ Dawson'


def test_given_lines_of_resources_when_read_then_each_is_one() -> None:
    line = json.dumps({"resourceType": "Patient", "id": "a", "identifier": [{"value": "X1"}]})
    text = understood(f"{line}\n{line.replace('X1', 'X2')}\n")
    assert text.patients == 2
    assert text.patient is None
    assert [json.loads(one)["resourceType"] for one in masked(text).strip().split("\n")] == ["Patient", "Patient"]


def test_given_a_known_identifier_in_a_code_when_read_then_the_code_is_read_as_text() -> None:
    body = {"resourceType": "Patient", "gender": "4711-0815F", "identifier": [{"value": "4711-0815"}]}
    text = understood(json.dumps(body))
    assert by_path(text, "Patient.gender").role is PassageRole.FREE_TEXT


# Tables


def test_given_a_table_when_read_then_headings_type_its_cells_and_claims_are_told() -> None:
    text = understood(CSV)
    row = [passage for passage in text.passages if passage.path.startswith("row[1]/")]
    assert [one.phi_type for one in row] == [PhiType.ID, PhiType.NAME, PhiType.DATE, None, None, None, None]
    assert row[1].text == 'Dawson, Emily "Em"'
    assert [one.role for one in row[3:]] == [PassageRole.COPY] * 3 + [PassageRole.FREE_TEXT]
    assert text.claims is not None
    assert [(one.procedure, one.diagnosis, one.amount) for one in text.claims] == [
        ("99213", "E11.9", 120.5),
        ("99214", "I10", 95.0),
    ]
    assert text.patient == "|4711"


def test_given_a_code_column_with_prose_when_read_then_it_is_read_as_text() -> None:
    text = understood("mrn,result,flag\n1,Emily Dawson is well,N\n2,4.1,H\n")
    roles = {passage.text: passage.role for passage in text.passages}
    assert roles["Emily Dawson is well"] is PassageRole.FREE_TEXT
    assert roles["4.1"] is PassageRole.COPY


def test_given_a_table_when_masked_then_rows_and_cells_stay_in_number() -> None:
    out = masked(understood(CSV))
    assert [len(understood_row) for understood_row in _cells(out)] == [7, 7, 7]
    assert "Dawson" not in out


def test_given_a_replacement_with_separators_when_put_into_cells_then_they_stay_cells() -> None:
    text = understood(CSV)
    assert _cells(replaced(text, "walks", 'a,"b\n;'))[2][6] == "a  b   well"
    assert _cells(replaced(text, "called", 'a,"b'))[1][6] == 'a,"b, then left'


def test_given_a_japanese_table_when_read_then_its_headings_are_known() -> None:
    text = understood(
        "患者番号,氏名,フリガナ,生年月日,電話番号,備考\n001,山田花子,ヤマダハナコ,昭和33年2月20日,03-1234-5678,元気\n"
    )
    row = [passage.phi_type for passage in text.passages if passage.path.startswith("row[1]")]
    assert row == [PhiType.ID, PhiType.NAME, PhiType.NAME, PhiType.DATE, PhiType.PHONE_OR_FAX, None]


def _cells(text: str) -> list[list[str]]:
    import csv
    import io

    return list(csv.reader(io.StringIO(text)))


# PDF


def test_given_pdf_pages_when_read_then_their_text_is_one_passage_in_both_languages() -> None:
    body = pdf(lambda page: page.drawString(72, 700, "Emily Dawson, MRN 4711-0815"), japanese_line("患者 山田花子 様"))
    text = understood(body)
    assert text.format is DocumentFormat.PDF
    assert "Emily Dawson" in text.source
    assert "山田花子" in text.source
    assert "\f" in text.source
