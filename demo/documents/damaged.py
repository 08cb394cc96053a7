"""Documents that something happened to, and documents in languages that no model reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from demo.documents.document import Kind, ReasonFamily
from demo.documents.hostile import Held
from healthcare_runtime.documents.reasons import ReasonCode


def damaged(text: str, pdf: bytes, message: bytes, clinical_document: bytes, resource: bytes) -> Iterator[Held]:
    """Eleven accidents, made from sound documents."""
    family, unreadable = ReasonFamily.DAMAGED, ReasonFamily.UNREADABLE
    yield Held("Empty", "inbox/notes/empty.txt", b"", Kind.TEXT, family, (ReasonCode.EMPTY,))
    undecodable = (ReasonCode.CHARSET_UNKNOWN, ReasonCode.BINARY_CONTENT)
    mixture = (
        text.encode("utf-8")[:400] + "診療録".encode("euc_jp") + b"\x81\xff\xfe\x90\xa0" * 40 + bytes(range(128, 256))
    )
    yield Held("Several character sets in one", "inbox/notes/mixture.txt", mixture, Kind.TEXT, unreadable, undecodable)
    cut = pdf[: len(pdf) // 2]
    torn = (ReasonCode.PDF_DAMAGED, ReasonCode.PDF_WITHOUT_TEXT)
    yield Held("PDF cut off", "inbox/pdf/cut.pdf", cut, Kind.PDF, family, torn)
    hl7 = (ReasonCode.HL7_DAMAGED,)
    yield Held("HL7 header alone", "inbox/hl7/cut.hl7", message[:18], Kind.HL7V2, family, hl7)
    headless = b"\r".join(message.split(b"\r")[1:])
    also_text = (*hl7, ReasonCode.PATIENT_UNKNOWN, ReasonCode.COMPLIANCE_RULE)
    yield Held("HL7 without a header", "inbox/hl7/headless.hl7", headless, Kind.HL7V2, family, also_text)
    xml = (ReasonCode.XML_DAMAGED,)
    half = clinical_document[: len(clinical_document) * 2 // 3]
    yield Held("XML cut off", "inbox/cda/cut.xml", half, Kind.CDA, family, xml)
    crossed = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><a><b></a></b></ClinicalDocument>'
    yield Held("XML with crossed tags", "inbox/cda/crossed.xml", crossed, Kind.CDA, family, xml)
    json = (ReasonCode.JSON_DAMAGED,)
    yield Held("JSON cut off", "inbox/fhir/cut.json", resource[: len(resource) // 2], Kind.FHIR, family, json)
    twice = b'{"resourceType":"Observation","status":"final","status":"amended"}'
    doubled = (ReasonCode.JSON_DAMAGED, ReasonCode.FHIR_UNKNOWN_TYPE)
    yield Held("JSON that says a thing twice", "inbox/fhir/twice.json", twice, Kind.FHIR, family, doubled)
    spell = b'{"resourceType":"Horoscope","sign":"aries"}'
    unknown = (ReasonCode.FHIR_UNKNOWN_TYPE,)
    yield Held("No FHIR resource", "inbox/fhir/horoscope.json", spell, Kind.FHIR, unreadable, unknown)
    table = b'claim_id,amount\r\n"CLM-1,12.00\r\nCLM-2,"13.0"0"\r\n'
    csv = (ReasonCode.CSV_DAMAGED, ReasonCode.PATIENT_UNKNOWN)
    yield Held("Table with an open quote", "inbox/claims/quote.csv", table, Kind.CSV, family, csv)


def foreign() -> Iterator[Held]:
    """Notes that a detector for English and Japanese must not pretend to have read."""
    family, reasons = ReasonFamily.LANGUAGE, (ReasonCode.LANGUAGE_UNKNOWN,)
    for title, name, text in _FOREIGN:
        yield Held(f"Note in {title}", f"inbox/notes/{name}.txt", (text * 3).encode(), Kind.TEXT, family, reasons)


_FOREIGN: Final = (
    (
        "Russian",
        "foreign-1",
        "Выписной эпикриз. Пациент поступил с жалобами на одышку и отёки ног. Проведена терапия фуросемидом, состояние "
        "улучшилось. Рекомендовано наблюдение кардиолога и контроль массы тела ежедневно.\n",
    ),
    (
        "Arabic",
        "foreign-2",
        "تقرير خروج. حضر المريض إلى قسم الطوارئ بسبب ضيق في التنفس وتورم في الساقين. "
        "تحسنت الحالة بعد العلاج بمدرات البول. "
        "يوصى بمتابعة طبيب القلب وقياس الوزن يوميا.\n",
    ),
    (
        "Thai",
        "foreign-3",
        "สรุปการจำหน่ายผู้ป่วย ผู้ป่วยมาด้วยอาการเหนื่อยหอบและขาบวม ได้รับยาขับปัสสาวะแล้วอาการดีขึ้น แนะนำให้ติดตามกับแพทย์โรคหัวใจ\n",
    ),
    (
        "Korean",
        "foreign-4",
        "퇴원 요약지. 환자는 호흡곤란과 하지 부종으로 내원하였다. 이뇨제 치료 후 호전되었으며 "
        "심장내과 외래 추적 관찰을 권고함. 매일 체중을 측정할 것.\n",
    ),
)
