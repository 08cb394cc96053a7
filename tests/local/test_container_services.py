"""ECS services as processes: the deployed environment, restarts, new definitions, graceful ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from local_cloud.ecs.definitions import Container
from local_cloud.ecs.launch import Launch, prepare
from local_cloud.errors import LocalCloudError
from local_cloud.images.store import ImageStore
from local_cloud.layout import Layout
from local_cloud.ports import any_free_port
from local_cloud.processes import Processes
from tests.local.emulators import REPOSITORY, Emulator, eventually

# A container: answers with its environment, ends with 0 on SIGTERM after writing a line, and crashes when asked to.
SERVICE = """
import http.server, json, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/crash": os._exit(3)
        body = json.dumps({"pid": os.getpid(), "env": dict(os.environ), "cwd": os.getcwd()}).encode()
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass
def end(*_):
    print('{"event": "drained"}', flush=True); sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('{"event": "started"}', flush=True)
http.server.HTTPServer((os.environ["SCP_HOST"], int(os.environ["SCP_PORT"])), Handler).serve_forever()
"""


def container(**fields: Any) -> Container:
    values: dict[str, Any] = {
        "name": "Scp", "image": "registry/assets:1", "command": (), "entrypoint": (), "environment": (), "secrets": (),
        "ports": (), "health_command": (), "health_seconds": 30, "log_group": "",
        "log_prefix": "ecs", "stop_seconds": 5,
    }  # fmt: skip
    return Container(**(values | fields))


def recorded_image(images: Path, tag: str = "assets:1") -> ImageStore:
    source = images.parent / "context"
    source.mkdir(exist_ok=True)
    (source / "service.py").write_text(SERVICE)
    (source / "Dockerfile").write_text(
        'FROM a\nWORKDIR /app\nENV PATH=/opt/bin FROM_IMAGE=1\nCOPY service.py .\nCMD ["python3", "service.py"]\n'
    )
    store = ImageStore(images)
    store.tag(store.build(source, source / "Dockerfile"), tag)
    return store


def launch(tmp_path: Path, **fields: Any) -> Launch:
    return prepare(
        container(**fields),
        images=recorded_image(tmp_path / "images"),
        base={"PATH": "/usr/bin", "AWS_REGION": "us-east-1"},
        port_for=lambda _name, port: port + 1000,
        secret=lambda source: f"value of {source}",
    )


def test_given_a_task_definition_when_prepared_then_only_addresses_and_ports_differ(tmp_path: Path) -> None:
    environment = (("SCP_PORT", "11112"), ("HEALTH_PORT", "8080"), ("MAXIMUM_PDU_SIZE", "11112"), ("X_HOST", "0.0.0.0"))
    prepared = launch(tmp_path, environment=environment, ports=(11112, 8080), secrets=(("TOKEN", "arn:x"),))
    assert prepared.ports == {11112: 12112, 8080: 9080}
    assert prepared.environment["SCP_PORT"] == "12112"
    assert prepared.environment["HEALTH_PORT"] == "9080"
    assert prepared.environment["MAXIMUM_PDU_SIZE"] == "11112"  # a number that only looks like the port
    assert prepared.environment["X_HOST"] == "127.0.0.1"
    assert prepared.environment["TOKEN"] == "value of arn:x"
    assert (prepared.environment["FROM_IMAGE"], prepared.environment["PATH"]) == ("1", "/usr/bin")
    assert prepared.command == (sys.executable, "service.py")


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (("CMD-SHELL", "curl http://127.0.0.1:8080/ready"), ("sh", "-c", "curl http://127.0.0.1:9080/ready")),
        (("CMD", "python", "-m", "x", "8080"), (sys.executable, "-m", "x", "9080")),
        (("NONE",), ()),
        ((), ()),
    ],
)
def test_given_a_health_check_when_prepared_then_it_asks_the_local_port(
    health: tuple[str, ...], expected: tuple[str, ...], tmp_path: Path
) -> None:
    assert launch(tmp_path, health_command=health, ports=(8080,)).health_command == expected


def test_given_an_image_that_was_not_published_when_prepared_then_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="not published"):
        launch(tmp_path, image="registry/assets:absent")


@pytest.fixture
def runner(emulator: Emulator, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """A runner over the shared emulator; returns a function that reads its status."""
    layout = Layout(tmp_path)
    layout.create()
    recorded_image(layout.images)
    processes = Processes(layout.run, layout.logs)
    command = [sys.executable, "-m", "local_cloud.ecs", "--local-dir", str(tmp_path), "--endpoint", emulator.endpoint]
    processes.start("ecs", command, layout.environment(), cwd=REPOSITORY)
    yield lambda: json.loads(layout.services.read_text()) if layout.services.exists() else {}
    processes.stop("ecs", grace=30)
    assert list(processes.all()) == []


def define(emulator: Emulator, **environment: str) -> str:
    ecs = emulator.client("ecs")
    port = environment["SCP_PORT"]
    definition = {
        "name": "Scp", "image": "registry/assets:1", "essential": True, "stopTimeout": 5,
        "portMappings": [{"containerPort": int(port)}],
        "environment": [{"name": name, "value": value} for name, value in environment.items()],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "scp"}},
    }  # fmt: skip
    registered = ecs.register_task_definition(
        family="scp", containerDefinitions=[definition], requiresCompatibilities=["FARGATE"], cpu="256", memory="512"
    )
    return str(registered["taskDefinition"]["taskDefinitionArn"])


def ask(port: int, path: str = "/") -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return json.load(answer)


def test_given_a_service_when_it_is_deployed_crashes_changes_and_goes_then_its_process_follows(
    emulator: Emulator, runner: Callable[[], Any]
) -> None:
    ecs, logs = emulator.client("ecs"), emulator.client("logs")
    logs.create_log_group(logGroupName="scp")
    ecs.create_cluster(clusterName="c")
    port = any_free_port()
    ecs.create_service(
        cluster="c", serviceName="s", taskDefinition=define(emulator, SCP_PORT=str(port), MARK="one"), desiredCount=1,
        launchType="FARGATE",
    )  # fmt: skip

    def healthy_with(mark: str) -> Any:
        def read() -> Any:
            found = runner().get("c/s", {})
            return found if found.get("healthy") == 1 and found["environment"].get("MARK") == mark else None

        found = eventually(read)
        assert found, runner()
        return ask(found["ports"][str(port)])

    first = healthy_with("one")
    assert first["env"]["AWS_ENDPOINT_URL"] == emulator.endpoint
    assert first["env"]["MARK"] == "one"
    assert first["cwd"].endswith("/root/app")
    assert "PYTHONPATH" not in first["env"]

    with pytest.raises(OSError, match=r"reset|closed|Remote end|refused"):
        ask(port, "/crash")
    assert eventually(lambda: (not psutil.pid_exists(first["pid"])) and runner()["c/s"]["healthy"] == 1)
    second = healthy_with("one")
    assert second["pid"] != first["pid"]

    ecs.update_service(cluster="c", service="s", taskDefinition=define(emulator, SCP_PORT=str(port), MARK="two"))
    third = healthy_with("two")
    assert third["env"]["MARK"] == "two"

    def messages() -> list[str]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName="scp")
        return [json.loads(event["message"])["event"] for page in pages for event in page["events"]]

    assert eventually(lambda: sorted(messages()) == ["drained", "started", "started", "started"]), messages()

    ecs.delete_service(cluster="c", service="s", force=True)
    assert eventually(lambda: not psutil.pid_exists(third["pid"]))


def test_given_a_killed_runner_when_another_starts_then_no_task_of_the_old_one_is_left(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    processes = Processes(layout.run, layout.logs)
    orphan = processes.start("task-x", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ, cwd=tmp_path)
    unreachable = f"http://127.0.0.1:{any_free_port()}"
    command = [sys.executable, "-m", "local_cloud.ecs", "--local-dir", str(tmp_path), "--endpoint", unreachable]
    runner = subprocess.Popen(command, env=layout.environment(), cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: processes.find("task-x") is None)
        assert not psutil.pid_exists(orphan.pid) or psutil.Process(orphan.pid).status() == psutil.STATUS_ZOMBIE
    finally:
        runner.send_signal(signal.SIGTERM)
        runner.wait(timeout=20)


def test_given_a_pid_that_belongs_to_somebody_else_when_stopping_then_it_is_left_alone(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    processes = Processes(layout.run, layout.logs)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    record = {"pid": stranger.pid, "startedAt": time.time() - 3600, "command": []}
    (layout.run / "emulator.json").write_text(json.dumps(record))
    try:
        assert processes.find("emulator") is None
        assert processes.stop("emulator") is False
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_given_a_process_that_ignores_sigterm_when_stopped_then_it_and_its_children_are_killed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.create()
    processes = Processes(layout.run, layout.logs)
    stubborn = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(60)\n"
    )
    started = processes.start("stubborn", [sys.executable, "-c", stubborn], os.environ, cwd=tmp_path)
    assert eventually(lambda: started.log.read_text().strip())
    child = int(started.log.read_text())
    assert processes.stop("stubborn", grace=0.3)

    def gone(pid: int) -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    assert eventually(lambda: gone(started.pid) and gone(child), seconds=5)
