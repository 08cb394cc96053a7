"""Every AWS call that the Consent API makes is allowed by the policy it is deployed with, and little else is.

As in :mod:`tests.infra.test_document_permissions`: requests go every way that they can go, botocore tells what is
called, and the synthesised policy, with its references resolved to the names of this account, must answer yes.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.api.composition import compose
from healthcare_runtime.consent.api.role_claims import RoleClaims
from healthcare_runtime.consent.api.settings import ApiSettings
from healthcare_runtime.consent.schema import migrate
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase
from tests.aws_emulator import ACCOUNT, REGION, AwsEmulator
from tests.infra import granted_calls
from tests.infra.observed_calls import Needed, Observer
from tests.infra.policies import Permission, permissions
from tests.infra.resolved_template import Resolver
from tests.local.consent.consent_world import EMERGENCY, SHARDS, Account, Api, emergency
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import PATIENT

POLICY: Final = "FunctionConsentApiIdentityPermissions"
WATCHED: Final = ("dynamodb", "sns")
# An audit event takes only the writes that its place in the chain needs.
AUDIT_WRITES: Final = {"dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:GetItem"}


@pytest.fixture(scope="module")
def lived(aws: AwsEmulator, postgres: Postgres) -> Iterator[tuple[Account, set[Needed]]]:
    """An account in which a consent was recorded, changed, read, decided upon, revoked, and a glass was broken."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in aws.environment.items():
            environment.setenv(name, value)
        account = Account(AwsClients(aws.session()))
        database = postgres.new_database()
        with postgres.connect(database) as connection:
            migrate(connection)
        observer = Observer(REGION, ACCOUNT)
        settings = ApiSettings(
            AuditSettings(account.table, SHARDS), account.topic, RoleClaims(emergency=frozenset({EMERGENCY}))
        )
        trusting = ConsentDatabase("127.0.0.1", postgres.port, database, "consent_api", Authentication.TRUST)
        served = compose(trusting, settings, observer.clients(aws.session()))
        api = Api(lambda event, _: served.answer(event))
        created = api.create().json
        path = f"/Consent/{created['id']}"
        answers = [
            api.call("GET", path),
            api.call("GET", "/Consent", query={"patient": PATIENT}),
            api.call("PUT", path, created, headers={"If-Match": 'W/"1"'}),
            api.call("POST", f"{path}/$revoke"),
        ]
        assert [answer.status for answer in answers] == [200] * 4
        assert api.decide(role=EMERGENCY, **emergency())["outcome"] == "permit"
        assert len(account.messages()) == 1
        yield account, observer.seen


@pytest.fixture
def granted(synthesis: Synthesis) -> list[Permission]:
    resources: Any = synthesis.of_stage("production")["consent"].template["Resources"]
    return [each for each in permissions(resources, POLICY) if each.effect == "Allow"]


def resolver(account: Account) -> Resolver:
    return Resolver(
        {
            "AuditEventsTable": Observer(REGION, ACCOUNT).arn("dynamodb", f"table/{account.table}"),
            "CriticalAlertsTopic": account.topic,
            "AWS::AccountId": ACCOUNT,
        }
    )


def test_given_everything_that_can_happen_then_every_call_is_allowed(
    lived: tuple[Account, set[Needed]], granted: list[Permission]
) -> None:
    account, seen = lived
    assert {call.action for call in seen} > {"sns:Publish", "dynamodb:PutItem"}
    assert granted_calls.refused(seen, granted_calls.granted(granted, resolver(account))) == set()


def test_given_everything_that_can_happen_then_no_permission_is_idle(
    lived: tuple[Account, set[Needed]], granted: list[Permission]
) -> None:
    _account, seen = lived
    mine = {each.action for each in granted if each.action.partition(":")[0] in WATCHED} - AUDIT_WRITES
    assert mine == {"sns:Publish"} == {call.action for call in seen} - AUDIT_WRITES


def test_the_trail_is_appended_to_and_the_one_topic_is_told_under_their_own_keys(granted: list[Permission]) -> None:
    assert {each.action for each in granted if each.about("AuditEventsTable")} == AUDIT_WRITES
    assert {each.action for each in granted if each.about("CriticalAlertsTopic")} == {"sns:Publish"}
    assert "kms:GenerateDataKey" in {each.action for each in granted if each.about("KeysMessaging")}
    assert "kms:Decrypt" in {each.action for each in granted if each.about("KeysAudit")}
