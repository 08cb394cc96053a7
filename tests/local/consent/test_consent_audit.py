"""Every change, read and decision of the Consent API is an audit event before it is true (164.312(b))."""

import json
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from healthcare_runtime.audit.__main__ import main
from healthcare_runtime.audit.chain import EMPTY, chained, shard_name
from healthcare_runtime.audit.table import rows
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.api.composition import compose
from healthcare_runtime.consent.api.settings import ApiSettings
from healthcare_runtime.consent.settings import ConsentDatabase
from tests.aws_emulator import AwsEmulator
from tests.local.consent.consent_world import CLERK, SECRET, SHARDS, Account, Api, question, session_arn
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import PATIENT, resource

NewApi = Callable[..., Api]
SEEN_1 = {"If-Match": 'W/"1"'}


def versions(postgres: Postgres, database: str) -> int:
    with postgres.connect(database) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM consent.consent_version").fetchall()
    return int(count)


def test_given_the_life_of_a_consent_when_it_is_over_then_each_act_is_an_event_that_names_the_caller(
    api: Api, account: Account
) -> None:
    created = api.create().json
    path = f"/Consent/{created['id']}"
    api.call("GET", path)
    api.call("GET", f"{path}/_history/1")
    api.call("PUT", path, {**created, "language": "ja"}, headers=SEEN_1)
    api.call("GET", f"{path}/_history")
    api.call("GET", "/Consent", query={"patient": PATIENT})
    api.decide()
    api.call("POST", f"{path}/$revoke")
    api.call("POST", f"{path}/$revoke")
    events = account.events()
    assert sorted(account.acts()) == sorted(
        [
            ("CreateConsent", "DONE"),
            ("ReadConsent", "DONE"),
            ("ReadConsent", "DONE"),
            ("UpdateConsent", "DONE"),
            ("HistoryOfConsent", "DONE"),
            ("SearchConsents", "DONE"),
            ("DecideConsent", "PERMIT"),
            ("RevokeConsent", "DONE"),
            ("RevokeConsent", "UNCHANGED"),
        ]
    )
    assert {event["agent"] for event in events} == {session_arn(CLERK)}
    about_one = [event for event in events if event["action"] not in ("SearchConsents", "DecideConsent")]
    assert {event["entity"] for event in about_one} == {created["id"]}
    assert [event["details"].get("version") for event in about_one if event["outcome"] == "DONE"] == [
        1, 1, 1, 2, 2, 3,
    ]  # fmt: skip
    (search,) = [event for event in events if event["action"] == "SearchConsents"]
    (decision,) = [event for event in events if event["action"] == "DecideConsent"]
    for event in (search, decision):
        assert re.fullmatch(r"request/[0-9a-f-]{36}", event["entity"])
        assert event["details"]["count"] == 1
        assert event["consent_version"] == f"Consent/{created['id']}/_history/2"
    assert decision["purpose_of_use"] == "HRESCH"
    assert decision["details"]["basis"] == "CONSENT"


def test_given_whatever_was_done_then_no_event_knows_a_patient_or_the_callers_own_words(
    api: Api, account: Account
) -> None:
    created = api.create().json
    api.call("GET", "/Consent", query={"patient": PATIENT})
    api.decide(actor=("valueString", f"Patient/{SECRET}-daughter"), affiliation=("valueString", f"Ward {SECRET}"))
    api.call("POST", "/Consent/$decide", question(actorRole=("valueCode", "treating-team")))
    api.call("POST", f"/Consent/{created['id']}/$revoke")
    kept = json.dumps(account.events())
    assert len(account.events()) == 5
    assert SECRET not in kept
    assert "1.2.3.4" not in kept


def test_given_a_request_id_that_a_client_repeats_then_each_request_is_an_event_of_its_own(
    api: Api, account: Account
) -> None:
    path = f"/Consent/{api.create().json['id']}"
    for _ in range(2):
        assert api.call("GET", path).status == 200
    assert account.acts().count(("ReadConsent", "DONE")) == 2
    assert {event["details"]["request_id"] for event in account.events()} == {"Jkv3-FUPoAMFcIw="}


def test_given_more_results_than_one_event_holds_then_several_name_them_all(api: Api, account: Account) -> None:
    made = {f"Consent/{api.create().json['id']}/_history/1" for _ in range(17)}
    api.call("GET", "/Consent", query={"patient": PATIENT})
    found = [event for event in account.events() if event["action"] == "SearchConsents"]
    assert [event["details"]["count"] for event in found] == [17, 17]
    assert {event["entity"] for event in found} == {found[0]["entity"]}
    assert {one for event in found for one in event["consent_version"].split(",")} == made


def test_given_a_search_without_results_then_it_is_an_event_all_the_same(api: Api, account: Account) -> None:
    api.call("GET", "/Consent", query={"patient": "Patient/nobody"})
    (event,) = account.events()
    assert (event["action"], event["details"]["count"], event["consent_version"]) == ("SearchConsents", 0, "")


@pytest.mark.parametrize("word", [SECRET, "-1", ".", "x" * 64])
def test_given_an_id_that_nobody_gave_then_no_event_repeats_the_callers_word(
    api: Api, account: Account, word: str
) -> None:
    for method, path, query in (
        ("GET", f"/Consent/{word}/_history", {"_before": "9"}),
        ("GET", f"/Consent/{word}", {}),
        ("POST", f"/Consent/{word}/$revoke", {}),
    ):
        assert api.call(method, path, query=query).status in (200, 404)
    assert account.events() == []


