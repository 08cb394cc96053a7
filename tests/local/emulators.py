"""An emulator process for tests, and what tests do with it: deploy a stack, wait for something, drain a queue."""

import functools
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import urllib3
from botocore.config import Config

from local_cloud.cloud import LocalCloud
from local_cloud.endpoints import Endpoints
from local_cloud.layout import Layout

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_sqs import SQSClient

REPOSITORY = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::000000000000:role/any"


def eventually(read: Callable[[], Any], *, seconds: float = 20.0) -> Any:
    """The first true value that ``read`` gives within ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        value = read()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(0.05)


@dataclass
class Emulator:
    """One emulator process that a test may kill and start again."""

    state: Path
    port: int
    services: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    options: list[str] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        beside = [option for name, url in self.services.items() for option in ("--service", f"{name}={url}")]
        command = [
            sys.executable,
            "-m",
            "local_cloud.emulator",
            "--port",
            str(self.port),
            "--state-dir",
            str(self.state),
        ]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.state), "PYTHONPATH": str(REPOSITORY)}
        with (self.state / "emulator.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *beside, *self.options], env=environment, stdout=log, stderr=log, start_new_session=True
            )
        assert eventually(self._answers, seconds=30), (self.state / "emulator.log").read_text()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the process; SIGKILL takes the execution environments of its functions along."""
        assert self.process is not None
        if number == signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        self.process.wait(timeout=40)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill(signal.SIGTERM)
            with_children_gone(self.process.pid)

    def client(self, service: Any) -> Any:
        return session().client(
            service,
            endpoint_url=self.endpoint,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def deploy(
        self, name: str, resources: Mapping[str, Any], outputs: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """Create a stack of ``resources``; returns its outputs, or physical ids by logical id when it declares none."""
        template = {
            "Resources": resources,
            "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()},
        }
        cloudformation: CloudFormationClient = self.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
        return self._settled(name)

    def redeploy(self, name: str, resources: Mapping[str, Any]) -> dict[str, str]:
        cloudformation: CloudFormationClient = self.client("cloudformation")
        cloudformation.update_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        return self._settled(name)

    def remove(self, name: str) -> str:
        """Delete a stack; returns the status it ends in."""
        cloudformation: CloudFormationClient = self.client("cloudformation")
        stack_id = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=name)

        def status() -> str:
            found = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
            return "" if found.endswith("_IN_PROGRESS") else found

        return str(eventually(status))

    def _settled(self, name: str) -> dict[str, str]:
        cloudformation: CloudFormationClient = self.client("cloudformation")

        def stack() -> Any:
            found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

        found = eventually(stack)
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [event.get("ResourceStatusReason") for event in events if "FAILED" in event.get("ResourceStatus", "")]
        assert found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), (found["StackStatus"], reasons)
        if found.get("Outputs"):
            return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
        listed = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in listed}

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.state / "emulator.log").read_text()
        try:
            return urllib3.request("GET", f"{self.endpoint}/_ministack/health", retries=False, timeout=2).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@dataclass(frozen=True)
class DeployedCloud:
    """A local cloud that is up."""

    layout: Layout
    cloud: LocalCloud
    endpoints: Endpoints

    def client(self, service: Any) -> Any:
        return session().client(service, endpoint_url=self.endpoints.aws, config=Config(inject_host_prefix=False))

    def items(self, table: str) -> list[dict[str, Any]]:
        resource = session().resource("dynamodb", endpoint_url=self.endpoints.aws)
        found: list[dict[str, Any]] = resource.Table(self.endpoints.tables[table]).scan()["Items"]
        return found


@functools.cache
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="000000000000", aws_secret_access_key="local", region_name="us-east-1")


def with_children_gone(group: int) -> None:
    """Nothing of a process group is left; kills what is."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def zipped(source: str, name: str = "function.py") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, source)
    return content.getvalue()


def drained(sqs: "SQSClient", url: str, *, expected: int, seconds: float = 20.0) -> list[str]:
    """Bodies of the messages of a queue, until ``expected`` have come or the time is over."""
    bodies: list[str] = []
    deadline = time.monotonic() + seconds
    while len(bodies) < expected and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
