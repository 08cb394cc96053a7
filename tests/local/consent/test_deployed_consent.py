"""The Consent API as it is deployed: signed requests through API Gateway, events in the trail of the stage."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from healthcare_infra.config import load_stage
from healthcare_infra.constructs.consent.gateway_faults import FAULTS
from healthcare_runtime.audit.chain import content_of, shard_of
from healthcare_runtime.audit.table import rows
from tests.aws_emulator import ACCOUNT
from tests.local.consent.consent_world import emergency, question
from tests.local.emulators import DeployedCloud, session
from tests.unit.consent.consent_cases import resource

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@dataclass(frozen=True)
class DeployedApi:
    cloud: DeployedCloud

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        address = f"{self.cloud.endpoints.consent_api}/{path}"
        content = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, address, data=content, headers={"Content-Type": "application/fhir+json"})
        credentials = session().get_credentials()
        assert credentials is not None
        SigV4Auth(credentials, "execute-api", session().region_name).add_auth(request)
        answer = urllib3.request(method, address, body=content, headers=dict(request.headers.items()), timeout=30)
        return answer.status, answer.json()

    def events(self, entity: str) -> list[dict[str, Any]]:
        table = self.cloud.endpoints.tables["audit"]
        shard = shard_of(entity, load_stage("local").audit.shards)
        found: list[dict[str, Any]] = [
            dict(content_of(row.record)) for row in rows(self.cloud.client("dynamodb"), table, shard)
        ]
        return [event for event in found if event["entity"] == entity]


@pytest.fixture(scope="module")
def api(deployed: DeployedCloud) -> DeployedApi:
    return DeployedApi(deployed)


def test_given_signed_requests_when_served_then_the_trail_of_the_stage_names_who_signed(api: DeployedApi) -> None:
    status, created = api.call("POST", "Consent", resource(patient=f"Patient/{uuid.uuid4()}"))
    assert status == 201
    assert api.call("GET", f"Consent/{created['id']}")[0] == 200
    assert api.call("POST", f"Consent/{created['id']}/$revoke")[0] == 200
    events = api.events(created["id"])
    assert [event["action"] for event in events] == ["CreateConsent", "ReadConsent", "RevokeConsent"]
    assert {event["agent"] for event in events} == {ROOT}


def test_given_a_stage_that_names_no_roles_when_the_glass_is_to_break_then_403(api: DeployedApi) -> None:
    status, outcome = api.call("POST", "Consent/$decide", question(**emergency()))
    assert (status, outcome["resourceType"], outcome["issue"][0]["code"]) == (403, "OperationOutcome", "forbidden")


def test_given_the_deployed_api_then_its_own_faults_are_ours(api: DeployedApi) -> None:
    gateway = api.cloud.client("apigateway")
    (consent,) = [each for each in gateway.get_rest_apis()["items"] if each["name"].endswith("consent")]
    for kind, fault in FAULTS.items():
        answer = gateway.get_gateway_response(restApiId=consent["id"], responseType=kind)
        assert json.loads(answer["responseTemplates"]["application/json"]) == json.loads(fault.body)