REQUESTS: dict[str, Callable[[dict[str, Any]], tuple[str, str, Any, dict[str, Any]]]] = {
    "create": lambda _: ("POST", "/Consent", resource(), {}),
    "update": lambda seen: ("PUT", f"/Consent/{seen['id']}", seen, {"headers": SEEN_1}),
    "revoke": lambda seen: ("POST", f"/Consent/{seen['id']}/$revoke", None, {}),
    "read": lambda seen: ("GET", f"/Consent/{seen['id']}", None, {}),
    "vread": lambda seen: ("GET", f"/Consent/{seen['id']}/_history/1", None, {}),
    "history": lambda seen: ("GET", f"/Consent/{seen['id']}/_history", None, {}),
    "search": lambda _: ("GET", "/Consent", None, {"query": {"patient": PATIENT}}),
    "decide": lambda _: ("POST", "/Consent/$decide", question(), {}),
    "refuse": lambda _: ("POST", "/Consent/$decide", question(actorRole=("valueCode", "treating-team")), {}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_given_a_trail_that_keeps_nothing_when_asked_then_503_and_nothing_is_changed_or_told(
    api: Api, account: Account, postgres: Postgres, database: str, name: str
) -> None:
    created = api.create().json
    account.lose_table()
    method, path, body, options = REQUESTS[name](created)
    answer = api.call(method, path, body, **options)
    assert answer.fault == (503, "transient", "")
    assert answer.headers["Retry-After"] == "5"
    assert created["id"] not in answer.text
    assert versions(postgres, database) == 1
    with postgres.connect(database) as connection:
        assert connection.execute("SELECT version, status FROM consent.consent_head").fetchall() == [(1, "active")]


def test_given_a_conflict_when_answered_then_no_event_says_that_something_changed(api: Api, account: Account) -> None:
    created = api.create(form="F-1").json
    assert api.create(form="F-1").status == 409
    stale = {"If-Match": 'W/"7"'}
    assert api.call("PUT", f"/Consent/{created['id']}", created, headers=stale).status == 412
    assert api.call("POST", "/Consent/unknown/$revoke").status == 404
    assert account.acts() == [("CreateConsent", "DONE")]


def test_given_a_commit_that_fails_after_its_event_then_another_event_takes_it_back(
    api: Api, account: Account, aws: AwsEmulator, postgres: Postgres, database: str
) -> None:
    session: boto3.session.Session = aws.session()
    kills: list[int] = []

    def kill_once(**_: object) -> None:
        if not kills:
            with postgres.connect() as administrator:
                query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                kills.append(len(administrator.execute(query, (database,)).fetchall()))

    session.events.register("after-call.dynamodb.TransactWriteItems", kill_once)
    victim = Api(
        lambda event, _: compose(
            ConsentDatabase.from_environment(), ApiSettings.from_environment(), AwsClients(session)
        ).answer(event)
    )
    assert victim.create().fault == (503, "transient", "")
    assert kills == [1]
    assert versions(postgres, database) == 0
    said, taken_back = account.events()
    assert (said["action"], said["outcome"]) == ("CreateConsent", "DONE")
    assert (taken_back["action"], taken_back["outcome"]) == ("CreateConsent", "FAILED")
    assert said["entity"] == taken_back["entity"]


def test_given_writers_at_once_when_one_wins_then_the_trail_knows_of_one_change(
    new_api: NewApi, database: str, account: Account
) -> None:
    first = new_api(database)
    read = first.create().json
    apis = [first, *(new_api(database) for _ in range(3))]

    def put(api: Api) -> int:
        return api.call("PUT", f"/Consent/{read['id']}", read, headers=SEEN_1).status

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(put, apis)) == [200, 412, 412, 412]
    assert account.acts() == [("CreateConsent", "DONE"), ("UpdateConsent", "DONE")]


def test_given_many_functions_at_once_when_all_record_then_each_version_has_its_event_and_the_chains_hold(
    new_api: NewApi, database: str, account: Account, postgres: Postgres
) -> None:
    apis = [new_api(database) for _ in range(6)]

    def create_some(api: Api) -> list[str]:
        return [api.create().json["id"] for _ in range(4)]

    with ThreadPoolExecutor(len(apis)) as threads:
        made = [identity for some in threads.map(create_some, apis) for identity in some]
    assert sorted(event["entity"] for event in account.events()) == sorted(made)
    assert set(account.acts()) == {("CreateConsent", "DONE")}
    assert versions(postgres, database) == len(made) == 24
    for shard in map(shard_name, range(SHARDS)):
        link = EMPTY.hash
        for row in rows(account.clients.dynamodb, account.table, shard):
            link = chained(link, row.record)
            assert link.hex() == row.hash


def test_given_an_event_when_shown_by_the_command_then_fhir_knows_what_kind_of_act_it_was(
    api: Api, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    created = api.create().json
    api.call("GET", f"/Consent/{created['id']}")
    variables = {"AUDIT_TABLE": account.table, "AUDIT_SHARDS": str(SHARDS)}
    capsys.readouterr()
    assert main(["show", "--entity", created["id"], "--fhir"], variables, account.clients, sys.stdout) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"resourceType"')]
    assert [(one["action"], one["outcome"]) for one in shown] == [("C", "0"), ("R", "0")]
