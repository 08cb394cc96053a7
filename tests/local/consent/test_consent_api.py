# ruff: noqa: E501  (a table: one line a case)
"""The consent API as Lambda runs it: proxy events in, HTTP answers out, a real PostgreSQL behind."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local.consent.consent_world import OTHER_PATIENT, SECRET, Answer, Api, question
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import HIV, PATIENT, coding, resource, rule


def test_given_a_new_consent_when_posted_then_it_is_created_and_can_be_read_changed_and_followed(api: Api) -> None:
    created = api.create()
    assert created.status == 201
    identity = created.json["id"]
    assert created.headers["Location"] == f"https://api.example.org/local/Consent/{identity}/_history/1"
    assert created.headers["ETag"] == 'W/"1"'
    assert created.json["meta"]["versionId"] == "1"
    assert datetime.strptime(created.headers["Last-Modified"], "%a, %d %b %Y %H:%M:%S GMT") is not None

    read = api.call("GET", f"/Consent/{identity}")
    assert (read.status, read.text, read.headers["ETag"]) == (200, created.text, 'W/"1"')

    changed = api.call("PUT", f"/Consent/{identity}", {**read.json, "language": "ja"}, headers={"If-Match": 'W/"1"'})
    assert (changed.status, changed.headers["ETag"], changed.json["language"]) == (200, 'W/"2"', "ja")

    history = api.call("GET", f"/Consent/{identity}/_history").json
    assert [entry["response"]["etag"] for entry in history["entry"]] == ['W/"2"', 'W/"1"']
    assert [entry["request"]["method"] for entry in history["entry"]] == ["PUT", "POST"]
    assert api.call("GET", f"/Consent/{identity}/_history/1").text == created.text


def test_given_a_consent_when_revoked_then_it_is_inactive_at_once_and_stays_so(api: Api) -> None:
    identity = api.create().json["id"]
    assert api.decide()["outcome"] == "permit"
    assert api.call("POST", f"/Consent/{identity}/$revoke", headers={"If-Match": 'W/"3"'}).fault[0] == 412
    revoked = api.call("POST", f"/Consent/{identity}/$revoke", headers={"If-Match": 'W/"1"'})
    assert (revoked.status, revoked.json["status"], revoked.headers["ETag"]) == (200, "inactive", 'W/"2"')
    assert api.decide()["outcome"] == "no-consent"
    revived = {**revoked.json, "status": "active"}
    answer = api.call("PUT", f"/Consent/{identity}", revived, headers={"If-Match": 'W/"2"'})
    assert answer.fault == (409, "business-rule", "")


def test_given_consents_when_searched_then_pages_follow_until_the_end_and_nobody_elses_are_there(api: Api) -> None:
    own = {api.create().json["id"] for _ in range(5)}
    api.create(patient=OTHER_PATIENT)
    found: list[str] = []
    query = {"patient": PATIENT, "_count": "2"}
    while query:
        bundle = api.call("GET", "/Consent", query=query).json
        assert "total" not in bundle
        found += [entry["resource"]["id"] for entry in bundle.get("entry", [])]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        query = dict(part.split("=") for part in following[0].split("?")[1].split("&")) if following else {}
        if query:
            query["patient"] = PATIENT
    assert sorted(found) == sorted(own)
    assert len(found) == 5
    ended = api.call("GET", "/Consent", query={"patient:identifier": PATIENT, "status": "inactive"})
    assert "entry" not in ended.json


def test_given_an_unknown_patient_when_asked_about_then_the_answer_is_that_of_one_without_consents(api: Api) -> None:
    api.call("POST", f"/Consent/{api.create(patient='Patient/revoked').json['id']}/$revoke")
    for path in ("Patient/revoked", "Patient/never-seen"):
        bundle = api.call("GET", "/Consent", query={"patient": path, "status": "active"}).json
        assert "entry" not in bundle
        assert api.decide(path) == {"outcome": "no-consent", "basis": "NO_OPINION"}


def test_given_a_consent_with_an_exception_when_decided_then_the_answer_explains_itself(api: Api) -> None:
    created = api.create(root=rule(None, rule("deny", label=HIV), during="2020/2090"))
    decision = api.decide(label=("valueCoding", [coding(HIV)]), dataTime=("valueDateTime", "2026-01-01T10:00:00Z"))
    assert decision["outcome"] == "permit"
    assert decision["consent"] == {"reference": f"Consent/{created.json['id']}/_history/1"}
    assert decision["path"].startswith(f"Consent/{created.json['id']}/_history/1#Consent.provision")
    assert [part.get("valueCode") or part["valueString"] for part in decision["obligation"]] == [
        "REDACT_LABEL", f"{HIV.system}|HIV",
    ]  # fmt: skip
    assert decision["expires"] == "2091-01-01T00:00:00.000Z"
    assert "obligation" not in api.decide(labelsKnown=("valueBoolean", True))


FAULTS: list[tuple[str, str, Any, dict[str, Any], tuple[int, str, str]]] = [
    ("GET", "/nothing", None, {}, (404, "not-supported", "")),
    ("GET", "/Patient/1", None, {}, (404, "not-supported", "")),
    ("GET", "/Consent/unknown", None, {}, (404, "not-found", "")),
    ("GET", "/Consent/unknown/_history", None, {}, (404, "not-found", "")),
    ("GET", "/Consent/unknown/_history/1", None, {}, (404, "not-found", "")),
    ("GET", "/Consent/unknown/_history/x", None, {}, (404, "not-found", "")),
    ("POST", "/Consent/unknown/$revoke", None, {}, (404, "not-found", "")),
    ("DELETE", "/Consent/unknown", None, {}, (405, "not-supported", "")),
    ("PATCH", "/Consent", None, {}, (405, "not-supported", "")),
    ("GET", "/Consent", None, {"query": {"patient": PATIENT}, "headers": {"Accept": "text/html"}}, (406, "not-supported", "")),
    ("GET", "/Consent", None, {}, (400, "required", "")),
    ("GET", "/Consent", None, {"query": {"patient": SECRET}}, (400, "value", "")),
    ("GET", "/Consent", None, {"query": {"patient": PATIENT, "name": "Hanako"}}, (400, "not-supported", "")),
    ("GET", "/Consent", None, {"query": {"patient": PATIENT, "_count": "-1"}}, (400, "value", "")),
    ("GET", "/Consent", None, {"query": {"patient": PATIENT, "_after": "'; --"}}, (400, "value", "")),
    ("GET", "/Consent", None, {"query": {"patient": PATIENT, "status": "gone"}}, (400, "value", "")),
    ("POST", "/Consent", b"", {}, (400, "structure", "")),
    ("POST", "/Consent", b"{", {}, (400, "structure", "")),
    ("POST", "/Consent", b"<Consent/>", {"headers": {"Content-Type": "application/fhir+xml"}}, (415, "not-supported", "")),
    ("POST", "/Consent", b"{}", {"headers": {"Content-Type": "application/json; charset=shift_jis"}}, (415, "not-supported", "")),
    ("POST", "/Consent", b'{"a":"' + b"x" * 300_000 + b'"}', {}, (413, "too-long", "")),
    ("POST", "/Consent", b'{"a":"' + b"x" * 300_000 + b'"}', {"encoded": True}, (413, "too-long", "")),
    ("POST", "/Consent", {**resource(), "status": "foo"}, {}, (422, "invalid", "Consent.status")),
    ("POST", "/Consent", {**resource(), "patient": {"reference": SECRET}}, {}, (422, "invalid", "Consent.patient.reference")),
    ("POST", "/Consent/$decide", {"resourceType": "Parameters"}, {}, (422, "invalid", "Parameters.parameter")),
    ("POST", "/Consent/$decide", question(purpose=("valueCode", "FUN")), {}, (422, "invalid", "Parameters.parameter[2].valueCode")),
    ("POST", "/Consent/$decide", question(SECRET), {}, (422, "invalid", "Parameters.parameter[0].valueString")),
    ("POST", "/Consent/$decide", question(zone=("valueString", "../../etc/passwd")), {}, (422, "invalid", "Parameters.parameter[3].valueString")),
    ("POST", "/Consent/$decide", question(dataTime=("valueDateTime", "2026-01-01")), {}, (422, "invalid", "Parameters.parameter[3].valueDateTime")),
    ("POST", "/Consent/$decide", question(breakGlass=("part", [{"name": "reason", "valueCode": "serious-harm"}])), {}, (422, "invalid", "Parameters.parameter[3].part")),
    ("PUT", "/Consent/unknown", {**resource(), "id": "unknown"}, {}, (412, "required", "")),
    ("PUT", "/Consent/unknown", {**resource(), "id": "unknown"}, {"headers": {"If-Match": "*"}}, (400, "value", "")),
    ("PUT", "/Consent/unknown", {**resource(), "id": "other"}, {"headers": {"If-Match": 'W/"1"'}}, (400, "value", "Consent.id")),
    ("PUT", "/Consent/unknown", {**resource(), "id": "unknown"}, {"headers": {"If-Match": 'W/"1"'}}, (404, "not-found", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "options", "expected"), FAULTS, ids=[f"{n}-{one[0]}-{one[4][0]}" for n, one in enumerate(FAULTS)]
)  # fmt: skip
def test_given_a_faulty_request_when_sent_then_the_outcome_names_rule_and_place(
    api: Api, method: str, path: str, body: Any, options: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    answer = api.call(method, path, body, **options)
    assert answer.fault == expected
    if answer.status == 405:
        assert answer.headers["Allow"]


def test_given_the_same_signed_form_when_posted_twice_then_the_second_is_a_conflict(api: Api) -> None:
    assert api.create(form="F-1").status == 201
    assert api.create(form="F-1").fault == (409, "business-rule", "")


def test_given_a_body_in_base64_when_posted_then_it_is_read(api: Api) -> None:
    sent = {**resource(), "extension": [{"url": "urn:x", "valueString": "山田"}]}
    assert api.call("POST", "/Consent", sent, encoded=True).json["extension"] == sent["extension"]


def test_given_writers_at_once_when_each_saw_the_same_version_then_one_wins_and_the_others_are_told(
    new_api: Callable[[str], Api], database: str
) -> None:
    first = new_api(database)
    read = first.create().json
    apis = [first, *(new_api(database) for _ in range(3))]

    def put(api: Api) -> int:
        return api.call("PUT", f"/Consent/{read['id']}", read, headers={"If-Match": 'W/"1"'}).status

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(put, apis)) == [200, 412, 412, 412]


def test_given_no_database_when_asked_then_503_says_when_to_come_again(
    capfd: pytest.CaptureFixture[str], new_api: Callable[..., Api], database: str
) -> None:
    api = new_api(database, CONSENT_DB_PORT="1")
    for answer in (api.create(), api.call("POST", "/Consent/$decide", question())):
        assert answer.fault == (503, "transient", "")
        assert answer.headers["Retry-After"] == "5"
    logged = capfd.readouterr().out
    assert "consent_database_failed" in logged
    assert SECRET not in logged


def test_given_a_database_without_the_schema_when_asked_then_503(
    new_api: Callable[[str], Api], postgres: Postgres
) -> None:
    assert new_api(postgres.new_database()).call("POST", "/Consent/$decide", question()).status in (403, 503)


def test_given_a_role_that_may_only_read_when_it_writes_then_403(new_api: Callable[..., Api], database: str) -> None:
    api = new_api(database, CONSENT_DB_USER="consent_reader")
    assert api.create().fault == (403, "forbidden", "")
    assert api.decide()["outcome"] == "no-consent"


def test_given_a_database_that_restarts_when_asked_again_then_the_warm_function_answers(
    api: Api, postgres: Postgres, database: str
) -> None:
    api.create()
    with postgres.connect() as administrator:
        administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
    assert api.decide()["outcome"] == "permit"


def test_given_metadata_when_asked_for_then_it_tells_the_version_of_fhir(api: Api) -> None:
    statement = api.call("GET", "/metadata").json
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")


def test_given_whatever_was_asked_when_logs_are_read_then_no_patient_is_in_them(
    capfd: pytest.CaptureFixture[str], new_api: Callable[[str], Api], database: str
) -> None:
    api = new_api(database)  # in the test: pytest's standard output is another one before
    api.create()
    api.call("GET", "/Consent", query={"patient": PATIENT})
    api.call("POST", "/Consent", {**resource(), "status": SECRET})
    api.decide()
    lines = capfd.readouterr().out.splitlines()
    own = [json.loads(line)["event"] for line in lines if "log:botocore" not in line]
    assert own == ["consent_api"] * 4
    assert SECRET not in "".join(lines)


paths = st.sampled_from(["/Consent", "/Consent/$decide", "/Consent/x", "/Consent/x/$revoke", "/metadata"]) | st.text(
    max_size=20
).map(lambda text: f"/Consent/{text}")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(SECRET),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceType", "parameter", "name", "part", SECRET]) | st.text(max_size=4), inner
        )
    ),
    max_leaves=8,
)
damaged = st.one_of(
    st.binary(max_size=60).map(lambda raw: raw + SECRET.encode()),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.tuples(st.sampled_from(list(resource())), json_values).map(lambda one: json.dumps({**resource(), one[0]: one[1]}).encode()),
    st.tuples(st.integers(0, 2), json_values).map(lambda one: json.dumps(_damaged_question(*one)).encode()),
)  # fmt: skip


def _damaged_question(place: int, value: Any) -> dict[str, Any]:
    found = question()
    found["parameter"][place] = value if isinstance(value, dict) else {**found["parameter"][place], "valueCode": value}
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["GET", "POST", "PUT", "DELETE"]), paths, damaged, st.booleans(), st.booleans())
def test_given_any_bad_request_when_sent_then_it_is_never_a_500_and_never_echoes_the_patient(
    api: Api, method: str, path: str, body: bytes, encoded: bool, matched: bool
) -> None:
    if not encoded:
        body = body.decode("utf-8", "replace").encode()
    headers = {"If-Match": 'W/"1"'} if matched else {}
    answer = api.call(method, path, body, headers=headers, encoded=encoded)  # an error with the patient fails there
    assert answer.status < 500


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            ["path", "httpMethod", "headers", "queryStringParameters", "multiValueQueryStringParameters", "body",
             "isBase64Encoded", "requestContext"]
        ),
        json_values,
    )
)  # fmt: skip
def test_given_any_event_when_served_then_there_is_an_answer(api: Api, event: dict[str, Any]) -> None:
    answer = Answer(api._handler(event, None))
    assert 400 <= answer.status < 500


def test_given_the_whole_test_when_over_then_the_roles_of_the_function_hold_no_open_transaction(
    api: Api, postgres: Postgres, database: str
) -> None:
    api.create()
    api.decide()
    with psycopg.connect(postgres.dsn()) as connection:
        states = connection.execute("SELECT state FROM pg_stat_activity WHERE datname = %s", (database,)).fetchall()
    assert states == [("idle",)]
