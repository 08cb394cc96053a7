"""One import, whole: buckets, tables, queue, state machine and HealthImaging of its own, and a clock that a test turns.

Everything but the clock is real: boto3 against the emulator. A test plays the parts of time and of Step Functions: it
delivers the queue's messages, lets due batches close, and runs the steps of every execution that was started.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import BatchState, ImagingMetric
from healthcare_runtime.imaging.batches.batch import Batch
from healthcare_runtime.imaging.batches.table import RESTART_AFTER, BatchTable
from healthcare_runtime.imaging.faults import StartThrottled, TransientImportError, shielded
from healthcare_runtime.imaging.import_context import ImportContext
from healthcare_runtime.imaging.instances.instance import Instance
from healthcare_runtime.imaging.instances.registry import InstanceRegistry
from healthcare_runtime.imaging.jobs.start_governor import JobSlots
from healthcare_runtime.imaging.settings import (
    BatchPolicy,
    CheckSettings,
    Dispatch,
    ImportTarget,
    Ledger,
    RegisterSettings,
    StartQuota,
    StartSettings,
    SweepSettings,
    TriggerSettings,
)
from healthcare_runtime.imaging.steps import (
    check_status,
    register_instances,
    start_import_job,
    sweep_instances,
    trigger_import,
)
from healthcare_runtime.imaging.steps.state import StepState
from healthcare_runtime.object_key import InstanceKey
from tests.aws_emulator import ACCOUNT, AwsEmulator
from tests.unit.imaging_import.import_account import close_message, create_tables, object_event, start_message
from tests.unit.imaging_import.scripted_health_imaging import (
    DATASTORE_ID,
    PART_10,
    Script,
    ScriptedHealthImaging,
    serving,
)

ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/import"
WAITING_MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
ENDING_MACHINE = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}

Step: TypeAlias = Callable[[StepState], StepState]


@dataclass
class Clock:
    """The time of one import, in epoch seconds."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class ImportWorld:
    clients: AwsClients
    ledger: Ledger
    dispatch: Dispatch
    target: ImportTarget
    policy: BatchPolicy
    quota: StartQuota
    clock: Clock
    health_imaging: ScriptedHealthImaging
    emulator: AwsEmulator
    maximum_attempts: int = 3
    executed: set[str] = field(default_factory=set)
    poll_seconds: int = 30
    real_second: float = 0.0  # how long a second of the clock takes, when a service with its own clock is waited for

    # -- the parts under test, wired as the handlers wire them

    def register(self) -> register_instances.RegisterInstances:
        return register_instances.compose(
            RegisterSettings(self.ledger, self.dispatch, self.policy), self.clients, self.clock
        )

    def trigger(self) -> trigger_import.TriggerImport:
        return trigger_import.compose(TriggerSettings(self.ledger), self.clients, self.clock)

    def start(self) -> start_import_job.StartImportJob:
        return start_import_job.compose(StartSettings(self.ledger, self.target, self.quota), self.clients, self.clock)

    def check(self) -> check_status.CheckStatus:
        settings = CheckSettings(self.ledger, self.target, self.dispatch.queue_url, self.maximum_attempts)
        return check_status.compose(settings, self.clients, self.clock)

    def sweep(self, *, minimum_age: int = 0) -> sweep_instances.SweepInstances:
        settings = SweepSettings(self.ledger, self.dispatch, minimum_age, self.maximum_attempts)
        return sweep_instances.compose(settings, self.clients, self.clock)

    @property
    def context(self) -> ImportContext:
        return ImportContext.compose(self.ledger, self.clients, self.clock)

    @property
    def batches(self) -> BatchTable:
        return self.context.batches

    @property
    def registry(self) -> InstanceRegistry:
        return self.context.registry

    @property
    def slots(self) -> JobSlots:
        return JobSlots(self.clients.dynamodb, self.ledger.batch_table)

    # -- what the world does

    def store(self, key: InstanceKey | str, body: bytes = PART_10) -> str:
        """Store an object and return the event that S3 would send."""
        stored = self.clients.s3.put_object(Bucket=self.ledger.bucket, Key=str(key), Body=body)
        return object_event(self.ledger.bucket, str(key), len(body), stored["ETag"].strip('"'), stored["VersionId"])

    def deliver(self, *bodies: str) -> list[str]:
        """Deliver messages in one call of RegisterInstances; the bodies that failed."""
        records: list[register_instances.QueueRecord] = [
            {"messageId": str(index), "body": body} for index, body in enumerate(bodies)
        ]
        answer = self.register().serve(records)
        return [bodies[int(item["itemIdentifier"])] for item in answer["batchItemFailures"]]

    def close_due(self) -> None:
        """Let the quiet period pass and the close messages of all open batches arrive."""
        self.clock.pass_seconds(self.policy.quiet_period + 1)
        open_batches = list(self.batches.live(BatchState.OPEN, limit=10_000))
        for start in range(0, len(open_batches), 10):
            assert self.deliver(*(close_message(each) for each in open_batches[start : start + 10])) == []

    def run_imports(self) -> None:
        """Run every execution that was started, and the retries they ask for, until nothing is left to do."""
        for _ in range(20):
            waiting = [each for each in self.started() if each not in self.executed]
            if not waiting:
                closed = list(self.batches.live(BatchState.CLOSED, limit=10_000))
                if not closed:
                    return
                assert self.deliver(*(start_message(each) for each in closed)) == []
                continue
            self._execute(waiting)
        raise AssertionError("the imports do not come to an end")

    def started(self) -> list[str]:
        """The batches that an execution was started for."""
        pages = self.clients.stepfunctions.get_paginator("list_executions").paginate(
            stateMachineArn=self.dispatch.state_machine_arn
        )
        return [execution["name"].partition("-")[0] for page in pages for execution in page["executions"]]

    def sweep_later(self) -> sweep_instances.SweepReport:
        """Sweep when every started execution has ended in the emulator and live batches are due for a look."""
        machine = self.dispatch.state_machine_arn
        deadline = time.monotonic() + 10
        while self.clients.stepfunctions.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
            assert time.monotonic() < deadline, "an execution does not end"
            time.sleep(0.02)
        self.clock.pass_seconds(RESTART_AFTER + 1)
        return self.sweep().run()

    def _execute(self, batch_ids: Sequence[str]) -> None:
        """Run executions side by side, each retried as the state machine does: full jitter, 60 s at most."""
        rng = random.Random(4711)
        trigger, start, check = self.trigger().run, self.start().run, self.check().run
        following: dict[Step, Step] = {trigger: start, start: check, check: check}
        steps: dict[str, Step] = dict.fromkeys(batch_ids, trigger)
        next_try = dict.fromkeys(batch_ids, self.clock())
        longest = dict.fromkeys(batch_ids, 1.0)
        deadline = self.clock() + 100_000
        while steps and self.clock() < deadline:
            for batch_id in [each for each in steps if next_try[each] <= self.clock()]:
                step = steps[batch_id]
                try:
                    answer = shielded("step")(step)({"batchId": batch_id})
                except (StartThrottled, TransientImportError):
                    next_try[batch_id] = self.clock() + rng.uniform(0, longest[batch_id])
                    longest[batch_id] = min(60.0, longest[batch_id] * 1.5)
                    continue
                longest[batch_id] = 1.0
                if step == check and answer.get("status") in {"COMPLETED", "FAILED"}:
                    del steps[batch_id]
                    self.executed.add(batch_id)
                else:
                    steps[batch_id] = following[step]
                    next_try[batch_id] = self.clock() + (self.poll_seconds if steps[batch_id] == check else 0)
            self.clock.pass_seconds(1)
            time.sleep(self.real_second)
        assert not steps, "executions do not come to an end"

    # -- what there is to see

    def count(self, metric: ImagingMetric, printed: str) -> int:
        """The sum of a metric's values in what the functions printed."""
        lines = [json.loads(line) for line in printed.splitlines() if line.startswith('{"_aws"')]
        return sum(int(line.get(metric, 0)) for line in lines)

    def instances(self) -> list[Instance]:
        """Every registered instance, in order."""
        pages = self.clients.dynamodb.get_paginator("scan").paginate(TableName=self.ledger.instance_table)
        prefixes = {item["prefix"]["S"] for page in pages for item in page["Items"]} - {"rejected/"}
        return [each for prefix in sorted(prefixes) for each in self.registry.by_prefix(prefix)]

    def outcomes(self) -> dict[str, tuple[str, str | None]]:
        """Outcome and reason by object key; of several versions of one key, a set joined by commas."""
        found: dict[str, tuple[str, str | None]] = {}
        for each in self.instances():
            assert each.outcome is not None, "an instance has no outcome"
            found[f"{each.key}"] = (each.outcome.result, each.outcome.reason)
        return found

    def rejected(self) -> list[str]:
        """The keys that were listed as no instance's."""
        answer = self.clients.dynamodb.query(
            TableName=self.ledger.instance_table,
            KeyConditionExpression="prefix = :p",
            ExpressionAttributeValues={":p": {"S": "rejected/"}},
        )
        return sorted(item["detail"]["S"] for item in answer["Items"])

    def batch(self, batch_id: str) -> Batch:
        found = self.batches.get(batch_id)
        assert found is not None
        return found

    def keys(self, prefix: str = "") -> list[str]:
        pages = self.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=self.ledger.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def jobs(self) -> list[dict[str, str]]:
        """Records of DicomImportJobTable."""
        items = self.clients.dynamodb.scan(TableName=self.target.job_table)["Items"]
        return [{name: value.get("S", value.get("N", "")) for name, value in item.items()} for item in items]

    def messages(self) -> list[dict[str, object]]:
        """What waits on the queue and may be received now."""
        found: list[dict[str, object]] = []
        while True:
            answer = self.clients.sqs.receive_message(QueueUrl=self.dispatch.queue_url, MaxNumberOfMessages=10)
            received = answer.get("Messages", [])
            if not received:
                return found
            for message in received:
                found.append(json.loads(message["Body"]))
                self.clients.sqs.delete_message(
                    QueueUrl=self.dispatch.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )

    def assert_settled(self) -> None:
        """Nothing is on its way: every instance has an outcome, no batch lives, no slot is held, no copy stays."""
        assert all(each.outcome is not None for each in self.instances())
        for state in (BatchState.OPEN, BatchState.CLOSED, BatchState.SUBMITTED):
            assert list(self.batches.live(state, limit=10)) == []
        assert self.slots.taken() == []
        assert self.keys("staging/") == []


