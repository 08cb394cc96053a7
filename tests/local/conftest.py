"""Real emulators and a real local cloud: each started once per test run, on free ports, in temporary directories."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_cloud.cloud import EMULATOR, LocalCloud
from local_cloud.endpoints import Endpoints
from local_cloud.layout import Layout
from local_cloud.ports import Ports, any_free_port
from local_cloud.progress import Progress
from tests.local.emulators import ROLE, DeployedCloud, Emulator, zipped

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


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
    started = Emulator(tmp_path_factory.mktemp("emulator"), any_free_port(), {"medical-imaging": imaging_beside})
    started.start()
    yield started
    started.stop()


@pytest.fixture
def own_emulator(tmp_path: Path, imaging_beside: str) -> Iterator[Emulator]:
    """An emulator for one test, which may kill it."""
    started = Emulator(tmp_path, any_free_port(), {"medical-imaging": imaging_beside})
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
def ec2(emulator: Emulator) -> Any:
    return emulator.client("ec2")


@pytest.fixture
def logs(emulator: Emulator) -> "CloudWatchLogsClient":
    return emulator.client("logs")  # type: ignore[no-any-return]


@pytest.fixture
def secrets(emulator: Emulator) -> "SecretsManagerClient":
    return emulator.client("secretsmanager")  # type: ignore[no-any-return]


@pytest.fixture
def function(lambdas: "LambdaClient", request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Creates Python functions from source; the handler is ``handler``. Returns the function's ARN."""
    created: list[str] = []

    def create(source: str, **options: Any) -> str:
        name = f"{request.node.name[:40].replace('[', '-').replace(']', '')}-{len(created)}"
        configuration: dict[str, Any] = {
            "Runtime": "python3.13",
            "Role": ROLE,
            "Handler": "function.handler",
            "Timeout": 20,
        } | options
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


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedCloud]:
    """The stage ``local``, synthesised and deployed once per test run; everything has to be gone afterwards."""
    layout = Layout(tmp_path_factory.mktemp("local-cloud"))
    Ports(layout.ports).get(EMULATOR, preferred=any_free_port())  # the usual one is for a cloud that somebody uses
    cloud = LocalCloud(layout, Progress())
    try:
        endpoints: Endpoints = cloud.up()
        yield DeployedCloud(layout, cloud, endpoints)
    finally:
        cloud.down()
    assert cloud.status() == []
    assert not layout.endpoints.exists()
