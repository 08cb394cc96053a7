"""Every AWS call that the document functions make is allowed by the policy they are deployed with, and little else is.

As in :mod:`tests.infra.imaging.test_import_permissions`: documents go every way that they can go, botocore tells what
each step calls, and the synthesised policies, with their references resolved to the names of this pipeline, must answer
yes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.documents import DocumentState, StepVerdict
from healthcare_runtime.documents.faults import MalwareVerdictPending
from healthcare_runtime.documents.object_version import object_version
from healthcare_runtime.documents.settings import MalwareProtection
from healthcare_runtime.documents.steps.state import StepState
from tests.aws_emulator import ACCOUNT, REGION, AwsEmulator
from tests.infra.granted_calls import granted, refused
from tests.infra.observed_calls import Needed, Observer
from tests.infra.policies import permissions
from tests.infra.resolved_template import Resolver
from tests.infra.templates import stack_resources
from tests.phi.found import detector
from tests.postgres import Postgres
from tests.unit.documents.document_world import NOTE, PATIENT, DocumentWorld, document_world

INTAKE, SWEEP = "Intake", "SweepDocuments"
# ScoreFraudRisk calls an endpoint, and is watched where that is; its policy is in test_documents.
STEPS: Final = tuple(
    state
    for state in (
        DocumentState.VALIDATE_INPUT, DocumentState.CHECK_CONSENT, DocumentState.DETECT_PHI,
        DocumentState.CHECK_COMPLIANCE, DocumentState.MASK_AND_STORE, DocumentState.SEND_TO_ANALYTICS,
        DocumentState.QUARANTINE, DocumentState.SEND_ALERT, DocumentState.MANUAL_REVIEW, DocumentState.REJECT,
    )
)  # fmt: skip
POLICIES: Final = {
    **{str(state): f"Steps{state}IdentityPermissions" for state in STEPS},
    INTAKE: "IntakeIdentityPermissions",
    SWEEP: "SweeperSweepDocumentsIdentityPermissions",
}
# Granted, and not asked for by name here. Without ListBucket S3 answers 403 instead of 404 for what is not there; an
# audit event takes only the writes that its place in the chain needs.
LIST: Final = {"s3:ListBucket"}
UNSEEN: Final = {
    "ValidateInput": LIST,
    "DetectPhi": LIST,
    "CheckCompliance": LIST,
    "MaskAndStore": LIST,
    "Quarantine": LIST,
    # Lambda itself receives for the function.
    INTAKE: {
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
    },
}  # fmt: skip
WATCHED_SERVICES: Final = ("s3", "dynamodb", "sqs", "sns", "states")
AUDIT_WRITES: Final = {"dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:GetItem"}


@dataclass
class WatchedPipeline:
    """A document pipeline whose functions each have clients of their own, under observation."""

    world: DocumentWorld
    observers: dict[str, Observer] = field(default_factory=dict)
    own: dict[str, DocumentWorld] = field(default_factory=dict)

    @classmethod
    def watch(cls, world: DocumentWorld, aws: AwsEmulator) -> "WatchedPipeline":
        watched = cls(world)
        for function in POLICIES:
            observer = Observer(REGION, ACCOUNT)
            watched.observers[function] = observer
            watched.own[function] = replace(world, clients=observer.clients(aws.session()))
        return watched

    def send(self, body: bytes | str = NOTE, *, key: str = "incoming/note.txt") -> str:
        """Arrive by an event; the sender's own calls are not the function's."""
        content = body.encode() if isinstance(body, str) else body
        version = self.world.put(content, key, {"patient-id": PATIENT})
        event = self.world.event(key, version, len(content))
        answer = self.own[INTAKE].intake().serve([{"messageId": "1", "body": event}])
        assert answer == {"batchItemFailures": []}
        return object_version(self.world.bucket("raw"), key, version, 0, "0").document_id

    def run(self, state: DocumentState, given: StepState) -> StepState:
        return self.own[str(state)].step(state)(given)

    def process(self, document_id: str, *, failing: DocumentState | None = None) -> None:
        def run(state: DocumentState, given: StepState) -> StepState:
            if state is failing:
                raise KeyError(state)
            return self.run(state, given)

        self.world.process(document_id, run=run)


@pytest.fixture(scope="module")
def eventful(aws: AwsEmulator, postgres: Postgres) -> Iterator[WatchedPipeline]:
    """A pipeline after everything has happened to it."""
    with document_world(aws, postgres, detector()) as world:
        watched = WatchedPipeline.watch(world, aws)
        live_through_everything(watched)
        yield watched


def live_through_everything(pipeline: WatchedPipeline) -> None:
    world = pipeline.world

    def end(state: DocumentState, document: str) -> None:
        pipeline.run(state, {"documentId": document})

    def decide(decision: StepVerdict, document: str) -> None:
        assert world.context.documents.decide(world.document(document), decision, "officer-1")

    # Held without consent; then the patient agrees, and a reviewer releases it: out of quarantine, into analytics.
    held = pipeline.send()
    pipeline.process(held)
    world.permit()
    decide(StepVerdict.APPROVE, held)
    for state in (DocumentState.DETECT_PHI, DocumentState.CHECK_COMPLIANCE, DocumentState.MASK_AND_STORE):
        end(state, held)
    end(DocumentState.SEND_TO_ANALYTICS, held)

    # Masked, but its row fails; a later attempt holds it, and what was stored is withdrawn.
    withdrawn = pipeline.send(NOTE + "Second visit.\n", key="incoming/second.txt")
    with pytest.raises(KeyError):
        pipeline.process(withdrawn, failing=DocumentState.SEND_TO_ANALYTICS)
    end(DocumentState.QUARANTINE, withdrawn)

    # A virus is held and rejected; a crash on the way holds another.
    infected = pipeline.send(b"PK\x03\x04" + b"\x00" * 60, key="incoming/archive.bin")
    pipeline.process(infected)
    decide(StepVerdict.REJECT, infected)
    end(DocumentState.REJECT, infected)
    crashed = pipeline.send(NOTE + "Third visit.\n", key="incoming/third.txt")
    pipeline.process(crashed, failing=DocumentState.CHECK_COMPLIANCE)
    decide(StepVerdict.REJECT, crashed)
    end(DocumentState.REJECT, crashed)

    # GuardDuty's verdict is read where the stage waits for it.
    validating = pipeline.own[DocumentState.VALIDATE_INPUT]
    validating.malware_protection = MalwareProtection.GUARDDUTY
    scanned = pipeline.send(NOTE + "Fourth visit.\n", key="incoming/fourth.txt")
    with pytest.raises(MalwareVerdictPending):
        replace(validating).step(DocumentState.VALIDATE_INPUT)({"documentId": scanned})

    # An event is lost, and an execution ends without an outcome.
    world.put(NOTE.encode(), "incoming/lost.txt", {"patient-id": PATIENT})
    for execution in world.clients.stepfunctions.list_executions(stateMachineArn=world.state_machine_arn)["executions"]:
        world.clients.stepfunctions.stop_execution(executionArn=execution["executionArn"])
    pipeline.own[SWEEP].clock.ahead = 10**7
    pipeline.own[SWEEP].sweep().run()


@pytest.fixture
def resolver(eventful: WatchedPipeline) -> Resolver:
    world = eventful.world
    arn = Observer(REGION, ACCOUNT).arn
    buckets = {f"{each.capitalize()}Bucket": each for each in ("raw", "work", "processed", "quarantine")}
    return Resolver(
        {
            **{part: f"arn:aws:s3:::{world.bucket(purpose)}" for part, purpose in buckets.items()},
            "DocumentsTable": arn("dynamodb", f"table/{world.settings.document_table}"),
            "AuditEventsTable": arn("dynamodb", f"table/{world.settings.audit.table}"),
            "KeysMaskingKey": arn("kms", f"key/{world.key_id}"),
            "CriticalAlertsTopic": world.topics.critical,
            "HighAlertsTopic": world.topics.high,
            "MediumAlertsTopic": world.topics.medium,
            "WorkflowDocuments": world.state_machine_arn,
            "ArrivalsEventsQueue": arn("sqs", "arrivals"),
            "AWS::AccountId": ACCOUNT,
        }
    )


def granted_to(synthesis: Synthesis, resolver: Resolver, function: str) -> list[Needed]:
    resources = stack_resources(synthesis, "production", "phi-pipeline")
    return granted(permissions(resources, POLICIES[function]), resolver)


@pytest.mark.parametrize("function", POLICIES)
def test_given_everything_that_can_happen_then_every_call_is_allowed(
    eventful: WatchedPipeline, synthesis: Synthesis, resolver: Resolver, function: str
) -> None:
    seen = eventful.observers[function].seen
    assert seen, f"{function} was never called"
    assert refused(seen, granted_to(synthesis, resolver, function)) == set()


@pytest.mark.parametrize("function", POLICIES)
def test_given_everything_that_can_happen_then_no_permission_is_idle(
    eventful: WatchedPipeline, synthesis: Synthesis, resolver: Resolver, function: str
) -> None:
    used = {call.action for call in eventful.observers[function].seen}
    idle = {
        each.action
        for each in granted_to(synthesis, resolver, function)
        if each.action.partition(":")[0] in WATCHED_SERVICES
        and "unnamed:" not in each.resource
        and not (each.action in AUDIT_WRITES and eventful.world.settings.audit.table in each.resource)
    } - used
    assert idle == UNSEEN.get(function, set())
