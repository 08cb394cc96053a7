"""The local cloud as a whole: up, down, status."""

import fcntl
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import urllib3

from local_cloud import assembly as assemblies
from local_cloud import recorded
from local_cloud.deployment import Deployment
from local_cloud.endpoints import Endpoints, collect
from local_cloud.errors import LocalCloudError
from local_cloud.layout import REPOSITORY, Layout
from local_cloud.ports import HOST, Ports, accepts
from local_cloud.processes import Processes, Started
from local_cloud.progress import Progress
from local_cloud.services import POSTGRES, SERVICES, Service

EMULATOR = "emulator"
RUNNER = "ecs"

_READY_SECONDS = 60.0
_ANSWER_SECONDS = 10.0
_SERVICES_SECONDS = 90.0
_GRACE_SECONDS = {RUNNER: 130.0, EMULATOR: 30.0, **{service.name: service.grace_seconds for service in SERVICES}}


class LocalCloud:
    """One local cloud below one directory."""

    def __init__(self, layout: Layout, progress: Progress) -> None:
        self._layout = layout
        self._progress = progress
        self._processes = Processes(layout.run, layout.logs)
        self._ports = Ports(layout.ports)

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self._ports.get(EMULATOR)}"

    def up(self, assembly: Path | None = None) -> Endpoints:
        """Start what does not run, deploy what is not deployed, wait until all is ready.

        Parameters
        ----------
        assembly
            A cloud assembly to deploy as it is; None synthesises the stage ``local`` when its sources changed.

        Raises
        ------
        LocalCloudError
            Names what failed and the mend.
        """
        self._layout.create()
        with self._only_one():
            if assembly is None:
                self._synthesise()
                assembly = self._layout.assembly
            self._start_services()
            self._start_emulator()
            self._deploy(assembly.resolve())
            self._start_runner()
            self._await_services()
            self._report_recorded()
            dsn = f"postgresql://postgres@{HOST}:{self._ports.get(POSTGRES.name)}/postgres"
            endpoints = collect(self._layout, self.endpoint, postgres=dsn)
            self._layout.endpoints.write_text(endpoints.to_json())
        return endpoints

    def down(self) -> None:
        """Stop every process that we started, tasks first; deployed state stays on disk."""
        if not self._layout.run.exists():
            return
        with self._only_one():
            self._layout.endpoints.unlink(missing_ok=True)
            for name in (RUNNER, EMULATOR, *(service.name for service in SERVICES)):
                if self._processes.find(name) is not None:
                    with self._progress.step(f"stopped {name}"):
                        self._processes.stop(name, grace=_GRACE_SECONDS[name])
            for left_over in list(self._processes.all()):
                self._processes.stop(left_over.name)
                self._progress.say(f"stopped {left_over.name}")

    def status(self) -> list[Started]:
        return list(self._processes.all())

    def _synthesise(self) -> None:
        with self._progress.step("cloud assembly of the stage local is there"):
            assemblies.synthesise(self._layout)

    def _start_services(self) -> None:
        """Start what runs beside the emulator, all at once, and wait for each."""
        started = [(service, self._start_service(service)) for service in SERVICES if not self._answers(service)]
        for service, process in started:
            with self._progress.step(f"{service.title} is ready"):
                self._processes.wait_until(process, partial(self._accepts, service), seconds=_READY_SECONDS)

    def _accepts(self, service: Service) -> bool:
        return accepts(self._ports.get(service.name))

    def _answers(self, service: Service) -> bool:
        return self._is_ready(service.name, partial(self._accepts, service))

    def _start_service(self, service: Service) -> Started:
        port = self._ports.require_free(service.name)
        options = service.options(self._layout, self.endpoint)
        return self._start(service.name, [sys.executable, "-m", service.module, "--port", str(port), *options])

    def _start_emulator(self) -> None:
        if self._is_ready(EMULATOR, self._emulator_answers):
            return
        with self._progress.step(f"AWS emulator is ready on {self.endpoint}"):
            port = self._ports.require_free(EMULATOR)
            command = [sys.executable, "-m", "local_cloud.emulator", "--port", str(port)]
            options = ["--state-dir", str(self._layout.emulator_state), "--images", str(self._layout.images)]
            options += ["--rds-endpoint", f"{HOST}:{self._ports.get(POSTGRES.name)}"]
            for service in SERVICES:
                if service.signing_name is not None:
                    url = f"http://{HOST}:{self._ports.get(service.name)}"
                    options += ["--service", f"{service.signing_name}={url}"]
            started = self._start(EMULATOR, [*command, *options])
            self._processes.wait_until(started, self._emulator_answers, seconds=_READY_SECONDS)

    def _is_ready(self, name: str, ready: Callable[[], bool]) -> bool:
        """Whether the process runs and answers; one that runs without answering, or is just dying, is ended."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while self._processes.find(name) is not None:
            if ready():
                return True
            if time.monotonic() > deadline:
                self._processes.stop(name, grace=_GRACE_SECONDS[name])
            time.sleep(0.05)
        return False

    def _emulator_answers(self) -> bool:
        try:
            return urllib3.request("GET", f"{self.endpoint}/_ministack/health", retries=False, timeout=2).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _deploy(self, assembly: Path) -> None:
        deployment = Deployment(self._layout, self.endpoint, assembly)
        if deployment.is_current():
            self._progress.say("stacks are current")
            return
        with self._progress.step("environment is bootstrapped"):
            deployment.bootstrap()
        with self._progress.step("stacks are deployed by the CDK CLI"):
            deployment.deploy(lambda stack: self._progress.say(f"  {stack}"))

    def _start_runner(self) -> None:
        if self._processes.find(RUNNER) is not None:
            return
        self._layout.services.unlink(missing_ok=True)
        command = [sys.executable, "-m", "local_cloud.ecs", "--local-dir", str(self._layout.root)]
        self._start(RUNNER, [*command, "--endpoint", self.endpoint])

    def _await_services(self) -> None:
        runner = self._processes.find(RUNNER)
        if runner is None:
            raise LocalCloudError(f"the container runner ended; see {self._layout.logs / 'ecs.log'}")
        with self._progress.step("container services are healthy"):
            began = time.time()
            self._processes.wait_until(runner, lambda: self._services_settled(began), seconds=_SERVICES_SECONDS)

    def _services_settled(self, began: float) -> bool:
        """Whether the runner has looked since ``began`` and every task it wants is healthy."""
        path = self._layout.services
        if not path.exists():
            return False
        services = json.loads(path.read_text())
        current = self._task_definitions()
        return set(services) == set(current) and all(
            one["healthy"] >= one["desired"] and one["taskDefinition"] == current[key] for key, one in services.items()
        )

    def _task_definitions(self) -> dict[str, str]:
        import boto3  # noqa: PLC0415  (a third of a second that `status` and `down` do not need)

        from local_cloud.ecs.definitions import active_services  # noqa: PLC0415
        from local_cloud.layout import ACCOUNT, REGION  # noqa: PLC0415

        session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)
        ecs = session.client("ecs", endpoint_url=self.endpoint)
        return {service.key: service.task_definition for service in active_services(ecs)}

    def _report_recorded(self) -> None:
        resources = recorded.summarize(self._layout.emulator_state / "recorded.json")
        report = [{"type": one.type, "count": one.count, "logicalIds": one.logical_ids} for one in resources]
        self._layout.recorded_only.write_text(json.dumps(report, indent=1))
        if resources:
            listed = ", ".join(f"{one.count} {one.type}" for one in resources)
            self._progress.say(f"only recorded, not run: {listed}")

    def _start(self, name: str, command: list[str]) -> Started:
        return self._processes.start(name, command, self._layout.environment(), cwd=REPOSITORY)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Two `up` at the same time would start everything twice."""
        with (self._layout.run / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise LocalCloudError("another `make up` or `make down` is at work: wait for it to end") from error
            yield
