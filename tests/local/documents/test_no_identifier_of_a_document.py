"""An invented patient goes in by every door; nothing that others see of the platform carries one of the identifiers.

What may hold them: the raw bucket, the quarantined copy, the work bucket, the consent database, the document table (the
object's key and the patient). What must not: logs, executions, alerts, metrics, dead letters, tags, the audit trail and
everything in the processed bucket (164.312(a)(1), 164.502(b), 164.514(b)(2)).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from demo.documents.pdf import pdf_of
from healthcare_runtime.contracts.documents import ANALYTICS_PREFIX, DocumentStatus
from healthcare_runtime.documents.document import Document
from tests.local.documents.document_cloud import DocumentCloud
from tests.local.emulators import eventually, session
from tests.unit.consent.consent_cases import resource, rule

# No number of 555-0100 to 555-0199: replacements are drawn from there, so another document may carry it by chance.
SYSTEM: Final = "urn:oid:1.2.826.0.1.3680043.8.499"
NUMBER: Final = "90417733"
FAMILY, GIVEN = "Thistlewaite", "Henrietta"
KANJI, KANA = "綾小路 璃々香", "アヤノコウジ リリカ"
METADATA: Final = {
    "patient-id": f"{SYSTEM}|{NUMBER}",
    "submitter": "tests-identifiers",
    "document-type": "18842-5",
    "jurisdiction": "US",
}

NOTE: Final = f"""DISCHARGE SUMMARY
Patient: {GIVEN} {FAMILY}          MRN: {NUMBER}
DOB: 11/23/1947                    SSN: 536-90-4771
Ms. {FAMILY} lives at 2291 Quillfeather Road, Millbrook, and can be called at (617) 555-7305.
E-mail: henrietta.thistlewaite@example.org
Blood pressure 132/78, potassium 4.1 mmol/L. Follow-up in four weeks.
"""
JAPANESE: Final = f"""退院サマリー
患者氏名：{KANJI}（{KANA}）　患者ID：{NUMBER}
生年月日：昭和22年11月23日
電話番号：03-5557-7305
{KANJI.replace(" ", "")}様は心不全で入院され、利尿薬で改善した。次回外来は4週間後。
"""
HL7: Final = "\r".join(
    (
        r"MSH|^~\&|LAB|MILLBROOK|DW|ANALYTICS|20260314||ORU^R01|1|P|2.5.1",
        f"PID|1||{NUMBER}^^^&1.2.826.0.1.3680043.8.499&ISO^MR||{FAMILY.upper()}^{GIVEN.upper()}||19471123|F|||"
        "2291 Quillfeather Road^^Millbrook^NY||(617)555-7305|||||||536904771",
        "OBR|1|||2823-3^Potassium^LN|||20260314",
        "OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/L|3.5-5.1|N|||F",
        f"NTE|1||Called Ms. {FAMILY} at (617) 555-7305 with the result.",
        "",
    )
)
CDA: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<title>Discharge Summary</title><effectiveTime value="20260314"/>
<recordTarget><patientRole><id root="1.2.826.0.1.3680043.8.499" extension="{NUMBER}"/>
<addr><streetAddressLine>2291 Quillfeather Road</streetAddressLine><city>Millbrook</city></addr>
<telecom value="tel:(617)555-7305"/>
<patient><name><given>{GIVEN}</given><family>{FAMILY}</family></name><birthTime value="19471123"/></patient>
</patientRole></recordTarget>
<component><structuredBody><component><section><title>Course</title>
<text>Ms. {FAMILY} was admitted with heart failure and improved on furosemide.</text>
</section></component></structuredBody></component></ClinicalDocument>
"""
FHIR: Final = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "resource": {
                    "resourceType": "Patient",
                    "id": "p1",
                    "identifier": [{"system": SYSTEM, "value": NUMBER}],
                    "name": [{"family": FAMILY, "given": [GIVEN]}],
                    "birthDate": "1947-11-23",
                    "telecom": [{"system": "phone", "value": "(617) 555-7305"}],
                }
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "subject": {"reference": "Patient/p1", "display": f"{GIVEN} {FAMILY}"},
                    "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
                    "valueQuantity": {"value": 4.1, "unit": "mmol/L"},
                    "note": [{"text": f"Ms. {FAMILY} was called at (617) 555-7305."}],
                }
            },
        ],
    }
)
CSV: Final = (
    "claim_id,patient_id,patient_name,birth_date,procedure_code,units,amount,remark\r\n"
    f'CLM-1,{NUMBER},"{FAMILY}, {GIVEN}",1947-11-23,99213,1,92.00,called {GIVEN} about copay\r\n'
)
DOCUMENTS: Final[Mapping[str, tuple[str, bytes]]] = {
    "text": ("tests/door/01.txt", NOTE.encode()),
    "japanese": ("tests/door/02.txt", JAPANESE.encode()),
    "legacy": ("tests/door/03.txt", JAPANESE.replace("心不全", "心筋症").encode("shift_jis", "replace")),
    "hl7": ("tests/door/04.hl7", HL7.encode()),
    "cda": ("tests/door/05.xml", CDA.encode()),
    "fhir": ("tests/door/06.json", FHIR.encode()),
    "csv": ("tests/door/07.csv", CSV.encode()),
    "pdf": ("tests/door/08.pdf", pdf_of(NOTE.replace("four weeks", "six weeks"), japanese=False)),
}
TROUBLE: Final[Mapping[str, tuple[str, bytes, str]]] = {
    "a telling key": (
        f"tests/door/{FAMILY}_{GIVEN}_{NUMBER}.txt",
        NOTE.replace("four", "five").encode(),
        "NAME_WITH_PHI",
    ),
    "a key that climbs": (f"tests/../{FAMILY}/{NUMBER}.txt", NOTE.encode(), "NAME_UNSAFE"),
    "a torn resource": ("tests/door/11.json", FHIR[: len(FHIR) // 2].encode(), "JSON_DAMAGED"),
    "a torn document": ("tests/door/12.xml", CDA[: len(CDA) // 2].encode(), "XML_DAMAGED"),
    "a torn message": ("tests/door/13.hl7", f"MSH|{FAMILY}".encode(), "HL7_DAMAGED"),
}


def _spellings() -> Iterator[str]:
    """Patterns of each identifier as it could come out: itself, quoted, escaped for JSON, in base64, in hex."""
    plain = (
        FAMILY, GIVEN, NUMBER, *KANJI.split(), KANJI.replace(" ", ""), *KANA.split(), "536-90-4771", "536904771",
        "(617) 555-7305", "555-7305", "5557305", "03-5557-7305", "Quillfeather", "11/23/1947", "1947-11-23", "19471123",
        "昭和22年11月23日", "henrietta.thistlewaite@",
    )  # fmt: skip
    for one in plain:
        encoded = base64.b64encode(one.encode()).decode().rstrip("=")[:-1]
        for spelling in {one, quote(one), json.dumps(one)[1:-1], encoded, one.encode().hex()}:
            pattern = re.escape(spelling.casefold())
            # Seven digits stand by chance in every few megabytes of digests.
            yield rf"(?<![0-9a-f]){pattern}(?![0-9a-f])" if one.isdecimal() else pattern


_FOUND: Final = re.compile("|".join(_spellings()))


def assert_clean(where: str, said: object) -> None:
    """No identifier in what is said, whatever its case."""
    text = said if isinstance(said, str) else json.dumps(said, default=str, ensure_ascii=False)
    found = sorted({match[0] for match in _FOUND.finditer(text.casefold())})
    assert found == [], f"{where} carries {found}"


@dataclass(frozen=True)
class Doors:
    """What became of each document, what the alerts said, and what the API answered."""

    processed: Mapping[str, Document]
    held: Mapping[str, Document]
    alerts: list[str]
    api: list[tuple[str, int, str]]


@pytest.fixture(scope="module")
def doors(cloud: DocumentCloud) -> Iterator[Doors]:
    """The patient goes in by every door at once."""
    with cloud.overhearing() as overheard:
        api = _api_errors(cloud)
        cloud.permit(METADATA["patient-id"])
        sound = {
            name: cloud.send(body, key=key, metadata=METADATA | {"note": f"{GIVEN} {FAMILY}"})
            for name, (key, body) in DOCUMENTS.items()
        }
        troubled = {name: cloud.send(body, key=key, metadata=METADATA) for name, (key, body, _) in TROUBLE.items()} | {
            "damaged metadata": cloud.send(NOTE, key="tests/door/14.txt", metadata={"patient-id": f"{GIVEN} {FAMILY}"}),
            "another's name": cloud.send(HL7, key="tests/door/15.hl7", metadata={"patient-id": f"{SYSTEM}|1"}),
        }
        yield Doors(
            {name: cloud.settled(document_id) for name, document_id in sound.items()},
            {name: cloud.settled(document_id) for name, document_id in troubled.items()},
            overheard(),
            api,
        )


def _api_errors(cloud: DocumentCloud) -> list[tuple[str, int, str]]:
    """Requests to the Consent API that must fail, each with identifiers in another place; what was answered."""
    consent = resource(rule("permit", purpose="HRESCH"), patient=METADATA["patient-id"])
    asked: tuple[tuple[str, str, object], ...] = (
        ("POST", "Consent", consent | {"patient": {"display": f"{GIVEN} {FAMILY}"}}),
        ("POST", "Consent", consent | {FAMILY: GIVEN}),
        ("POST", "Consent", consent | {"status": f"{GIVEN} {FAMILY}"}),
        ("POST", f"Consent/{FAMILY}-{NUMBER}/$revoke", {}),
        ("GET", f"Consent/{GIVEN}.{FAMILY}.{NUMBER}", None),
        ("GET", f"Consent?patient={quote(f'{GIVEN} {FAMILY}')}", None),
    )
    return [
        (f"{method} {number}", *_answer(cloud, method, path, body)) for number, (method, path, body) in enumerate(asked)
    ]


def _answer(cloud: DocumentCloud, method: str, path: str, body: object) -> tuple[int, str]:
    content = b"" if body is None else json.dumps(body).encode()
    address = f"{cloud.deployed.endpoints.consent_api}/{path}"
    headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
    request = AWSRequest(method, address, data=content, headers=headers)
    credentials = session().get_credentials()
    assert credentials is not None
    SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    answer = urllib3.request(method, address, body=content, headers=dict(request.headers.items()), retries=False)
    return answer.status, answer.data.decode()


def test_given_sound_documents_by_every_door_then_each_is_processed(doors: Doors) -> None:
    assert {name: (found.status, found.reasons) for name, found in doors.processed.items()} == dict.fromkeys(
        DOCUMENTS, (DocumentStatus.PROCESSED, ())
    )


def test_given_troubled_documents_then_each_is_held_for_its_reason(doors: Doors) -> None:
    expected = {name: (reason,) for name, (_, _, reason) in TROUBLE.items()}
    expected |= {"damaged metadata": ("METADATA_DAMAGED",), "another's name": ("PATIENT_CONTRADICTED",)}
    assert {name: found.reasons for name, found in doors.held.items()} == expected


def test_given_the_raw_bucket_then_the_search_finds_what_went_in(cloud: DocumentCloud, doors: Doors) -> None:
    """The control: this very search finds the identifiers where they are."""
    for name in ("text", "japanese", "hl7", "cda", "fhir", "csv"):
        key, _ = DOCUMENTS[name]
        with pytest.raises(AssertionError, match="carries"):
            assert_clean(key, cloud.body("raw", key).decode())
    head = cloud.s3.head_object(Bucket=cloud.bucket("raw"), Key=DOCUMENTS["text"][0])
    with pytest.raises(AssertionError, match="carries"):
        assert_clean("metadata", head["Metadata"])
    with pytest.raises(AssertionError, match="carries"):
        assert_clean("the document table", cloud.documents.get(doors.held["a telling key"].document_id).object_key)


def test_given_the_processed_bucket_then_no_key_body_manifest_row_metadata_or_tag_names_the_patient(
    cloud: DocumentCloud, doors: Doors
) -> None:
    bucket = cloud.bucket("processed")
    seen = 0
    for key in cloud.everything("processed"):
        body = cloud.body("processed", key)
        table = pq.read_table(pa.BufferReader(body)) if key.startswith(ANALYTICS_PREFIX) else None
        assert_clean(key, body.decode() if table is None else str(table.to_pylist()))
        head = cloud.s3.head_object(Bucket=bucket, Key=key)
        tags = cloud.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert_clean(f"{key}, described", [key, head["Metadata"], head["ContentType"], tags])
        seen += 1
    assert seen >= 3 * len(DOCUMENTS)


def test_given_the_quarantine_bucket_then_no_key_metadata_or_tag_names_the_patient(
    cloud: DocumentCloud, doors: Doors
) -> None:
    bucket = cloud.bucket("quarantine")
    keys = list(cloud.everything("quarantine"))
    assert {found.quarantine_key for found in doors.held.values()} <= {*keys}
    for key in keys:
        head = cloud.s3.head_object(Bucket=bucket, Key=key)
        tags = cloud.s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert_clean(key, [key, head["Metadata"], head["ContentType"], tags])


def test_given_the_logs_of_functions_and_processes_then_no_line_names_the_patient(
    cloud: DocumentCloud, doors: Doors
) -> None:
    logs = cloud.deployed.client("logs")
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
    ]
    told = []
    for group in groups:
        assert_clean("the name of a log group", group)
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                assert_clean(group, [event["message"], event["logStreamName"]])
                told.append(event["message"])
    # These are the logs of these very documents: they tell of each.
    said = "\n".join(told)
    assert [found for found in (*doors.processed.values(), *doors.held.values()) if found.document_id not in said] == []
    # Neither the emulator's log nor PostgreSQL's is the platform's: they print requests, as access logs would.
    files = [one for one in cloud.deployed.layout.logs.iterdir() if not one.name.startswith(("emulator", "postgres"))]
    assert files
    for one in files:
        assert_clean(one.name, one.read_text(errors="replace"))


def test_given_the_executions_then_name_input_output_and_history_carry_digests_only(
    cloud: DocumentCloud, doors: Doors
) -> None:
    for found in (*doors.processed.values(), *doors.held.values()):
        arn = f"{cloud.machine.replace(':stateMachine:', ':execution:')}:{found.document_id}-0"
        assert_clean("an execution", cloud.states.describe_execution(executionArn=arn))
        pages = cloud.states.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        assert len(events) > 5
        assert_clean("the history of an execution", events)


def test_given_the_alerts_then_each_held_document_has_one_and_none_names_the_patient(doors: Doors) -> None:
    for found in doors.held.values():
        assert [text for text in doors.alerts if found.document_id in text]
    for text in doors.alerts:
        assert_clean("an alert", text)


def test_given_the_audit_trail_in_table_and_bucket_then_no_event_names_the_patient(
    cloud: DocumentCloud, doors: Doors
) -> None:
    pages = cloud.dynamodb.get_paginator("scan").paginate(TableName=cloud.variables["AUDIT_TABLE"])
    items = [item for page in pages for item in page["Items"]]
    assert [item for item in items if doors.processed["text"].document_id in str(item.get("record", ""))]
    assert_clean("the audit table", items)
    cloud.call("Checkpoint", {})
    for key in cloud.everything("audit"):
        assert_clean(key, cloud.body("audit", key).decode())


def test_given_metrics_alarms_queues_and_tags_then_none_names_the_patient(cloud: DocumentCloud, doors: Doors) -> None:
    cloudwatch, sqs = cloud.deployed.client("cloudwatch"), cloud.deployed.client("sqs")
    metrics = cloudwatch.list_metrics()["Metrics"]
    assert [metric for metric in metrics if metric["MetricName"] == "DocumentsProcessed"]
    assert_clean("a metric", metrics)
    assert_clean("an alarm", cloudwatch.describe_alarms())
    for url in sqs.list_queues().get("QueueUrls", []):
        if "DeadLetter" in url:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            assert_clean(url, messages.get("Messages", []))
    for key, _ in DOCUMENTS.values():
        assert_clean("a tag", cloud.s3.get_object_tagging(Bucket=cloud.bucket("raw"), Key=key)["TagSet"])


def test_given_requests_that_the_consent_api_refuses_then_its_answers_quote_nothing(doors: Doors) -> None:
    for request, status, said in doors.api:
        assert 400 <= status < 500, (request, status, said)
        assert_clean(f"the answer to {request}", said)


def test_given_list_and_show_then_a_reviewers_screen_names_nobody_unless_asked(
    cloud: DocumentCloud, doors: Doors
) -> None:
    held = doors.held["a telling key"].document_id
    shown: list[Callable[[], tuple[int, str]]] = [
        lambda: cloud.review("list"),
        lambda: cloud.review("show", held),
        lambda: cloud.review("show", doors.processed["text"].document_id),
    ]
    for command in shown:
        code, said = command()
        assert code == 0
        assert_clean("a screen", said)
    assert eventually(lambda: FAMILY in cloud.review("show", held, "--text")[1], seconds=5)
