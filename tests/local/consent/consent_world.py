"""The deployed function of the Consent API, called as API Gateway calls it, and what it left in trail and topic."""

import base64
import importlib.util
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from healthcare_runtime.audit.chain import content_of, shard_name
from healthcare_runtime.audit.table import rows
from healthcare_runtime.aws_clients import AwsClients
from tests.aws_emulator import ACCOUNT, REGION
from tests.aws_tables import create_audit_table
from tests.unit.consent.consent_cases import ANALYTICS, PATIENT, as_bytes, resource

SECRET = "MRN-0042"
OTHER_PATIENT = "urn:oid:1.2.3.4|MRN-9999"
CLERK, WARD, EMERGENCY = "ConsentClerk", "WardTeam", "EmergencyTeam"
SHARDS = 4


def session_arn(role: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/b.okonjo@example.org"


class Api:
    """The deployed function, called as API Gateway calls it."""

    def __init__(self, handler: Callable[[Mapping[str, object], object], Any]) -> None:
        self._handler = handler

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        encoded: bool = False,
        role: str = CLERK,
        context: Mapping[str, object] | None = None,
    ) -> "Answer":
        content = body if isinstance(body, bytes | None) else as_bytes(body)
        plain = None if content is None or encoded else content.decode("utf-8", "surrogatepass")
        event = {
            "resource": "/{proxy+}",
            "path": path,
            "httpMethod": method,
            "headers": {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json", **(headers or {})},
            "multiValueHeaders": {},
            "queryStringParameters": query,
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "path": f"/local{path}",
                "domainName": "api.example.org",
                "stage": "local",
                "accountId": ACCOUNT,
                "requestId": "3f6f8a2e-0000-4000-8000-000000000000",  # the client's own word, always the same
                "extendedRequestId": "Jkv3-FUPoAMFcIw=",
                "identity": {"userArn": session_arn(role), "caller": f"AROAEXAMPLEEXAMPLE00:{role}"},
                **(context or {}),
            },
            "body": base64.b64encode(content).decode() if encoded and content is not None else plain,
            "isBase64Encoded": encoded,
        }
        return Answer(self._handler(event, None))

    def create(self, **options: Any) -> "Answer":
        return self.call("POST", "/Consent", resource(options.pop("root", None), **options))

    def decide(self, patient: str = PATIENT, *, role: str = CLERK, **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "/Consent/$decide", question(patient, **more), role=role)
        assert answer.status == 200, answer.text
        return {
            one["name"]: next(value for name, value in one.items() if name != "name")
            for one in answer.json["parameter"]
        }


class Answer:
    """An HTTP answer; every one is checked for what all must have."""

    def __init__(self, raw: dict[str, Any]) -> None:
        assert raw.keys() == {"statusCode", "headers", "body", "isBase64Encoded"}
        self.status: int = raw["statusCode"]
        self.headers: dict[str, str] = raw["headers"]
        self.text: str = raw["body"]
        self.json: dict[str, Any] = json.loads(self.text)
        assert self.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
        assert self.headers["Cache-Control"] == "no-store"
        assert "Traceback" not in self.text
        if self.status >= 400:
            assert self.json["resourceType"] == "OperationOutcome"
            [issue] = self.json["issue"]
            assert issue["severity"] == "error"
            assert issue["diagnostics"]
            assert SECRET not in self.text

    @property
    def fault(self) -> tuple[int, str, str]:
        issue = self.json["issue"][0]
        return self.status, issue["code"], issue.get("expression", [""])[0]


def question(patient: str = PATIENT, **more: Any) -> dict[str, Any]:
    values = {
        "patient": ("valueString", patient),
        "actor": ("valueString", ANALYTICS),
        "purpose": ("valueCode", "HRESCH"),
    }
    listed: list[dict[str, Any]] = []
    for name, (kind, value) in {**values, **more}.items():
        for one in value if isinstance(value, list) and kind != "part" else [value]:
            listed.append({"name": name, kind: one})
    return {"resourceType": "Parameters", "parameter": listed}


def start_function() -> Api:
    """A cold start of the function in the environment that is set: a module of its own, as on Lambda."""
    found = importlib.util.find_spec("lambdas.consent.api")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return Api(module.handler)


def emergency(minutes: int = 9) -> dict[str, Any]:
    """A question of the emergency team, which answers for it for some minutes from now."""
    now = datetime.now(UTC)
    glass = [
        {"name": "reason", "valueCode": "life-threatening"},
        {"name": "startedAt", "valueDateTime": (now - timedelta(minutes=1)).isoformat(timespec="seconds")},
        {"name": "endsAt", "valueDateTime": (now + timedelta(minutes=minutes)).isoformat(timespec="seconds")},
    ]
    return {
        "purpose": ("valueCode", "BTG"),
        "actorRole": ("valueCode", "workforce"),
        "breakGlass": ("part", glass),
    }


@dataclass
class Account:
    """The tables, topic and queue of one test, in the emulator."""

    clients: AwsClients
    name: str = field(default_factory=lambda: f"c{uuid.uuid4().hex[:12]}")

    def __post_init__(self) -> None:
        create_audit_table(self.clients.dynamodb, self.table)
        self.topic = self.clients.sns.create_topic(Name=f"{self.name}-critical")["TopicArn"]
        self._queue = self.clients.sqs.create_queue(QueueName=f"{self.name}-officer")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}-officer"
        self.clients.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )

    @property
    def table(self) -> str:
        return f"{self.name}-audit"

    def events(self) -> list[dict[str, Any]]:
        """Every audit event, in the order of their recording."""
        found = [
            (json.loads(row.record)["recorded_at"], shard, row.position, content_of(row.record))
            for shard in map(shard_name, range(SHARDS))
            for row in rows(self.clients.dynamodb, self.table, shard)
        ]
        return [content for *_, content in sorted(found, key=lambda each: each[:3])]

    def acts(self) -> list[tuple[str, str]]:
        return [(event["action"], event["outcome"]) for event in self.events()]

    def messages(self) -> list[str]:
        """What the privacy officer has got."""
        answer = self.clients.sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return [message["Body"] for message in answer.get("Messages", [])]

    def lose_table(self) -> None:
        self.clients.dynamodb.delete_table(TableName=self.table)

    def lose_topic(self) -> None:
        self.clients.sns.delete_topic(TopicArn=self.topic)
