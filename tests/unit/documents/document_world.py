"""One document pipeline, whole: buckets, tables, topics, consents and detector; a test plays Step Functions.

Everything but Step Functions and the fraud endpoint's transport is real: boto3 against the emulator, PostgreSQL, the
detector, masking, audit. ``process`` walks a document through the steps as the state machine does.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import pytest

from healthcare_runtime.audit import AuditTrail
from healthcare_runtime.audit.chain import content_of, shard_of
from healthcare_runtime.audit.settings import AuditSettings
from healthcare_runtime.audit.table import rows
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.check import ConsentCheck
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.schema import migrate
from healthcare_runtime.consent.settings import Authentication, ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore
from healthcare_runtime.contracts.documents import DocumentState, StepVerdict
from healthcare_runtime.documents.compliance import Rulebook
from healthcare_runtime.documents.comprehend import ComprehendMedical
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.object_version import object_version
from healthcare_runtime.documents.review import Review
from healthcare_runtime.documents.settings import (
    AlertSettings,
    Disclosure,
    Launch,
    MalwareProtection,
    MaskingSettings,
    RetentionSettings,
    StepSettings,
    ValidationSettings,
)
from healthcare_runtime.documents.steps import intake, sweep_documents
from healthcare_runtime.documents.steps.check_compliance import CheckCompliance
from healthcare_runtime.documents.steps.check_consent import CheckConsent, DocumentConsent
from healthcare_runtime.documents.steps.detect_phi import DetectPhi, DocumentDetector
from healthcare_runtime.documents.steps.mask_and_store import MaskAndStore, Recipient
from healthcare_runtime.documents.steps.quarantine import Quarantine
from healthcare_runtime.documents.steps.reject import Reject
from healthcare_runtime.documents.steps.request_review import RequestReview
from healthcare_runtime.documents.steps.send_alert import SendAlert
from healthcare_runtime.documents.steps.send_to_analytics import SendToAnalytics
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.steps.validate_input import ValidateInput
from healthcare_runtime.documents.trail import StepTrail
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.masking.profile import MaskingProfile
from healthcare_runtime.masking.subkeys import KmsSubkeys, PatientSalts
from phi_detector import Detector
from tests.aws_emulator import ACCOUNT, AwsEmulator
from tests.aws_tables import create_audit_table, create_table
from tests.postgres import Postgres
from tests.unit.consent.consent_cases import Resource, resource, rule

PATIENT = "urn:oid:1.2.826.0.1.3680043.8.498|MRN-7741199"
NOTE = """DISCHARGE SUMMARY
Patient: Quintessa Zyxwvut          MRN: MRN-7741199
DOB: 12/24/1953                     Admitted: 03/14/2026

