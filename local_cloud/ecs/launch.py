"""From a container of a task definition to a command that runs on this machine."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_cloud.ecs.definitions import Container
from local_cloud.errors import LocalCloudError
from local_cloud.images.store import Image, ImageStore

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Launch:
    """A process to start: exactly the deployed environment, but for addresses and ports."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    ports: Mapping[int, int]  # container port -> port on the loopback interface
    health_command: tuple[str, ...]


def prepare(
    container: Container,
    *,
    images: ImageStore,
    base: Mapping[str, str],
    port_for: Callable[[str, int], int],
    secret: Callable[[str], str],
) -> Launch:
    """Work out how to run ``container`` here.

    Parameters
    ----------
    base
        What the platform adds on AWS as well: region, credentials, endpoint; and the search path.
    port_for
        Chooses the local port, by container name and container port.
    secret
        Resolves the ARN of a secret or a parameter.

    Raises
    ------
    LocalCloudError
        The image was never published, or neither it nor the definition names a command.
    """
    image = images.find(container.image)
    if image is None:
        raise LocalCloudError(f"container {container.name}: its image was not published, deploy again")
    ports = {port: port_for(container.name, port) for port in container.ports}
    environment = {**base, **_without_path(image.environment), **dict(container.environment)}
    environment |= {name: secret(source) for name, source in container.secrets}
    environment = {name: _local_value(name, value, ports) for name, value in environment.items()}
    environment["SCP_HOST"] = LOOPBACK  # nothing of the local cloud listens on another interface
    return Launch(
        command=_command(container, image),
        environment=environment,
        directory=image.working_directory,
        ports=ports,
        health_command=_health_command(container.health_command, ports),
    )


def _without_path(environment: Mapping[str, str]) -> dict[str, str]:
    """An image's search paths point into the image; ours lead to the interpreter that has the packages."""
    return {name: value for name, value in environment.items() if name not in {"PATH", "VIRTUAL_ENV", "PYTHONHOME"}}


def _local_value(name: str, value: str, ports: Mapping[int, int]) -> str:
    if name.endswith("PORT") and value.isdigit() and int(value) in ports:
        return str(ports[int(value)])
    if name.endswith("HOST") and value in {"0.0.0.0", "::"}:
        return LOOPBACK
    return value


def _command(container: Container, image: Image) -> tuple[str, ...]:
    entrypoint = container.entrypoint or tuple(image.entrypoint)
    command = container.command or (() if container.entrypoint else tuple(image.command))
    words = (*entrypoint, *command)
    if not words:
        raise LocalCloudError(f"container {container.name}: neither the image nor the task definition has a command")
    return (_interpreter(words[0]), *words[1:])


def _interpreter(program: str) -> str:
    """``python``, wherever the image has it, is the interpreter that has our packages."""
    return sys.executable if re.fullmatch(r"python[0-9.]*", Path(program).name) else program


def _health_command(command: tuple[str, ...], ports: Mapping[int, int]) -> tuple[str, ...]:
    """An ECS health check as a command here, with local ports in place of the container's."""
    if not command or command[0] == "NONE":
        return ()
    kind, *words = command
    local = [_with_local_ports(word, ports) for word in words]
    if kind == "CMD-SHELL":
        return ("sh", "-c", " ".join(local))
    return (_interpreter(local[0]), *local[1:])


def _with_local_ports(text: str, ports: Mapping[int, int]) -> str:
    def replace(match: re.Match[str]) -> str:
        return str(ports.get(int(match[0]), match[0]))

    return re.sub(r"(?<![\w.])[0-9]{2,5}(?![\w.])", replace, text)
