"""Real emulators and a real local cloud: each started once per test run, on free ports, in temporary directories."""

import functools
import http.server
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

REPOSITORY = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::000000000000:role/any"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


@functools.cache
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="000000000000", aws_secret_access_key="local", region_name="us-east-1")


def with_children_gone(group: int) -> None:
    """Nothing of a process group is left; kills what is."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


class _ImagingDouble(http.server.BaseHTTPRequestHandler):
    """A service beside the emulator: enough of data stores to see requests arrive and answers return."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._answer(200, {"datastoreId": "0" * 31 + "1", "datastoreStatus": "CREATING", "echo": json.loads(body)})

    def do_GET(self) -> None:
        identity = self.path.rpartition("/")[2]
        if identity != "0" * 31 + "1":
            self._answer(404, {"message": "no such data store"}, "ResourceNotFoundException")
            return
        properties = {"datastoreId": identity, "datastoreName": "name", "datastoreStatus": "ACTIVE"}
        self._answer(200, {"datastoreProperties": properties})

    def do_DELETE(self) -> None:
        self._answer(200, {"datastoreId": "0" * 31 + "1", "datastoreStatus": "DELETING"})

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""

    def _answer(self, status: int, content: Mapping[str, object], error: str | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        if error:
            self.send_header("x-amzn-errortype", error)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def imaging_beside() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _ImagingDouble)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, imaging_beside: str) -> Iterator[Emulator]:
    """The emulator that most tests share."""
    started = Emulator(tmp_path_factory.mktemp("emulator"), free_port(), {"medical-imaging": imaging_beside})
    started.start()
    yield started
    started.stop()


@pytest.fixture
def own_emulator(tmp_path: Path, imaging_beside: str) -> Iterator[Emulator]:
    """An emulator for one test, which may kill it."""
    started = Emulator(tmp_path, free_port(), {"medical-imaging": imaging_beside})
    started.start()
    yield started
    started.stop()


@pytest.fixture
def s3(emulator: Emulator) -> "S3Client":
    return emulator.client("s3")  # type: ignore[no-any-return]


@pytest.fixture
def sqs(emulator: Emulator) -> "SQSClient":
    return emulator.client("sqs")  # type: ignore[no-any-return]


@pytest.fixture
def events(emulator: Emulator) -> "EventBridgeClient":
    return emulator.client("events")  # type: ignore[no-any-return]


@pytest.fixture
def lambdas(emulator: Emulator) -> "LambdaClient":
    return emulator.client("lambda")  # type: ignore[no-any-return]


@pytest.fixture
def states(emulator: Emulator) -> "SFNClient":
    return emulator.client("stepfunctions")  # type: ignore[no-any-return]


@pytest.fixture
def ec2(emulator: Emulator) -> "EC2Client":
    return emulator.client("ec2")  # type: ignore[no-any-return]


@pytest.fixture
def logs(emulator: Emulator) -> "CloudWatchLogsClient":
    return emulator.client("logs")  # type: ignore[no-any-return]


@pytest.fixture
def secrets(emulator: Emulator) -> "SecretsManagerClient":
    return emulator.client("secretsmanager")  # type: ignore[no-any-return]


def zipped(source: str, name: str = "function.py") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, source)
    return content.getvalue()


@pytest.fixture
def function(lambdas: "LambdaClient", request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Creates Python functions from source; the handler is ``handler``. Returns the function's ARN."""
    created: list[str] = []

    def create(source: str, **options: Any) -> str:
        name = f"{request.node.name[:40].replace('[', '-').replace(']', '')}-{len(created)}"
        configuration = {"Runtime": "python3.13", "Role": ROLE, "Handler": "function.handler", "Timeout": 20} | options
        arn = lambdas.create_function(FunctionName=name, Code={"ZipFile": zipped(source)}, **configuration)[
            "FunctionArn"
        ]
        created.append(name)
        return arn

    yield create
    for name in created:
        lambdas.delete_function(FunctionName=name)


@pytest.fixture
def queue(sqs: "SQSClient", request: pytest.FixtureRequest) -> Iterator[Callable[..., tuple[str, str]]]:
    """Creates queues; returns URL and ARN."""
    created: list[str] = []

    def create(**attributes: str) -> tuple[str, str]:
        name = f"{request.node.name[:60].replace('[', '-').replace(']', '')}-{len(created)}"
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        created.append(url)
        return url, arn

    yield create
    for url in created:
        sqs.delete_queue(QueueUrl=url)


def drained(sqs: "SQSClient", url: str, *, expected: int, seconds: float = 20.0) -> list[str]:
    """Bodies of the messages of a queue, until ``expected`` have come or the time is over."""
    bodies: list[str] = []
    deadline = time.monotonic() + seconds
    while len(bodies) < expected and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