Ms. Zyxwvut is a 72-year-old woman with Parkinson disease, seen with her daughter Ottoline.
She lives at 4417 Larkspur Lane, Millbrook, and can be called at (617) 555-0188.
Blood pressure 132/78, potassium 4.1 mmol/L, levodopa 100 mg three times a day.
Follow-up on 04/02/2026.  Electronically signed by Barnaby Okonjo, MD
"""
IDENTIFIERS = ("Quintessa", "Zyxwvut", "7741199", "12/24/1953", "Ottoline", "Larkspur", "555-0188", "Okonjo")
WAITING_MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}

S = DocumentState
Step = Callable[[StepState], StepState]
Run = Callable[[DocumentState, StepState], StepState]


@dataclass
class Clock:
    """Seconds since the epoch, from now on, moved by tests."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class DocumentWorld:
    clients: AwsClients
    name: str
    database: ConsentDatabase
    detector: Detector
    key_id: str
    topics: AlertSettings
    alert_queue: str
    state_machine_arn: str
    clock: Clock = field(default_factory=Clock)
    malware_protection: MalwareProtection = MalwareProtection.CONTENT
    profile: MaskingProfile = MaskingProfile.SAFE_HARBOR
    maximum_bytes: int = 1_000_000
    beside: ComprehendMedical | None = None

    def bucket(self, purpose: str) -> str:
        return f"{self.name}-{purpose}"

    # -- the parts under test, wired as the handlers wire them

    @property
    def settings(self) -> StepSettings:
        return StepSettings(f"{self.name}-documents", AuditSettings(f"{self.name}-audit", 2))

    @cached_property
    def context(self) -> StepContext:
        return StepContext.compose(self.settings, self.clients, self.clock)

    @cached_property
    def workspace(self) -> Workspace:
        return Workspace(self.clients.s3, self.bucket("work"))

    @cached_property
    def consents(self) -> ConsentStore:
        return ConsentStore(ConsentConnection(self.database, self.clients))

    @cached_property
    def consent(self) -> DocumentConsent:
        return DocumentConsent(ConsentCheck(self.consents), Disclosure("analytics", "HRESCH"))

    @property
    def launch(self) -> Launch:
        return Launch(self.bucket("raw"), self.state_machine_arn)

    def intake(self) -> intake.Intake:
        return intake.compose(self.settings, self.launch, self.clients)

    def sweep(self, minimum_age: int = 0) -> sweep_documents.SweepDocuments:
        return sweep_documents.compose(self.settings, self.launch, minimum_age, self.clients)

    def review(self) -> Review:
        trail = StepTrail(AuditTrail(self.clients.dynamodb, self.settings.audit.table, 2), self.clock)
        return Review(self.context.documents, trail, self.workspace, self.clients.stepfunctions)

    def step(self, state: DocumentState) -> Step:
        """The step behind a state, shielded as its handler is."""
        made = self._steps()[state]
        return shielded(state)(made.run)

    def _steps(self) -> Mapping[DocumentState, _Runs]:
        context, s3 = self.context, self.clients.s3
        masking = MaskingSettings(self.profile, self.key_id, 1)
        salts = PatientSalts(self.clients.dynamodb, self.settings.document_table)
        quarantine, processed = self.bucket("quarantine"), self.bucket("processed")
        found = DocumentDetector(self.detector, self.beside)
        return {
            S.VALIDATE_INPUT: ValidateInput(
                context,
                s3,
                self.workspace,
                ValidationSettings(self.bucket("raw"), self.maximum_bytes, self.malware_protection),
            ),
            S.CHECK_CONSENT: CheckConsent(context, self.consent),
            S.DETECT_PHI: DetectPhi(context, self.workspace, found),
            S.CHECK_COMPLIANCE: CheckCompliance(
                context, self.workspace, Rulebook.load(), RetentionSettings(7, self.profile)
            ),
            S.MASK_AND_STORE: MaskAndStore(
                context,
                s3=s3,
                workspace=self.workspace,
                consent=self.consent,
                detector=found,
                recipient=Recipient("analytics", masking, KmsSubkeys(self.clients.kms, self.key_id), salts),
                processed_bucket=processed,
            ),
            S.SEND_TO_ANALYTICS: SendToAnalytics(context, s3, processed_bucket=processed, quarantine_bucket=quarantine),
            S.QUARANTINE: Quarantine(context, s3, quarantine_bucket=quarantine, processed_bucket=processed),
            S.SEND_ALERT: SendAlert(context, self.clients.sns, self.topics),
            S.MANUAL_REVIEW: RequestReview(context),
            S.REJECT: Reject(context, self.workspace, s3, quarantine),
        }

    # -- what a test does

    def permit(self, patient: str = PATIENT, **changes: str) -> str:
        """Record a consent of the patient to research by analytics; its id."""
        return self.agree(resource(rule("permit", purpose="HRESCH"), patient=patient, **changes))

    def agree(self, consent: Resource) -> str:
        return str(self.consents.put(parse_consent(consent)).record.consent_id)

    def send(
        self, body: bytes | str = NOTE, *, key: str = "incoming/note.txt", metadata: Mapping[str, str] | None = None
    ) -> str:
        """Put an object and deliver its event; the document's id."""
        content = body.encode() if isinstance(body, str) else body
        said = {"patient-id": PATIENT} if metadata is None else dict(metadata)
        version = self.put(content, key, said)
        answer = self.intake().serve([{"messageId": "1", "body": self.event(key, version, len(content))}])
        assert answer == {"batchItemFailures": []}
        return object_version(self.bucket("raw"), key, version, 0, "0").document_id

    def put(self, body: bytes, key: str, metadata: Mapping[str, str]) -> str:
        answer = self.clients.s3.put_object(Bucket=self.bucket("raw"), Key=key, Body=body, Metadata=dict(metadata))
        return answer["VersionId"]

    def event(self, key: str, version: str, size: int) -> str:
        described = {"key": key, "size": size, "etag": "0" * 32, "version-id": version}
        return json.dumps({"source": "aws.s3", "detail": {"bucket": {"name": self.bucket("raw")}, "object": described}})

    def process(
        self, document_id: str, *, run: Callable[[DocumentState, StepState], StepState] | None = None
    ) -> Document:
        """Walk the document through the steps as the state machine does, up to an outcome or the review."""
        call = run or (lambda state, given: self.step(state)(given))
        state: StepState = {"documentId": document_id}
        at: DocumentState | None = S.VALIDATE_INPUT
        while at is not None:
            try:
                given: StepState = {**state, "taskToken": "token"} if at is S.MANUAL_REVIEW else state
                answer = call(at, given)
                state = {"documentId": answer["documentId"], "verdict": answer.get("verdict", "")}
            except Exception as error:
                if at in _LAST:
                    raise
                state = {"documentId": document_id, "fault": {"Error": type(error).__name__}}
                at = S.QUARANTINE
                continue
            at = _next(at, state.get("verdict", ""))
        return self.document(document_id)

    def document(self, document_id: str) -> Document:
        return self.context.documents.get(document_id)

    def keys(self, purpose: str) -> list[str]:
        answer = self.clients.s3.list_objects_v2(Bucket=self.bucket(purpose))
        return sorted(item["Key"] for item in answer.get("Contents", []))

    def body(self, purpose: str, key: str) -> bytes:
        return self.clients.s3.get_object(Bucket=self.bucket(purpose), Key=key)["Body"].read()

    def alerts(self) -> list[Mapping[str, object]]:
        """Every alert that was published since the last look."""
        found = []
        while messages := self.clients.sqs.receive_message(QueueUrl=self.alert_queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(json.loads(json.loads(message["Body"])["Message"]))
                self.clients.sqs.delete_message(QueueUrl=self.alert_queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def events(self, document_id: str) -> list[tuple[str, str]]:
        """Action and outcome of the document's audit events, in their order."""
        audit = self.settings.audit
        found = rows(self.clients.dynamodb, audit.table, shard_of(document_id, audit.shards))
        events = [content_of(row.record) for row in found]
        return [(str(one["action"]), str(one["outcome"])) for one in events if one["entity"] == document_id]

    def executions(self) -> list[str]:
        answer = self.clients.stepfunctions.list_executions(stateMachineArn=self.state_machine_arn)
        return sorted(execution["name"] for execution in answer["executions"])


class _Runs(Protocol):
    """Any step."""

    def run(self, state: StepState) -> StepState: ...


_LAST = (S.SEND_TO_ANALYTICS, S.QUARANTINE, S.SEND_ALERT, S.MANUAL_REVIEW, S.REJECT)


def _next(at: DocumentState, verdict: str) -> DocumentState | None:
    passed = verdict == StepVerdict.PASS
    return {
        S.VALIDATE_INPUT: S.CHECK_CONSENT if passed else S.REJECT if verdict == StepVerdict.REJECT else S.QUARANTINE,
        S.CHECK_CONSENT: S.DETECT_PHI if passed else S.QUARANTINE,
        S.DETECT_PHI: S.CHECK_COMPLIANCE,
        S.CHECK_COMPLIANCE: S.MASK_AND_STORE if verdict == StepVerdict.LOW else S.QUARANTINE,
        S.MASK_AND_STORE: S.SEND_TO_ANALYTICS if passed else S.QUARANTINE,
        S.QUARANTINE: S.SEND_ALERT,
        S.SEND_ALERT: S.MANUAL_REVIEW,
    }.get(at)


@contextmanager
def document_world(aws: AwsEmulator, postgres: Postgres, detector: Detector) -> Iterator[DocumentWorld]:
    """Buckets, tables, topics and a consent database of their own."""
    name = f"docs-{uuid.uuid4().hex[:10]}"
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in aws.environment.items():
            patch.setenv(variable, value)
        clients = AwsClients(aws.session())
        _create(clients, name)
        database = postgres.new_database()
        with postgres.connect(database) as connection:
            migrate(connection)
        topics, queue = _topics(clients, name)
        yield DocumentWorld(
            clients=clients,
            name=name,
            database=ConsentDatabase("127.0.0.1", postgres.port, database, "consent_api", Authentication.TRUST),
            detector=detector,
            key_id=clients.kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"],
            topics=topics,
            alert_queue=queue,
            state_machine_arn=clients.stepfunctions.create_state_machine(
                name=name, definition=json.dumps(WAITING_MACHINE), roleArn=f"arn:aws:iam::{ACCOUNT}:role/any"
            )["stateMachineArn"],
        )


def _create(clients: AwsClients, name: str) -> None:
    for purpose in ("raw", "work", "processed", "quarantine"):
        clients.s3.create_bucket(Bucket=f"{name}-{purpose}")
        clients.s3.put_bucket_versioning(Bucket=f"{name}-{purpose}", VersioningConfiguration={"Status": "Enabled"})
    create_table(
        clients.dynamodb,
        f"{name}-documents",
        {"documentId": "S"},
        indexes={"byStatus": {"status": "S", "updatedAt": "N"}},
    )
    create_audit_table(clients.dynamodb, f"{name}-audit")


def _topics(clients: AwsClients, name: str) -> tuple[AlertSettings, str]:
    queue = clients.sqs.create_queue(QueueName=f"{name}-alerts")["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topics = []
    for severity in ("critical", "high", "medium"):
        topic = clients.sns.create_topic(Name=f"{name}-{severity}")["TopicArn"]
        clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        topics.append(topic)
    return AlertSettings(*topics), queue
