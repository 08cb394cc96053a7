"""Services and their task definitions, as the ECS API describes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_ecs.type_defs import ContainerDefinitionOutputTypeDef, ServiceTypeDef

_DEFAULT_STOP_SECONDS = 30  # ECS task definition parameters, stopTimeout


@dataclass(frozen=True)
class Container:
    """One container of a task."""

    name: str
    image: str
    command: tuple[str, ...]
    entrypoint: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    secrets: tuple[tuple[str, str], ...]
    ports: tuple[int, ...]
    health_command: tuple[str, ...]
    health_seconds: int
    log_group: str
    log_prefix: str
    stop_seconds: int


@dataclass(frozen=True)
class Service:
    """One active service and what each of its tasks runs."""

    cluster: str
    name: str
    desired: int
    task_definition: str
    containers: tuple[Container, ...]

    @property
    def key(self) -> str:
        return f"{self.cluster}/{self.name}"


def active_services(ecs: "ECSClient") -> Iterator[Service]:
    """Every active service of every cluster."""
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = ecs.list_services(cluster=cluster, maxResults=100)["serviceArns"]
        for start in range(0, len(arns), 10):  # DescribeServices takes ten
            described = ecs.describe_services(cluster=cluster, services=arns[start : start + 10])
            for service in described["services"]:
                if service["status"] == "ACTIVE":
                    yield _service(ecs, cluster.rpartition("/")[2], service)


def _service(ecs: "ECSClient", cluster: str, described: "ServiceTypeDef") -> Service:
    definition = ecs.describe_task_definition(taskDefinition=described["taskDefinition"])["taskDefinition"]
    containers = tuple(_container(container) for container in definition["containerDefinitions"])
    return Service(
        cluster,
        described["serviceName"],
        int(described["desiredCount"]),
        definition["taskDefinitionArn"],
        containers,
    )


def _container(described: "ContainerDefinitionOutputTypeDef") -> Container:
    health = described.get("healthCheck", {})
    logging = described.get("logConfiguration")
    log_options = logging.get("options", {}) if logging and logging["logDriver"] == "awslogs" else {}
    return Container(
        name=described["name"],
        image=described["image"],
        command=tuple(described.get("command", ())),
        entrypoint=tuple(described.get("entryPoint", ())),
        environment=tuple((one["name"], one["value"]) for one in described.get("environment", ())),
        secrets=tuple((one["name"], one["valueFrom"]) for one in described.get("secrets", ())),
        ports=tuple(int(one["containerPort"]) for one in described.get("portMappings", ())),
        health_command=tuple(health.get("command", ())),
        health_seconds=int(health.get("interval", 30)),
        log_group=log_options.get("awslogs-group", ""),
        log_prefix=log_options.get("awslogs-stream-prefix", "ecs"),
        stop_seconds=int(described.get("stopTimeout", _DEFAULT_STOP_SECONDS)),
    )
