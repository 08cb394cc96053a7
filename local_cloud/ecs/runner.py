"""Keeping each service's tasks running: start, restart after a crash, replace on a new definition, stop with grace."""

import json
import logging
import os
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from local_cloud.ecs.definitions import Container, Service, active_services
from local_cloud.ecs.launch import Launch, prepare
from local_cloud.ecs.log_forwarding import LogForwarder
from local_cloud.errors import LocalCloudError
from local_cloud.images.store import ImageStore
from local_cloud.layout import Layout
from local_cloud.ports import Ports, accepts
from local_cloud.processes import Processes, Started, is_running

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

_POLL_SECONDS = 0.5
_RESTART_SECONDS = (0.5, 1, 2, 5, 10, 30)
_STABLE_SECONDS = 60.0
_HEALTH_TIMEOUT_SECONDS = 5
_TASK_PREFIX = "task-"

_log = logging.getLogger("local_cloud.ecs")


@dataclass
class _Task:
    """One running container of one task."""

    definition: str
    container: Container
    launch: Launch
    process: Started
    logs: LogForwarder | None
    healthy: bool = False
    checked_at: float = 0.0


@dataclass
class _Crashes:
    count: int = 0
    not_before: float = 0.0


class Runner:
    """Brings the processes in line with what the ECS API says, until stopped."""

    def __init__(self, layout: Layout, endpoint: str) -> None:
        self._layout = layout
        self._processes = Processes(layout.run, layout.logs)
        self._images = ImageStore(layout.images)
        self._ports = Ports(layout.ports)
        self._base = {name: value for name, value in layout.environment(endpoint).items() if name != "PYTHONPATH"}
        self._ecs: ECSClient = boto3.client("ecs", endpoint_url=endpoint)
        self._secrets = boto3.client("secretsmanager", endpoint_url=endpoint)
        self._parameters = boto3.client("ssm", endpoint_url=endpoint)
        self._logs = boto3.client("logs", endpoint_url=endpoint)
        self._tasks: dict[str, _Task] = {}
        self._crashes: dict[str, _Crashes] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        for left_over in self._processes.all():  # of a runner that was killed
            if left_over.name.startswith(_TASK_PREFIX):
                self._processes.stop(left_over.name)
        while not self._stopping.is_set():
            try:
                self._reconcile(list(active_services(self._ecs)))
            except Exception:
                _log.exception("the services could not be brought in line; trying again")
            self._stopping.wait(_POLL_SECONDS)
        for name in list(self._tasks):
            self._end(name)
        self._write_status([])

    def _reconcile(self, services: list[Service]) -> None:
        self._collect_exits()
        wanted = {
            f"{_TASK_PREFIX}{service.cluster}.{service.name}.{container.name}.{number}": (service, container)
            for service in services
            for number in range(service.desired)
            for container in service.containers
        }
        for name, task in list(self._tasks.items()):
            if name not in wanted or wanted[name][0].task_definition != task.definition:
                _log.info("stopping %s: %s", name, "replaced" if name in wanted else "no longer wanted")
                self._end(name)
        for name, (service, container) in wanted.items():
            if name not in self._tasks and time.monotonic() >= self._crash(name).not_before:
                self._begin(name, service, container)
        for name, task in self._tasks.items():
            self._check_health(name, task)
            if task.logs:
                task.logs.forward()
        self._write_status(services)

    def _begin(self, name: str, service: Service, container: Container) -> None:
        number = name.rpartition(".")[2]
        try:
            launch = prepare(
                container,
                images=self._images,
                base=self._base,
                port_for=lambda owner, port: self._port(
                    f"{owner}-{port}" if number == "0" else f"{owner}-{port}-{number}", port
                ),
                secret=self._secret,
            )
            log = self._layout.logs / f"{name}.log"
            already_written = log.stat().st_size if log.exists() else 0
            process = self._processes.start(name, launch.command, launch.environment, cwd=launch.directory)
        except (LocalCloudError, OSError) as error:
            _log.error("%s cannot start: %s", name, error)
            self._note_crash(name)
            return
        _log.info("started %s (pid %d, %s)", name, process.pid, service.task_definition.rpartition("/")[2])
        forwarder = self._forwarder(container, process, already_written)
        self._tasks[name] = _Task(service.task_definition, container, launch, process, forwarder)

    def _forwarder(self, container: Container, process: Started, offset: int) -> LogForwarder | None:
        if not container.log_group:
            return None
        stream = f"{container.log_prefix}/{container.name}/{process.pid}-{int(process.started_at)}"
        return LogForwarder(self._logs, process.log, offset, container.log_group, stream)

    def _port(self, purpose: str, container_port: int) -> int:
        self._ports.get(purpose, preferred=container_port)
        return self._ports.require_free(purpose)

    def _secret(self, source: str) -> str:
        """A value by its ARN: a whole secret, one field of it (``arn:field:stage:version``), or a parameter."""
        if ":ssm:" in source:
            name = source.partition(":parameter")[2]
            return str(self._parameters.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        parts = source.split(":")
        value = self._secrets.get_secret_value(SecretId=":".join(parts[:7]))["SecretString"]
        field = parts[7] if len(parts) > 7 else ""
        return str(json.loads(value)[field]) if field else value

    def _end(self, name: str) -> None:
        task = self._tasks.pop(name)
        self._processes.stop(name, grace=task.container.stop_seconds)
        if task.logs:
            task.logs.forward()

    def _collect_exits(self) -> None:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        for name, task in list(self._tasks.items()):
            if not is_running(task.process):
                _log.warning("%s (pid %d) ended by itself", name, task.process.pid)
                if task.logs:
                    task.logs.forward()
                self._processes.stop(name)
                del self._tasks[name]
                if time.time() - task.process.started_at > _STABLE_SECONDS:
                    self._crashes.pop(name, None)
                self._note_crash(name)

    def _crash(self, name: str) -> _Crashes:
        return self._crashes.setdefault(name, _Crashes())

    def _note_crash(self, name: str) -> None:
        crash = self._crash(name)
        crash.not_before = time.monotonic() + _RESTART_SECONDS[min(crash.count, len(_RESTART_SECONDS) - 1)]
        crash.count += 1

    def _check_health(self, name: str, task: _Task) -> None:
        pause = task.container.health_seconds if task.healthy else 0
        if time.monotonic() - task.checked_at < pause:
            return
        healthy = _is_healthy(task.launch)
        if healthy != task.healthy:
            _log.info("%s is %s", name, "healthy" if healthy else "not healthy")
        task.healthy, task.checked_at = healthy, time.monotonic()

    def _write_status(self, services: list[Service]) -> None:
        status = {}
        for service in services:
            tasks = [
                task
                for name, task in self._tasks.items()
                if name.startswith(f"{_TASK_PREFIX}{service.cluster}.{service.name}.")
            ]
            status[service.key] = {
                "desired": service.desired,
                "running": len(tasks),
                "healthy": sum(task.healthy for task in tasks),
                "taskDefinition": service.task_definition,
                "ports": {str(inside): outside for task in tasks for inside, outside in task.launch.ports.items()},
                "environment": {name: value for task in tasks for name, value in task.container.environment},
            }
        write_if_changed(self._layout.services, json.dumps(status, indent=1, sort_keys=True))


def _is_healthy(launch: Launch) -> bool:
    """The definition's health check; without one, that every mapped port accepts."""
    if not launch.health_command:
        return all(accepts(port) for port in launch.ports.values())
    try:
        check = subprocess.run(
            launch.health_command,
            env=dict(launch.environment),
            cwd=launch.directory,
            capture_output=True,
            timeout=_HEALTH_TIMEOUT_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return check.returncode == 0


def write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        temporary = path.with_suffix(".tmp")
        temporary.write_text(text)
        temporary.replace(path)
