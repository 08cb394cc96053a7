"""Who asks the Consent API, what such a caller may claim, and what happens when somebody breaks the glass."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.audit import AuditEvent
from healthcare_runtime.audit.__main__ import main
from healthcare_runtime.consent.api.caller import Caller
from healthcare_runtime.consent.api.outcome import ApiFault
from healthcare_runtime.consent.api.settings import ApiSettings
from healthcare_runtime.environment import EnvironmentFaultError
from tests.aws_emulator import ACCOUNT
from tests.local.consent.consent_world import (
    CLERK,
    EMERGENCY,
    SECRET,
    SHARDS,
    WARD,
    Account,
    Api,
    emergency,
    question,
    session_arn,
)

TREATS: dict[str, Any] = {"purpose": ("valueCode", "TREAT"), "actorRole": ("valueCode", "treating-team")}
BREAKS_AS_TEAM: dict[str, Any] = {**emergency(), "actorRole": TREATS["actorRole"]}
USER = f"arn:aws:iam::{ACCOUNT}:user/{WARD}"


def identity(arn: str, caller: str = "AIDAEXAMPLE") -> dict[str, object]:
    return {"identity": {"userArn": arn, "caller": caller}}


@pytest.mark.parametrize("context", [{"identity": {}}, {"identity": None}, identity("", ""), identity("山田", "山田")])
def test_given_no_principal_when_asked_anything_then_403_and_nothing_is_recorded(
    api: Api, account: Account, context: dict[str, object]
) -> None:
    for path in ("/Consent/$decide", "/Consent", "/nothing"):
        assert api.call("POST", path, question(), context=context).fault == (403, "forbidden", "")
    assert account.events() == []


def test_given_an_arn_that_no_event_takes_then_the_principals_unique_id_is_the_agent(
    api: Api, account: Account
) -> None:
    odd = identity(f"arn:aws:iam::{ACCOUNT}:user/a path!/{SECRET}", "AIDAEXAMPLE")
    assert api.call("POST", "/Consent/$decide", question(), context=odd).status == 200
    assert [event["agent"] for event in account.events()] == ["AIDAEXAMPLE"]


arns = st.builds(
    "arn:aws:{}::{}:{}/{}/{}".format,
    st.sampled_from(["sts", "iam"]),
    st.sampled_from([ACCOUNT, "111122223333"]),
    st.sampled_from(["assumed-role", "user", "federated-user"]),
    st.sampled_from([WARD, "Other"]) | st.text(max_size=6),
    st.sampled_from(["session", "a/b"]) | st.text(max_size=6),
)
values = st.none() | st.integers() | st.text(max_size=300) | arns


@given(st.none() | st.dictionaries(st.sampled_from(["accountId", "extendedRequestId"]), values), values, values)
def test_given_any_context_then_a_caller_fits_an_event_and_a_role_is_one_of_this_account(
    context: dict[str, object] | None, arn: object, unique: object
) -> None:
    whole = (
        None if context is None else {"accountId": ACCOUNT, **context, "identity": {"userArn": arn, "caller": unique}}
    )
    try:
        caller = Caller.parse(whole)
    except ApiFault:
        named = isinstance(unique, str) and unique.isascii() and unique.isalnum() and len(unique) < 200
        assert context is None or not named
        return
    details = {"request_id": caller.request_id} if caller.request_id else {}
    AuditEvent(
        event_id=f"{caller.call}/ReadConsent/0", recorded_at=datetime.now(UTC), action="ReadConsent", outcome="DONE",
        entity=f"request/{caller.call}", agent=caller.principal, details=details,
    )  # fmt: skip
    if caller.role:
        assert whole is not None
        assert caller.principal.startswith(f"arn:aws:sts::{whole['accountId']}:assumed-role/{caller.role}/")


CLAIMS: list[tuple[str, dict[str, object], dict[str, Any], int]] = [
    ("nobody's claim", {}, {}, 200),
    ("the ward treats", identity(session_arn(WARD)), TREATS, 200),
    ("a clerk treats", identity(session_arn(CLERK)), TREATS, 403),
    ("the emergency team treats", identity(session_arn(EMERGENCY)), TREATS, 403),
    ("the ward of another account treats", identity(session_arn(WARD, "111122223333")), TREATS, 403),
    ("a user with the ward's name treats", identity(USER), TREATS, 403),
    ("a role whose name begins so treats", identity(session_arn(f"{WARD}2")), TREATS, 403),
    ("the emergency team breaks the glass", identity(session_arn(EMERGENCY)), emergency(), 200),
    ("the ward breaks the glass", identity(session_arn(WARD)), emergency(), 403),
    ("a clerk breaks the glass", identity(session_arn(CLERK)), emergency(), 403),
    ("a clerk asks for BTG without a reason", identity(session_arn(CLERK)), {"purpose": ("valueCode", "BTG")}, 403),
    ("the emergency team as treating team", identity(session_arn(EMERGENCY)), BREAKS_AS_TEAM, 403),
]  # fmt: skip


@pytest.mark.parametrize(("context", "claim", "status"), [one[1:] for one in CLAIMS], ids=[one[0] for one in CLAIMS])
def test_given_a_claim_when_asked_then_only_roles_that_the_operator_named_are_believed(
    api: Api, account: Account, context: dict[str, object], claim: dict[str, Any], status: int
) -> None:
    answer = api.call("POST", "/Consent/$decide", question(**claim), context=context)
    assert answer.status == status
    first = account.events()[0]
    if status == 403:
        assert answer.fault == (403, "forbidden", "")
        assert account.acts() == [("DecideConsent", "REFUSED")]
        assert first["details"]["reason"] == "role-not-allowed"
        assert account.messages() == []
    else:
        assert first["outcome"] in ("PERMIT", "NO_CONSENT")


def test_given_a_stage_that_names_nobody_then_nobody_is_believed(
    new_api: Callable[..., Api], database: str, account: Account
) -> None:
    api = new_api(database, CONSENT_CARE_ROLES="", CONSENT_EMERGENCY_ROLES="")
    for role, claim in ((WARD, TREATS), (EMERGENCY, emergency()), ("", TREATS)):
        context = {} if role else identity(USER)
        assert api.call("POST", "/Consent/$decide", question(**claim), role=role, context=context).status == 403
    assert account.acts() == [("DecideConsent", "REFUSED")] * 3


@pytest.mark.parametrize("roles", ["a b", "a,,b", ",", "a" * 65, "path/role", "*"])
def test_given_roles_that_cannot_be_names_when_started_then_the_variable_is_named(roles: str) -> None:
    variables = {
        "AUDIT_TABLE": "audit",
        "CRITICAL_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:critical",
        "CONSENT_CARE_ROLES": roles,
    }
    with pytest.raises(EnvironmentFaultError, match=r"^CONSENT_CARE_ROLES="):
        ApiSettings.from_environment(variables)


def test_given_a_broken_glass_then_event_and_message_say_why_and_nobody_says_whose(
    api: Api, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    api.create(policy="OPTOUT")
    decision = api.decide(role=EMERGENCY, **emergency())
    assert (decision["outcome"], decision["basis"]) == ("permit", "BREAK_GLASS")
    assert decision["obligation"][0]["valueCode"] == "ALERT"
    (event,) = [each for each in account.events() if each["action"] == "BreakGlass"]
    assert event["details"]["reason"] == "life-threatening"
    assert event["purpose_of_use"] == "BTG"
    assert event["agent"] == session_arn(EMERGENCY)
    (message,) = account.messages()
    said = json.loads(message)
    assert said["reason"] == "life-threatening"
    assert said["request"] == event["entity"]
    for place in (message, json.dumps(event)):
        assert SECRET not in place
    # The command that the message gives is one that works, and shows who it was.
    variables = {"AUDIT_TABLE": account.table, "AUDIT_SHARDS": str(SHARDS)}
    command = said["show"].removeprefix("python -m healthcare_runtime.audit ").split()
    capsys.readouterr()
    assert main(command, variables, account.clients, sys.stdout) == 0
    assert session_arn(EMERGENCY) in capsys.readouterr().out


def test_given_a_topic_that_is_gone_when_the_glass_breaks_then_care_goes_on_and_the_log_raises_the_alarm(
    capfd: pytest.CaptureFixture[str], new_api: Callable[..., Api], database: str, account: Account
) -> None:
    api = new_api(database)  # in the test: pytest's standard output is another one before
    account.lose_topic()
    assert api.decide(role=EMERGENCY, **emergency())["outcome"] == "permit"
    assert ("BreakGlass", "DONE") in account.acts()
    logged = capfd.readouterr().out
    assert '"event": "glass_broken"' in logged
    assert '"event": "glass_alert_failed"' in logged
    assert SECRET not in logged


def test_given_a_trail_that_keeps_nothing_when_the_glass_breaks_then_503_and_no_message(
    api: Api, account: Account
) -> None:
    account.lose_table()
    answer = api.call("POST", "/Consent/$decide", question(**emergency()), role=EMERGENCY)
    assert answer.fault == (503, "transient", "")
    assert account.messages() == []