@contextmanager
def import_world(
    emulator: AwsEmulator, *, machine: Mapping[str, object] | None = None, medical_imaging: str | None = None
) -> Iterator[ImportWorld]:
    """Build a world of its own. ``medical_imaging``: the endpoint of a service to use instead of the scripted one."""
    name = f"t{uuid.uuid4().hex[:12]}"
    clock = Clock()
    with pytest.MonkeyPatch.context() as environment:
        for variable, value in emulator.environment.items():
            environment.setenv(variable, value)
        clients = AwsClients(emulator.session())
        s3, sqs, stepfunctions = clients.s3, clients.sqs, clients.stepfunctions
        assert clients.dynamodb is not None  # made here, while the environment says where
        with serving(ScriptedHealthImaging(emulator.session().client("s3"), Script(clock))) as health_imaging:
            environment.setenv("AWS_ENDPOINT_URL_MEDICAL_IMAGING", medical_imaging or health_imaging.endpoint)
            assert clients.medical_imaging is not None
            for bucket in (f"{name}-dicom", f"{name}-results"):
                s3.create_bucket(Bucket=bucket)
            s3.put_bucket_versioning(Bucket=f"{name}-dicom", VersioningConfiguration={"Status": "Enabled"})
            create_tables(clients, name)
            queue = sqs.create_queue(QueueName=f"{name}-events")["QueueUrl"]
            arn = stepfunctions.create_state_machine(
                name=f"{name}-import", definition=json.dumps(machine or ENDING_MACHINE), roleArn=ROLE_ARN
            )["stateMachineArn"]
            yield ImportWorld(
                clients=clients,
                ledger=Ledger(f"{name}-dicom", f"{name}-batches", f"{name}-instances"),
                dispatch=Dispatch(queue, arn),
                target=ImportTarget(DATASTORE_ID, ROLE_ARN, f"{name}-results", f"{name}-jobs"),
                policy=BatchPolicy(quiet_period=60, maximum_age=300, maximum_files=4_500, maximum_bytes=9 * 1000**3),
                quota=StartQuota(rate=1_000, concurrent_jobs=100),
                clock=clock,
                health_imaging=health_imaging,
                emulator=emulator,
            )
