"""Every AWS call that the import functions make is allowed by the policy they are deployed with, and little else is.

No emulator enforces IAM as AWS does, so a missing permission would first be found in production. Here the functions
work through an import in which everything happens that can happen; botocore tells what they call, and the synthesised
policies, with their references resolved to the names of this import, must answer yes.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.imaging import BatchState
from healthcare_runtime.imaging.steps import (
    check_status,
    register_instances,
    start_import_job,
    sweep_instances,
    trigger_import,
)
from tests.aws_emulator import ACCOUNT, REGION, AwsEmulator
from tests.infra.granted_calls import granted, refused
from tests.infra.imaging.import_templates import POLICIES, STACK
from tests.infra.observed_calls import Needed, Observer
from tests.infra.policies import permissions
from tests.infra.resolved_template import Resolver
from tests.infra.templates import stack_resources
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld, import_world
from tests.unit.imaging_import.scripted_health_imaging import FileResult

# Granted, and not asked for by name in this import.
UNSEEN = {
    # Lambda itself receives for the function.
    "RegisterInstances": {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
    },
    # Copies take the source's tags along where it has some; a copy in parts is aborted when one fails.
    "TriggerImport": {
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:AbortMultipartUpload",
        "s3:GetObjectVersion",
    },
    # Without ListBucket S3 answers 403 instead of 404 for what is not there.
    "CheckStatus": {
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:AbortMultipartUpload",
        "s3:ListBucket",
    },
}
WATCHED_SERVICES = ("s3", "dynamodb", "sqs", "states", "medical-imaging", "iam")


@dataclass
class WatchedWorld(ImportWorld):
    """An import whose functions each have clients of their own, under observation."""

    observers: dict[str, Observer] = field(default_factory=dict)
    own: dict[str, ImportWorld] = field(default_factory=dict)

    @classmethod
    def watch(cls, world: ImportWorld, emulator: AwsEmulator) -> "WatchedWorld":
        watched = cls(**{each.name: getattr(world, each.name) for each in fields(ImportWorld)})
        for function in POLICIES:
            observer = Observer(REGION, ACCOUNT)
            watched.observers[function] = observer
            watched.own[function] = replace(world, clients=observer.clients(emulator.session()))
        return watched

    def register(self) -> register_instances.RegisterInstances:
        return replace(self.own["RegisterInstances"], policy=self.policy).register()

    def trigger(self) -> trigger_import.TriggerImport:
        return self.own["TriggerImport"].trigger()

    def start(self) -> start_import_job.StartImportJob:
        return self.own["StartImportJob"].start()

    def check(self) -> check_status.CheckStatus:
        return self.own["CheckStatus"].check()

    def sweep(self, *, minimum_age: int = 0) -> sweep_instances.SweepInstances:
        return self.own["SweepInstances"].sweep(minimum_age=minimum_age)


@pytest.fixture(scope="module")
def eventful(aws: AwsEmulator) -> Iterator[WatchedWorld]:
    """An import after everything has happened to it."""
    with import_world(aws) as world:
        watched = WatchedWorld.watch(world, aws)
        live_through_everything(watched)
        yield watched


def live_through_everything(world: WatchedWorld) -> None:
    script = world.health_imaging.script

    # A study in place, a start that is throttled once, objects that are no instances.
    script.refuse_starts = ["ThrottlingException"]
    study = [world.store(instance_key(number=number)) for number in (1, 2)]
    assert world.deliver(*study, world.store("notes.txt"), world.store(instance_key(study=9), b"")) == []
    world.close_due()
    world.run_imports()

    # A late instance is staged; HealthImaging refuses one file for good, another for now.
    failing = {
        "3.dcm": FileResult("failure", "ValidationException", "customer"),
        "4.dcm": FileResult("failure", "InternalServerException", "server"),
    }
    script.file_result = lambda key, _: failing.get(key.rpartition("498.1.1.")[2])
    assert world.deliver(*(world.store(instance_key(number=number)) for number in (3, 4, 5))) == []
    world.close_due()
    world.run_imports()
    script.file_result = lambda key, _: None

    # An object disappears before its import; a manifest is missing until the function gives up.
    lost = instance_key(study=2, number=1)
    assert world.deliver(world.store(lost), world.store(instance_key(study=2, number=2))) == []
    world.clients.s3.delete_object(Bucket=world.ledger.bucket, Key=str(lost))
    script.manifest = lambda _: "missing"
    world.close_due()
    world.run_imports()
    script.manifest = lambda _: "written"

    # A batch over the limits splits into jobs.
    world.policy = replace(world.policy, maximum_files=2)
    many = [world.store(instance_key(study=3, series=1 + number % 2, number=number)) for number in range(6)]
    assert world.deliver(*many) == []
    world.close_due()
    world.run_imports()

    # An event is lost; a batch's executions keep ending without effect until the sweeper gives it up.
    world.store(instance_key(study=4))
    world.clock.pass_seconds(10**9)
    world.sweep().run()
    announced, _ = world.store(instance_key(study=5, number=1)), world.store(instance_key(study=5, number=2))
    assert world.deliver(announced) == []
    world.close_due()
    for batch_id in world.batches.live(BatchState.CLOSED, limit=10):
        world.trigger().run({"batchId": batch_id})
    assert world.keys("staging/")
    for _ in range(100):
        if not world.keys("staging/"):
            return
        world.clock.pass_seconds(10**6)
        world.sweep().run()
        time.sleep(0.1)  # executions end in their own time
    raise AssertionError("the sweeper never gave the batch up")


class TestDeployedPolicies:
    @pytest.fixture
    def resolver(self, eventful: WatchedWorld) -> Resolver:
        name = eventful.ledger.bucket.removesuffix("-dicom")
        machine = eventful.dispatch.state_machine_arn
        arn = Observer(REGION, ACCOUNT).arn
        return Resolver(
            {
                "DicomBucket": f"arn:aws:s3:::{name}-dicom",
                "ResultsBucket": f"arn:aws:s3:::{name}-results",
                "TablesInstancesTable": arn("dynamodb", f"table/{name}-instances"),
                "TablesBatchesTable": arn("dynamodb", f"table/{name}-batches"),
                "TablesDicomImportJobTable": arn("dynamodb", f"table/{name}-jobs"),
                "ObjectEventsQueue": arn("sqs", f"{name}-events"),
                "WorkflowImagingImport": machine,
                "DatastoreArn": arn("medical-imaging", f"datastore/{eventful.target.datastore_id}"),
                "DataAccessIdentityRole": eventful.target.role_arn,
                "AWS::AccountId": ACCOUNT,
            }
        )

    def granted_to(self, synthesis: Synthesis, resolver: Resolver, function: str) -> list[Needed]:
        return granted(permissions(stack_resources(synthesis, "production", STACK), POLICIES[function]), resolver)

    @pytest.mark.parametrize("function", POLICIES)
    def test_given_everything_that_can_happen_then_every_call_is_allowed(
        self, eventful: WatchedWorld, synthesis: Synthesis, resolver: Resolver, function: str
    ) -> None:
        seen = eventful.observers[function].seen
        assert seen, f"{function} was never called"
        assert refused(seen, self.granted_to(synthesis, resolver, function)) == set()

    @pytest.mark.parametrize("function", POLICIES)
    def test_given_everything_that_can_happen_then_no_permission_is_idle(
        self, eventful: WatchedWorld, synthesis: Synthesis, resolver: Resolver, function: str
    ) -> None:
        used = {call.action for call in eventful.observers[function].seen}
        idle = {
            each.action
            for each in self.granted_to(synthesis, resolver, function)
            if each.action.partition(":")[0] in WATCHED_SERVICES and "unnamed:" not in each.resource
        } - used
        assert idle == UNSEEN.get(function, set())
