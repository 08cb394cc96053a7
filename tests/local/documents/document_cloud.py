"""The deployed document pipeline as those see it who send documents, review them and answer for them.

Everything goes through public doors: objects into the raw bucket, consents over the deployed Consent API, decisions and
verifications as commands in processes of their own. Outcomes are read from the document table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from demo.documents.delivery import ConsentApi
from demo.documents.following import is_at_rest
from demo.documents.patients import Json
from healthcare_runtime.audit.chain import content_of, shard_of
from healthcare_runtime.audit.table import rows
from healthcare_runtime.contracts.stack_outputs import StackOutput
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.object_version import object_version
from healthcare_runtime.documents.registry import DocumentTable
from tests.local.emulators import REPOSITORY, DeployedCloud, eventually, session
from tests.unit.consent.consent_cases import resource, rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

OUTCOME_SECONDS: Final = 120.0
"""For the slowest: every function of the pipeline starts cold, on a machine that does other things as well."""


@dataclass(frozen=True)
class DocumentCloud:
    """The document half of a local cloud that is up."""

    deployed: DeployedCloud

    @cached_property
    def s3(self) -> S3Client:
        return self.deployed.client("s3")  # type: ignore[no-any-return]

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self.deployed.client("dynamodb")  # type: ignore[no-any-return]

    @cached_property
    def states(self) -> SFNClient:
        return self.deployed.client("stepfunctions")  # type: ignore[no-any-return]

    @cached_property
    def documents(self) -> DocumentTable:
        return DocumentTable(self.dynamodb, self.deployed.endpoints.tables["documents"])

    @cached_property
    def consents(self) -> ConsentApi:
        address = self.deployed.endpoints.consent_api
        assert address is not None
        return ConsentApi(session(), address)

    @property
    def machine(self) -> str:
        return self.deployed.endpoints.state_machines["phi_pipeline"]

    def bucket(self, name: str) -> str:
        return self.deployed.endpoints.buckets[name]

    # -- what senders and patients do

    def permit(self, patient: str) -> str:
        """Record over the API that a patient permits research; the consent's id."""
        consent: dict[str, Json] = resource(rule("permit", purpose="HRESCH"), patient=patient)
        return self.consents.create(consent)

    def send(self, body: bytes | str, *, key: str, metadata: Mapping[str, str]) -> str:
        """Put an object; the id of the document that it becomes."""
        content = body.encode() if isinstance(body, str) else body
        answer = self.s3.put_object(Bucket=self.bucket("raw"), Key=key, Body=content, Metadata=dict(metadata))
        version = object_version(self.bucket("raw"), key, answer["VersionId"], len(content), answer["ETag"])
        return version.document_id

    # -- what became of it

    def settled(self, document_id: str, *, seconds: float = OUTCOME_SECONDS) -> Document:
        """The document, once nothing happens to it by itself any more."""

        def at_rest() -> Document | None:
            found = self.documents.find(document_id)
            return found if found is not None and is_at_rest(found) else None

        found = eventually(at_rest, seconds=seconds)
        assert isinstance(found, Document), self.documents.find(document_id)
        return found

    def everything(self, bucket: str) -> Iterator[str]:
        """Every key of a bucket."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket(bucket)):
            yield from (item["Key"] for item in page.get("Contents", []))

    def keys(self, bucket: str, document_id: str) -> list[str]:
        """Everything of a document that a bucket holds now."""
        return sorted(key for key in self.everything(bucket) if document_id in key)

    def body(self, bucket: str, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket(bucket), Key=key)["Body"].read()

    def executions(self, document_id: str) -> list[str]:
        """Names of the executions of a document."""
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.machine)
        return sorted(
            found["name"] for page in pages for found in page["executions"] if found["name"].startswith(document_id)
        )

    def events(self, document_id: str) -> list[tuple[str, str]]:
        """Action and outcome of the document's audit events, in their order."""
        shard = shard_of(document_id, int(self.variables["AUDIT_SHARDS"]))
        found = rows(self.dynamodb, self.deployed.endpoints.tables["audit"], shard)
        events = [content_of(row.record) for row in found]
        return [(str(one["action"]), str(one["outcome"])) for one in events if one["entity"] == document_id]

    # -- what operators hear

    @contextmanager
    def overhearing(self) -> Iterator[Callable[[], list[str]]]:
        """Subscribe a queue to every topic, for a while; gives every message so far, with all that SNS wraps around."""
        sns, sqs = self.deployed.client("sns"), self.deployed.client("sqs")
        url = sqs.create_queue(QueueName=f"tests-alerts-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
        subscribed = [sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue) for topic in topics]
        heard: list[str] = []

        def messages() -> list[str]:
            while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in received:
                    heard.append(message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return heard

        try:
            yield messages
        finally:
            for subscription in subscribed:
                sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
            sqs.delete_queue(QueueUrl=url)

    # -- what reviewers and auditors do

    @cached_property
    def variables(self) -> dict[str, str]:
        """The deployed names, as an operator exports them before a command."""
        endpoints = self.deployed.endpoints
        return {
            "DOCUMENT_TABLE": endpoints.tables["documents"],
            "WORK_BUCKET": endpoints.buckets["work"],
            "AUDIT_TABLE": endpoints.tables["audit"],
            "AUDIT_BUCKET": endpoints.buckets["audit"],
            "AUDIT_SHARDS": self._checkpoints["AUDIT_SHARDS"],
            "AUDIT_SIGNING_KEY_ID": endpoints.outputs[StackOutput.AUDIT_SIGNING_KEY_ID],
        }

    @cached_property
    def _checkpoints(self) -> dict[str, str]:
        """Environment of the function that signs the trail: it alone says into how many shards the trail is divided."""
        configuration = self.deployed.client("lambda").get_function_configuration(
            FunctionName=self.function("Checkpoint")
        )
        variables: dict[str, str] = configuration["Environment"]["Variables"]
        return variables

    def command(self, module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the runtime as an operator does; ``variables`` stand before the deployed names."""
        environment = self.deployed.layout.environment(self.deployed.endpoints.aws)
        return subprocess.run(
            [sys.executable, "-m", f"healthcare_runtime.{module}", *arguments],
            cwd=REPOSITORY,
            env={**environment, **self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def review(self, *arguments: str) -> tuple[int, str]:
        """A command of the reviewer; its exit code and what it said."""
        done = self.command("documents", *arguments)
        assert done.stderr == ""
        return done.returncode, done.stdout

    def call(self, function: str, event: Mapping[str, object]) -> Json:
        """Invoke a deployed function by a part of its name; its answer."""
        name = self.function(function)
        answer = self.deployed.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        read: Json = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, read
        return read

    def function(self, part: str) -> str:
        """The full name of the one function whose name has a part."""
        pages = self.deployed.client("lambda").get_paginator("list_functions").paginate()
        names = [one["FunctionName"] for page in pages for one in page["Functions"]]
        [found] = [name for name in names if part in name]
        return str(found)
